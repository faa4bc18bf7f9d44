from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import pdfpipe.ocr as ocr
from pdfpipe.errors import LicenseError, MissingLanguageError, PageLoadError, RecognitionError, UsageError
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import make_engine
from pdfpipe.recognition.threads import pool
from tests.batch.tiny import write_page
from tests.support import SCANS

ROOT = Path(__file__).parents[2]
PAGE = SCANS / "formats" / "png-grey8.png"


def slow(seconds: float = 0.3, jobs: int = 1, *options: tuple[str, str]) -> ocr.OcrEngine:
    merged = (("words", "3"), ("seconds", str(seconds)), *options)
    return ocr.OcrEngine(
        settings=Settings(engine="scripted", engine_options=tuple(dict(merged).items()), jobs=jobs)
    )


@pytest.fixture
def image(tmp_path: Path) -> ocr.Image:
    return ocr.Image.load(write_page(tmp_path / "page.png"))


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (ocr.Language.FRENCH, ("fra",)),
        ((ocr.Language.FRENCH, ocr.Language.GERMAN), ("fra", "deu")),
        ("deu+eng", ("deu", "eng")),
        (["deu", "eng+deu"], ("deu", "eng")),
    ],
)
def test_a_language_is_one_or_several_members_or_names(
    given: str | tuple[str, ...], names: tuple[str, ...]
) -> None:
    engine = ocr.OcrEngine()
    assert engine.language is ocr.Language.ENGLISH
    engine.language = given
    assert engine.settings.languages == names
    assert engine.language == (names[0] if len(names) == 1 else names)


@pytest.mark.parametrize("nothing", ["", (), "d e u", "deu+"])
def test_what_is_no_language_is_refused_at_once(nothing: str | tuple[str, ...]) -> None:
    with pytest.raises(ocr.OcrException):
        ocr.OcrEngine().language = nothing


def test_the_engine_is_named_or_chosen_by_the_settings() -> None:
    assert ocr.OcrEngine().engine == Settings().engine
    assert ocr.OcrEngine("scripted").engine == "scripted"
    assert ocr.OcrEngine(settings=Settings(engine="aspose")).engine == "aspose"


def test_a_result_has_text_lines_words_boxes_and_a_confidence() -> None:
    result = ocr.OcrEngine().process(ocr.Image.load(PAGE))
    assert result.text.startswith("Article 19\n")
    assert result.lines[0].text == "Article 19"
    assert [word.text for word in result.words[:2]] == ["Article", "19"]
    assert 70 < result.words[0].box.x0 < result.words[0].box.x1 < 190
    assert result.confidence is not None
    assert 0.9 < result.confidence <= 1
    assert (result.engine, result.notes) == (Settings().engine, ())


async def test_work_begins_before_it_is_awaited_and_the_loop_goes_on(image: ocr.Image) -> None:
    started = time.monotonic()
    future = slow(0.5).process_async(image)
    assert time.monotonic() - started < 0.4
    ticks = 0
    while not future.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 10
    assert future.result().text == "word0 word1 word2"


async def test_as_many_images_are_read_at_a_time_as_there_are_threads(image: ocr.Image) -> None:
    started = time.monotonic()
    engines = [slow(0.5, jobs=2) for _ in range(6)]  # as the tutorials do: one for each image
    await asyncio.gather(*(engine.process_async(image) for engine in engines))
    assert 1.5 <= time.monotonic() - started < 2.9, "one after the other they take three seconds"
    assert len([t for t in threading.enumerate() if t.name.startswith("pdfpipe-ocr")]) < 12


def test_a_thread_keeps_its_engine(image: ocr.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[EngineSpec] = []

    def make(spec: EngineSpec) -> Engine:
        made.append(spec)
        return make_engine(spec)

    monkeypatch.setattr("pdfpipe.recognition.threads.make_engine", make)
    for _ in range(3):
        slow(0.001).process(image)
    assert len(made) == 1
    for words in ("4", "5", "6", "4"):
        slow(0.001, 1, ("words", words)).process(image)
    assert len(made) == 5, "a thread keeps no more than two"


async def test_cancelling_takes_what_has_not_begun_off_the_queue(image: ocr.Image) -> None:
    engine = slow(0.3)
    first, *others, last = (engine.process_async(image) for _ in range(10))
    await asyncio.sleep(0.05)
    for future in (first, *others):
        future.cancel()
    started = time.monotonic()
    assert (await last).words
    assert time.monotonic() - started < 1.5, "the others were read all the same"
    assert not engine._open
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_closing_drops_what_has_not_begun(image: ocr.Image) -> None:
    with slow(0.2) as engine:
        futures = [engine.process_async(image) for _ in range(3)]
        await asyncio.sleep(0.05)
    outcomes = await asyncio.gather(*futures, return_exceptions=True)
    assert isinstance(outcomes[0], ocr.OcrResult)
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes[1:])
    with pytest.raises(UsageError, match="closed"):
        engine.process_async(image)


def test_without_an_event_loop_process_is_pointed_to(image: ocr.Image) -> None:
    with pytest.raises(UsageError, match="there is process"):
        slow().process_async(image)


def test_a_path_is_no_image() -> None:
    with pytest.raises(UsageError, match=r"Image\.load"):
        slow().process("page.png")  # type: ignore[arg-type]


async def test_all_that_goes_wrong_is_an_ocr_exception(image: ocr.Image, tmp_path: Path) -> None:
    aspose, xyz = ocr.OcrEngine("aspose"), ocr.OcrEngine()
    xyz.language = "xyz"
    cases: list[tuple[ocr.OcrEngine, ocr.Image, type[Exception] | tuple[type[Exception], ...]]] = [
        (slow(0), ocr.Image.load(tmp_path / "gone.png"), PageLoadError),
        (slow(0, 1, ("raise", "page.png")), image, RecognitionError),
        (ocr.OcrEngine("crystal-ball"), image, UsageError),
        (aspose, image, (LicenseError, ocr.OcrException)),
        (xyz, image, (MissingLanguageError, UsageError)),
    ]
    for engine, picture, kind in cases:
        with pytest.raises(ocr.OcrException) as caught:
            await engine.process_async(picture)
        assert isinstance(caught.value, kind)
    assert slow(0).process(image).words, "the thread goes on"


def test_an_engine_may_raise_anything(image: ocr.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    def recognize(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("pdfpipe.ocr.scripted.ScriptedEngine.recognize", recognize)
    with pytest.raises(RecognitionError, match=r"page\.png: ZeroDivisionError: a defect"):
        slow(0).process(image)


async def test_texts_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    files = [write_page(tmp_path / f"{n}.png") for n in range(5)]
    texts = await ocr.batch_ocr(files, engine=slow(0.01, jobs=3), concurrency=2)
    assert texts == ["word0 word1 word2"] * 5
    assert await ocr.async_ocr(files[0], engine=slow(0)) == texts[0]
    assert await ocr.batch_ocr([]) == []


async def test_a_failure_ends_the_batch_or_stands_in_its_place(tmp_path: Path) -> None:
    files = [write_page(tmp_path / f"{n}.png") for n in range(8)]
    engine = slow(0.05, 1, ("raise", "1.png"))
    outcomes = await ocr.batch_ocr(files, engine=engine, return_failures=True)
    assert [isinstance(outcome, str) for outcome in outcomes] == [True, False] + [True] * 6
    assert isinstance(outcomes[1], RecognitionError)
    started = time.monotonic()
    with pytest.raises(RecognitionError):
        await ocr.batch_ocr(files, engine=engine)
    assert time.monotonic() - started < 0.3, "the others were read all the same"


async def test_no_more_files_are_under_way_than_asked_for(tmp_path: Path) -> None:
    files = [write_page(tmp_path / f"{n}.png") for n in range(6)]
    engine, most = slow(0.03, jobs=4), 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, len(engine._open))
            await asyncio.sleep(0.005)

    watcher = asyncio.create_task(watch())
    await ocr.batch_ocr(files, engine=engine, concurrency=2)
    watcher.cancel()
    assert most == 2


@pytest.mark.parametrize(("paths", "concurrency"), [(["a.png"], 0), ("a.png", None), (Path("a.png"), None)])
async def test_batches_that_make_no_sense_are_refused(paths: object, concurrency: int | None) -> None:
    with pytest.raises(UsageError):
        await ocr.batch_ocr(paths, concurrency=concurrency)  # type: ignore[call-overload]


async def test_cancelling_a_batch_leaves_nothing_running(tmp_path: Path) -> None:
    engine = slow(0.1)
    files = [write_page(tmp_path / f"{n}.png") for n in range(20)]
    batch = asyncio.create_task(ocr.batch_ocr(files, engine=engine))
    await asyncio.sleep(0.15)
    batch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await batch
    await asyncio.sleep(0.25)
    assert not engine._open


_LEFT_BEHIND = """
import asyncio, sys, pdfpipe, pdfpipe.ocr as ocr
settings = pdfpipe.Settings(engine="scripted", engine_options=(("seconds", "0.3"),), jobs=1)

async def main():
    engine = ocr.OcrEngine(settings=settings)
    kept = [engine.process_async(ocr.Image.load(sys.argv[1])) for _ in range(2)]
    await asyncio.sleep(0.1)
    kept[1].cancel()

asyncio.run(main())
print("done")
"""


def test_a_program_that_does_not_wait_ends_in_silence(image: ocr.Image) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LEFT_BEHIND, str(image.path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_pools_are_shared() -> None:
    assert pool(1) is pool(1)
    assert pool(1) is not pool(2)
