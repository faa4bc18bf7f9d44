"""Whether `--outline headings` finds the headings of real pages and nothing else.

The headings are those that a person saw on the pages; what the engine misreads counts as found.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

from benchmarks.support.inputs import corpus_pages
from benchmarks.support.model import Options, Result, Table, Target
from pdfpipe.batch.headings import headings
from pdfpipe.batch.page_task import run_page
from pdfpipe.model.job import PageJob, PageSource
from pdfpipe.model.settings import Settings

_TRUE = {
    "a015": ["DISINTERESTED EVIDENCE."],
    "e049": ["CHAPTER III."],
    "g037": ["CHAPTER III."],
    "h025": ["NOTE."],
    "j008": ["ACKNOWLEDGMENTS"],
    "j067": ["CHAPTER VII SEATS OF REEDS AND SPLINTS"],
}
"""On all other pages of the corpus there are none."""

_ALIKE = 0.7


def run(options: Options) -> Result:
    rows, wrong, true = [], 0, 0
    for kind, language in (("books", "eng"), ("german", "frk")):
        pages = corpus_pages(options, kind, options.pages)
        found = {page.stem: _titles(page, language) for page in pages}
        expected = {page.stem: _TRUE.get(page.stem, []) for page in pages}
        right = sum(
            any(_alike(title, one) for one in found[stem]) for stem in expected for title in expected[stem]
        )
        others = [
            f"{stem}: {one}"
            for stem in found
            for one in found[stem]
            if not any(_alike(title, one) for title in expected[stem])
        ]
        there = sum(map(len, expected.values()))
        rows.append([kind, f"{len(pages)}", f"{there}", f"{right}", "; ".join(others) or "0"])
        wrong, true = wrong + len(others), true + there - right
    return Result(
        [Table("headings", ["kind", "pages", "headings", "found", "found that are none"], rows)],
        [Target("lines taken for headings", wrong, 1), Target("headings not found", true, 2)],
    )


def _titles(page: Path, language: str) -> list[str]:
    job = PageJob(PageSource(page), 1, Settings(engine="tesseract", languages=(language,)))
    content = run_page(job).content
    if content is None or content.text is None:
        raise RuntimeError(f"{page} cannot be read")
    return [heading.title for heading in headings(content.text)]


def _alike(a: str, b: str) -> bool:
    return SequenceMatcher(None, a.casefold(), b.casefold()).ratio() >= _ALIKE
