"""The report for people: what it shows, in which order, and that no file name can do anything in it."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from PIL import Image

from pdfpipe.batch.events import (
    DocumentFailed,
    DocumentPublished,
    DocumentSkipped,
    Event,
    PageDone,
    PageSummary,
)
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.batch.report.as_html import html_report, is_html_report
from pdfpipe.errors import ExitCode
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import Thumbnail
from pdfpipe.model.job import DocumentJob, Failure, PageSource, Stage
from pdfpipe.model.language import LanguageGuess
from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.text import Block, Line, PageText, Word

EMPTY_TAGS = {"meta", "img", "input", "rect", "th", "td"}
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}"


class Page(HTMLParser):
    """The tags with their attributes, the text, and the texts of scripts and styles."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.code: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html.decode("utf-8"))
        self.close()
        assert [tag for tag in self._open if tag not in EMPTY_TAGS] == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while (opened := self._open.pop()) != tag:
            assert opened in EMPTY_TAGS, f"<{opened}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("script", "style"):
            self.code.append((self._open[-1], data))
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def job(name: str) -> DocumentJob:
    return DocumentJob(name, Path("out") / f"{name}.pdf", (PageSource(Path(f"scans/{name}.png")),))


def page(number: int, words: int = 10, confidence: float | None = 0.95, **rest: Any) -> PageSummary:
    return PageSummary(
        number,
        PageSource(Path(f"scans/{number}.png")),
        words,
        confidence,
        (300, 300),
        pixels=(200, 400),
        **rest,
    )


def published(name: str, *pages: PageSummary, **rest: Any) -> DocumentPublished:
    return DocumentPublished(job(name), pages, bytes_in=1000, bytes_out=400, **rest)


def report(*events: Event, planned: tuple[str, ...] = (), ended_by: ExitCode | None = None) -> Report:
    documents = dict.fromkeys((*(event.document for event in events), *map(job, planned)))
    builder = ReportBuilder(tuple(documents))
    for event in events:
        builder.add(event)
    return builder.build(2.0, ended_by)


def rendered(*events: Event, folder: Path = Path(), **rest: Any) -> Page:
    return Page(b"".join(html_report(report(*events, **rest), folder)))


def picture() -> Thumbnail:
    stream = io.BytesIO()
    Image.new("RGB", (20, 40), "white").save(stream, "WEBP")
    return Thumbnail(stream.getvalue(), 20, 40)


def text_of(*words: tuple[str, float]) -> PageText:
    """A line of words, each ten pixels wide, ten apart."""
    found = tuple(
        Word(word, BoundingBox(20.0 * i, 100, 20.0 * i + 10, 120), confidence)
        for i, (word, confidence) in enumerate(words)
    )
    box = BoundingBox(0, 100, 200, 120)
    return PageText(200, 400, (Block((Line(found, box),), box),))


def test_documents_that_need_a_person_come_first_and_are_open() -> None:
    unread = Failure(Stage.RECOGNIZE, "it gave up")
    shown = rendered(
        published("fine", page(1)),
        DocumentSkipped(job("skipped")),
        published("doubtful", page(1), page(2, 10, 0.5)),
        published("worse", page(1, 10, 0.3)),
        published("guessed", page(1), language=LanguageGuess(("deu",), 0.4)),
        published("unread", page(1, 0, None, failure=unread)),
        DocumentFailed(job("failed"), (Failure(Stage.LOAD, "broken", Path("scans/1.png"), 1),)),
        planned=("late",),
    )
    names = re.findall(r"out/(\w+)\.pdf", shown.text)
    assert names == ["failed", "unread", "late", "worse", "doubtful", "guessed", "fine", "skipped"]
    documents = [tag for tag in shown.all("details") if "document" in tag["class"].split()]
    assert ["open" in tag for tag in documents] == [True] * 6 + [False] * 2
    assert "Page 1: broken" in shown.text
    assert "not read: it gave up" in shown.text
    assert "German" in shown.text
    assert "40% sure" in shown.text


def test_totals_sizes_times_and_all_pages_are_there() -> None:
    shown = rendered(
        published(
            "a", page(1, 30, 0.9, seconds=(("load", 0.25), ("recognize", 1.5)), notes=("a note",)), page(2)
        )
    )
    for told in ("1 document", "2 pages", "40 words", "91.2%", "1.0 KB → 400 B", "1.8 s of work", "a note"):
        assert told in shown.text
    assert "load 0.25, recognize 1.50" in shown.text
    assert "300 dpi" in shown.text


def test_what_kind_of_pdf_it_is_notes_and_sidecars_are_there() -> None:
    settings = Settings(sidecars=(Sidecar.ALTO,))
    document = msgspec.structs.replace(job("a"), settings=settings)
    event = DocumentPublished(document, (page(1),), 1, 1, level=PdfaLevel.PDFA_2U, notes=("left <out>",))
    shown = rendered(event)
    assert "PDF/A-2u" in shown.text
    assert "left <out>" in shown.text
    assert {"./out/a.pdf", "./out/a.alto.xml"} <= {tag["href"] for tag in shown.all("a")}


def test_a_doubtful_page_has_its_picture_with_the_doubtful_words_marked() -> None:
    text = text_of(("sure", 0.99), ("dou", 0.4), ("btful", 0.6), ("sure", 0.99), ("bad", 0.1))
    doubtful = page(1, 5, 0.6)
    shown = rendered(PageDone(job("a"), doubtful, text, picture()), published("a", doubtful))
    (image,) = shown.all("img")
    kind, data = image["src"].split(",")
    assert kind == "data:image/webp;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (20, 40)
    assert (image["width"], image["height"]) == ("20", "40")
    assert shown.all("svg")[0]["viewbox"] == "0 0 200 400"
    boxes = [tuple(int(rect[edge]) for edge in ("x", "y", "width", "height")) for rect in shown.all("rect")]
    assert boxes == [(20, 100, 30, 20), (80, 100, 10, 20)]
    assert [rect["class"] for rect in shown.all("rect")] == ["bad", "worst"]
    assert "2 doubtful places" in shown.text
    assert "dou btful" in shown.text


def test_of_very_many_doubtful_places_the_worst_are_marked() -> None:
    words = [(f"w{i}", 0.79 if i % 2 == 0 else 0.99) for i in range(200)]
    words[150] = ("worst", 0.2)
    doubtful = page(1, 200, 0.7)
    shown = rendered(PageDone(job("a"), doubtful, text_of(*words), picture()), published("a", doubtful))
    assert len(shown.all("rect")) == 60
    assert "20%: worst" in shown.text
    assert "and 40 less doubtful" in shown.text


def test_of_very_many_doubtful_pages_the_neediest_documents_are_pictured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pdfpipe.batch.report.html_views._MOST_DETAILED", 3)
    events: list[Event] = []
    for name, worst in (("a", 0.7), ("b", 0.5), ("c", 0.6)):
        own = (page(1, 1, worst), page(2, 1, 0.7))
        events += [PageDone(job(name), one, text_of((f"{name}{one.number}", 0.5)), picture()) for one in own]
        events.append(published(name, *own))
    shown = rendered(*events)
    assert len(shown.all("img")) == 3
    assert [place for place in ("b1", "b2", "c1", "c2", "a1", "a2") if place in shown.text.split()] == [
        "b1",
        "b2",
        "c1",
    ]
    assert shown.text.count("read with little confidence") == 6


def test_a_page_that_was_only_decoded_is_not_called_blank() -> None:
    failed = DocumentFailed(
        job("a"), (Failure(Stage.LOAD, "broken", None, 1),), (page(2, 0, None, read=False),)
    )
    shown = rendered(failed)
    assert "no text found" not in shown.text
    assert "not read" in shown.text


@pytest.mark.parametrize(
    ("ended_by", "told"),
    [(ExitCode.INTERRUPTED, "was interrupted"), (ExitCode.STORAGE, "could not be written"), (None, None)],
)
def test_it_says_when_the_run_ended_early(ended_by: ExitCode | None, told: str | None) -> None:
    shown = rendered(planned=("a",), ended_by=ended_by)
    assert told is None or told in shown.text
    assert ("alarm" in [tag.get("class") for _, tag in shown.tags]) == (told is not None)


def test_hostile_names_and_texts_are_shown_and_do_nothing() -> None:
    name = f"{HOSTILE}\x1b\u202e"
    source = PageSource(Path(f"scans/{name}.png"))
    guess = LanguageGuess(("deu",), 0.1, evidence=HOSTILE)
    bad = PageSummary(1, source, 3, 0.2, notes=(HOSTILE,), complaints=(HOSTILE,), engines=((HOSTILE, 2),))
    document = DocumentJob(name, Path(f"out/{name}.pdf"), (source,))
    failure = Failure(Stage.LOAD, HOSTILE, source.path, 1, HOSTILE)
    shown = rendered(
        PageDone(document, bad, text_of((HOSTILE.replace(" ", ""), 0.1)), picture()),
        DocumentPublished(document, (bad,), 1, 1, guess),
        DocumentFailed(job("b"), (failure,)),
    )
    assert len(shown.all("script")) == 1
    assert shown.text.count("{{ 7*7 }}") > 5
    assert "\x1b" not in shown.text
    assert "\u202e" not in shown.text
    assert all(not name.startswith("on") for _, attributes in shown.tags for name in attributes)


def test_links_are_relative_lead_to_the_files_and_name_no_scheme(tmp_path: Path) -> None:
    document = DocumentJob(
        "a", tmp_path / "javascript:alert(1).pdf", (PageSource(tmp_path / "in" / "a b#?%.png"),)
    )
    doubtful = PageSummary(3, document.pages[0], 0)
    shown = rendered(
        PageDone(document, doubtful, None, picture()),
        DocumentPublished(document, (doubtful,), 1, 1),
        folder=tmp_path,
    )
    links = {tag["href"] for tag in shown.all("a")}
    assert links == {
        "./javascript%3Aalert%281%29.pdf",
        "./javascript%3Aalert%281%29.pdf#page=3",
        "./in/a%20b%23%3F%25.png",
    }
    assert tmp_path / unquote("in/a%20b%23%3F%25.png") == document.pages[0].path


def test_the_file_needs_nothing_else_and_its_policy_admits_nothing_else() -> None:
    doubtful = page(1, 0, None)
    shown = rendered(PageDone(job("a"), doubtful, None, picture()), published("a", doubtful))
    addresses = [
        value
        for _, tag in shown.tags
        for name, value in tag.items()
        if name in ("src", "href", "action", "data")
    ]
    assert all(address.startswith(("./", "data:image/webp;")) for address in addresses)
    assert not any(re.search(r"https?:|@import|url\(", code) for _, code in shown.code)
    assert not shown.all("link")
    policy = next(tag["content"] for tag in shown.all("meta") if "http-equiv" in tag)
    assert policy.startswith("default-src 'none'")
    assert [kind for kind, _ in shown.code] == ["style", "script"]
    for kind, code in shown.code:
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not any("style" in tag for _, tag in shown.tags), "the policy would not admit it"


def test_a_report_is_recognized_as_one_and_other_html_is_not(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(b"".join(html_report(report(published("a", page(1))), tmp_path)))
    assert is_html_report(file)
    file.write_text("<!doctype html>\n<html><body>mine</body></html>")
    assert not is_html_report(file)


def test_an_empty_report_is_whole() -> None:
    assert "No documents." in rendered().text
