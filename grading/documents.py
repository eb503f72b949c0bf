"""Do the links of a document lead somewhere, and do its images have words?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

_PARSER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)  # in a formula, [a](b) is no link


@dataclass(frozen=True)
class Document:
    """Markdown text at a place.     path: the file     name: what to call it in a message"""

    path: Path
    name: str
    text: str


class _Html(HTMLParser):
    """The links, images and anchors in a piece of HTML."""

    def __init__(self):
        super().__init__()
        self.links: list[str] = []
        self.images: list[tuple[str, str]] = []
        self.anchors: list[str] = []

    def handle_starttag(self, tag, attrs):
        have = {key: value or "" for key, value in attrs}
        self.anchors += [have[key] for key in ("id", "name") if key in have]
        if tag == "a" and "href" in have:
            self.links.append(have["href"])
        if tag == "img":
            self.images.append((have.get("src", ""), have.get("alt", "")))


def images_without_words(html: str) -> list[str]:
    """The sources of the images in a piece of HTML that have no alt text."""
    page = _Html()
    page.feed(html)
    return [source for source, alt in page.images if not alt.strip()]


def problems(document: Document) -> Iterator[str]:
    """One line for each link that leads nowhere and each image without alt text."""
    links, images, _ = _read(document.text)
    for link in links + [source for source, _ in images]:
        if why := _broken(link, document):
            yield f"{document.name}: {link}: {why}"
    yield from (
        f"{document.name}: the image {source or '(no source)'} has no alt text"
        for source, alt in images
        if not alt.strip()
    )


def _read(text: str) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """(links, (source, alt) of images, headings and anchors) of markdown with HTML in it."""
    links, images, anchors = [], [], []
    page, tokens = _Html(), _PARSER.parse(text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            anchors.append(tokens[place + 1].content)
        for part in [token, *(token.children or [])]:
            if part.type == "link_open":
                links.append(str(part.attrGet("href")))
            elif part.type == "image":
                images.append((str(part.attrGet("src")), part.content))
            elif part.type in ("html_inline", "html_block"):
                page.feed(part.content)
    return links + page.links, images + page.images, anchors + page.anchors


def _broken(link: str, document: Document) -> str | None:
    """Why a link leads nowhere; None where it does, or where only the network could tell."""
    url = urlsplit(link)
    if url.scheme or url.netloc:
        return None
    target = document.path.parent / unquote(url.path) if url.path else document.path
    if url.path and not target.exists():
        return "there is no such file"
    if url.fragment and target.suffix in (".md", ".ipynb"):
        text = document.text if target == document.path and target.suffix == ".md" else _whole_text(target, document)
        if unquote(url.fragment) not in _anchors(text):
            return "there is no such heading"
    return None


def _whole_text(target: Path, document: Document) -> str:
    if target.suffix == ".md":
        return target.read_text(encoding="utf-8")
    if not target.exists():  # a notebook that is not built yet links to itself
        return document.text
    notebook = nbformat.read(target, as_version=4)
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def _anchors(text: str) -> set[str]:
    """How JupyterLab ("The-graph,-forward") and GitHub ("the-graph-forward") link to the headings; and HTML's own anchors."""
    anchors = _read(text)[2]
    jupyter = {heading.replace(" ", "-") for heading in anchors}
    github = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in anchors}
    return jupyter | github | set(anchors)


def markdown_files(root: Path, folders: Iterable[str]) -> list[Document]:
    """The Markdown files at the root and in its folders."""
    files = sorted(root.glob("*.md")) + sorted(path for folder in folders for path in (root / folder).rglob("*.md"))
    return [Document(path, path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in files]
