"""What students write and show, made harmless for a page: no script, no frame, no form, nothing fetched from elsewhere.

Used by our feedback pages and, through nbgrader's settings, by formgrader and by nbgrader's own feedback.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets.config import Config

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
ATTRIBUTES = frozenset(
    [
        "align",
        "alt",
        "border",
        "colspan",
        "dir",
        "height",
        "lang",
        "open",
        "reversed",
        "role",
        "rowspan",
        "scope",
        "start",
        "title",
        "valign",
        "width",
        "aria-describedby",
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "aria-live",
    ]
)
STYLES = frozenset(
    [
        "background",
        "background-color",
        "border",
        "border-bottom",
        "border-collapse",
        "border-color",
        "border-left",
        "border-radius",
        "border-right",
        "border-spacing",
        "border-style",
        "border-top",
        "border-width",
        "color",
        "display",
        "flex",
        "flex-direction",
        "flex-wrap",
        "font",
        "font-family",
        "font-size",
        "font-style",
        "font-variant",
        "font-weight",
        "gap",
        "height",
        "justify-content",
        "align-items",
        "letter-spacing",
        "line-height",
        "list-style-type",
        "margin",
        "margin-bottom",
        "margin-left",
        "margin-right",
        "margin-top",
        "max-height",
        "max-width",
        "min-height",
        "min-width",
        "opacity",
        "overflow",
        "overflow-x",
        "overflow-y",
        "padding",
        "padding-bottom",
        "padding-left",
        "padding-right",
        "padding-top",
        "text-align",
        "text-decoration",
        "text-indent",
        "text-transform",
        "vertical-align",
        "white-space",
        "width",
        "word-break",
        "word-wrap",
    ]
)
# in a style: colours and sums are the only functions; nothing fetched, nothing moved over other parts of the page
_STYLE = re.compile(r"(?:[^(\\@-]|-(?!\d|\.)|\b(?:rgba?|hsla?|calc)\([^()\\@]*\))*", re.IGNORECASE)
_PICTURE = re.compile(
    r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*|(?![/\\])[\w./%() +-]+", re.ASCII
)
_CODE = re.compile(
    r"(?:highlight|hl-\w+|[a-z][a-z0-9]?|dataframe|anchor-link)(?:\s+(?:hl-\w+|[a-z][a-z0-9]?))*", re.ASCII
)
_SILENT = re.compile(r"<(script|style|title|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)

# forms of an output that a page can show, the best first: cards and pictures; no widgets, which need a kernel, and no JavaScript
SHOWN = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/latex", "text/markdown", "text/plain")
# the page's own wall: MathJax as nbconvert's pages load it, and nothing else from anywhere
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src data: 'self' file:; "
    "font-src data: https://cdnjs.cloudflare.com/ajax/libs/mathjax/; "
    "script-src 'unsafe-eval' https://cdnjs.cloudflare.com/ajax/libs/mathjax/"
)


def configure(c: Config) -> None:
    """Make every page that nbgrader shows of a student's work harmless."""
    c.HTMLExporter.preprocessors = [Harmless]
    c.HTMLExporter.filters = {"markdown2html": markdown}
    c.WidgetsDataTypeFilter.display_data_priority = list(SHOWN)


def with_policy(html: str) -> str:
    """A whole page with its own wall: were something harmful left in it, a browser would not run it."""
    return html.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}"/>', 1)


def clean(html: str) -> str:
    """HTML with harmless tags, attributes and styles alone; the text of all others stays, that of scripts and styles does not."""
    return _cleaner().clean(_SILENT.sub("", html))


@functools.cache
def _cleaner() -> bleach.Cleaner:
    return bleach.Cleaner(
        tags=TAGS,
        attributes=_allowed,
        protocols=["http", "https", "mailto", "data"],
        strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
    )


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and not value.strip().lower().startswith("data")
    if name == "src":
        return tag == "img" and bool(_PICTURE.fullmatch(value.strip()))
    if name == "id":
        return tag in ("h1", "h2", "h3", "h4", "h5", "h6")  # what links within the page lead to
    if name == "class":
        return bool(_CODE.fullmatch(value.strip()))
    if name == "style":
        return bool(_STYLE.fullmatch(value))
    return name in ATTRIBUTES


@pass_context
def markdown(context: Any, source: str) -> str:
    """nbconvert's filter markdown2html, and what comes of it made harmless."""
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, attachments=attachments, anchor_link_text="¶")
    return clean(MarkdownWithMath(renderer=renderer).render(source))


class Harmless(Preprocessor):
    """Of outputs, what a page can show safely; of metadata, what grading needs."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{**kwargs, "enabled": True})

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        nb.metadata = _kept(nb.metadata, ("kernelspec", "language_info"))
        for cell in nb.cells:
            cell.metadata = _kept(cell.metadata, ("nbgrader",))
            if cell.cell_type == "raw":
                cell.cell_type, cell.source = "markdown", "```\n" + cell.source.replace("```", "'''") + "\n```"
            for output in cell.get("outputs", []):
                if "data" in output:
                    output.data, output.metadata = _data(output.data), _sizes(output.get("metadata", {}))
        return nb, resources


def _kept(metadata: dict, names: tuple[str, ...]) -> NotebookNode:
    return NotebookNode({name: metadata[name] for name in names if name in metadata})


def _data(data: dict) -> NotebookNode:
    """The forms of an output that can be shown, as text."""
    texts = {
        kind: "".join(map(str, data[kind])) if isinstance(data[kind], list) else str(data[kind])
        for kind in SHOWN
        if kind in data
    }
    if "text/html" in texts:
        texts["text/html"] = clean(texts["text/html"])
    return NotebookNode(texts)


def _sizes(metadata: dict) -> NotebookNode:
    """Width and height as numbers and the words for a picture: nbconvert writes them into attributes as they are."""
    kept = NotebookNode()
    for kind in ("image/png", "image/jpeg"):
        one = metadata.get(kind)
        if isinstance(one, dict):
            kept[kind] = NotebookNode(
                {name: one[name] for name in ("width", "height") if type(one.get(name)) in (int, float)}
            )
            if isinstance(one.get("alt"), str):
                kept[kind]["alt"] = one["alt"]
    return kept
