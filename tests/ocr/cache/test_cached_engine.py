"""What was read once is not read again, and what was not is read as ever."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from pdfpipe.errors import MissingDependencyError, RecognitionError
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Baseline, Block, Direction, Line, LinePart, PageText, Word
from pdfpipe.ocr.auto.speed import sample_page
from pdfpipe.ocr.cache.engine import CachedEngine, behind_cache, read_page
from pdfpipe.ocr.cache.results import ResultCache, opened
from pdfpipe.ocr.cache.store import Store
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.language_detection import page_evidence
from pdfpipe.ocr.registry import make_engine
from pdfpipe.testing.engine_contract import page_with_text

PAGE = OcrImage(Image.new("L", (100, 80), 200), 300.0, "page.png")
SMALL = OcrImage(page_with_text(), 200.0)


def reading(notes: tuple[str, ...] = (), partial: bool = False, width: int = 100) -> PageText:
    """A text with everything that a text can have."""
    box = BoundingBox(1.5, 2, 30.25, 12)
    words = (Word("Grüße", box, 0.875), Word("עברית", box, 0.1, Direction.RIGHT_TO_LEFT), Word("𝔄", box, 1.0))
    lines = (
        Line(words, box, Baseline(Point(1.5, 11), Point(30.25, 11.125)), engine="tesseract"),
        Line(words[:1], box, None, Direction.TOP_TO_BOTTOM),
    )
    return PageText(width, 80, (Block(lines, box), Block(lines[:1], box)), notes, partial)


class Double:
    """An engine that reads what it is told, and counts how often it is asked."""

    def __init__(self, *readings: PageText | Exception) -> None:
        self.readings = readings
        self.asked = 0

    def recognize(self, image: OcrImage) -> PageText:
        self.asked += 1
        found = self.readings[(self.asked - 1) % len(self.readings)]
        if isinstance(found, Exception):
            raise found
        return found

    def read_parts(self, image: OcrImage, parts: Sequence[LinePart]) -> list[Line | None]:
        return [part.line for part in parts]


class Maker:
    """Loads an engine, and counts how often."""

    def __init__(self, engine: Engine | Exception) -> None:
        self.engine = engine
        self.times = 0

    def __call__(self) -> Engine:
        self.times += 1
        if isinstance(self.engine, Exception):
            raise self.engine
        return self.engine


@pytest.fixture
def cache(tmp_path: Path) -> ResultCache:
    return ResultCache(Store(tmp_path / "ocr", 10**9))


def cached(engine: Engine | Exception, cache: ResultCache, fingerprint: str = "a") -> CachedEngine:
    return CachedEngine(Maker(engine), fingerprint, cache)


def test_a_page_is_read_once_and_comes_back_as_it_was_read(cache: ResultCache) -> None:
    engine = Double(reading(("a note",)))
    assert cached(engine, cache).read(PAGE) == (reading(("a note",)), False)
    again = OcrImage(PAGE.pixels.copy(), 300.0, "another name.tif")
    assert cached(engine, cache).read(again) == (reading(("a note",)), True)
    assert engine.asked == 1


@pytest.mark.parametrize(
    "other",
    [
        OcrImage(Image.new("L", (100, 80), 201), 300.0),
        OcrImage(Image.new("RGB", (100, 80), (200, 200, 200)), 300.0),
        OcrImage(PAGE.pixels, 299.5),
    ],
    ids=["pixels", "mode", "resolution"],
)
def test_all_that_an_engine_sees_counts(other: OcrImage, cache: ResultCache) -> None:
    engine = Double(reading())
    cached(engine, cache).recognize(PAGE)
    assert cached(engine, cache).read(other)[1] is False
    assert cached(engine, cache).read(PAGE)[1] is True


def test_engines_of_other_fingerprints_have_other_readings(cache: ResultCache) -> None:
    one, other = Double(reading(("one",))), Double(reading(("other",)))
    for _ in range(2):
        assert cached(one, cache, "a").recognize(PAGE).notes == ("one",)
        assert cached(other, cache, "b").recognize(PAGE).notes == ("other",)
    assert (one.asked, other.asked) == (1, 1)


@pytest.mark.parametrize(
    "first",
    [RecognitionError("no"), MemoryError(), reading(partial=True), reading(width=99)],
    ids=["failure", "defect", "partial text", "another page"],
)
def test_what_failed_or_is_not_whole_is_read_again(first: PageText | Exception, cache: ResultCache) -> None:
    engine = Double(first, reading())
    if isinstance(first, Exception):
        with pytest.raises(type(first)):
            cached(engine, cache).recognize(PAGE)
    else:
        assert cached(engine, cache).recognize(PAGE) == first
    assert cached(engine, cache).read(PAGE) == (reading(), False)
    assert cached(engine, cache).read(PAGE) == (reading(), True)


def test_a_damaged_entry_is_read_again(cache: ResultCache, tmp_path: Path) -> None:
    engine = Double(reading())
    cached(engine, cache).recognize(PAGE)
    for file in (tmp_path / "ocr").glob("*/*"):
        file.write_bytes(file.read_bytes()[:-3])
    assert cached(engine, cache).read(PAGE) == (reading(), False)
    assert cached(engine, cache).read(PAGE) == (reading(), True)


def test_an_entry_that_holds_something_else_is_read_again(cache: ResultCache) -> None:
    class Wrong(ResultCache):
        def put(self, key: str, value: object) -> None:
            super().put(key, {"width": "wide"} if isinstance(value, PageText) else value)

    engine = Double(reading())
    cached(engine, Wrong(cache._store)).recognize(PAGE)
    assert cached(engine, cache).read(PAGE) == (reading(), False)
    assert cached(engine, cache).read(PAGE) == (reading(), True)


class TestLoading:
    def test_an_engine_is_loaded_at_once_where_it_never_was(self, cache: ResultCache) -> None:
        maker = Maker(Double(reading()))
        CachedEngine(maker, "a", cache)
        assert maker.times == 1

    def test_and_afterwards_only_for_a_page_that_was_not_read(self, cache: ResultCache) -> None:
        cached(Double(reading()), cache).recognize(PAGE)
        maker = Maker(Double(reading()))
        engine = CachedEngine(maker, "a", cache)
        engine.recognize(PAGE)
        assert maker.times == 0
        for shade in (1, 2):
            engine.recognize(OcrImage(Image.new("L", (100, 80), shade), 300.0))
        assert maker.times == 1

    def test_one_that_cannot_be_loaded_fails_at_once(self, cache: ResultCache) -> None:
        for _ in range(2):
            with pytest.raises(MissingDependencyError, match="gone"):
                cached(MissingDependencyError("gone"), cache)

    def test_also_when_it_could_be_before(self, cache: ResultCache) -> None:
        cached(Double(reading()), cache)
        with pytest.raises(MissingDependencyError, match="gone"):
            cached(MissingDependencyError("gone"), cache).recognize(PAGE)
        with pytest.raises(MissingDependencyError, match="gone"):
            cached(MissingDependencyError("gone"), cache)

    def test_the_engine_itself_can_be_asked_for_more_than_pages(self, cache: ResultCache) -> None:
        double = Double(reading())
        assert behind_cache(cached(double, cache)) is double
        assert behind_cache(double) is double


class TestTrouble:
    def test_a_cache_that_cannot_be_written_costs_one_note(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        cache = ResultCache(Store(tmp_path / "file" / "ocr", 10**9))
        engine = cached(Double(reading()), cache)
        text, from_cache, notes = read_page(engine, PAGE)
        assert (text, from_cache) == (reading(), False)
        (note,) = notes
        assert "what engines read cannot be kept" in note
        assert str(tmp_path / "file") in note
        assert read_page(engine, PAGE) == (reading(), False, ())

    def test_a_text_that_cannot_be_written_down_is_a_text_all_the_same(self, cache: ResultCache) -> None:
        box = BoundingBox(1, 1, 9, 9)
        odd = PageText(100, 80, (Block((Line((Word("\ud800", box, 0.5),), box),), box),))
        text, from_cache, notes = read_page(cached(Double(odd), cache), PAGE)
        assert (text, from_cache, len(notes)) == (odd, False, 1)

    def test_an_engine_without_a_cache_is_simply_asked(self) -> None:
        assert read_page(Double(reading()), PAGE) == (reading(), False, ())


class TestRegistry:
    def test_there_is_no_cache_unless_a_folder_is_given(self, tmp_path: Path) -> None:
        spec = EngineSpec("scripted", ())
        for cache in (CacheSettings(), CacheSettings(folder=tmp_path, enabled=False)):
            assert not isinstance(make_engine(_with(spec, cache)), CachedEngine)
        assert isinstance(make_engine(_with(spec, CacheSettings(folder=tmp_path))), CachedEngine)

    def test_an_engine_that_does_not_say_what_its_readings_depend_on_has_none(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spec = _with(EngineSpec("scripted", ()), CacheSettings(folder=tmp_path))
        monkeypatch.delattr("pdfpipe.ocr.scripted._Scripted.fingerprint")
        assert not isinstance(make_engine(spec), CachedEngine)

    def test_nor_one_that_fails_to_say_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> str:
            raise ZeroDivisionError

        spec = _with(EngineSpec("scripted", ()), CacheSettings(folder=tmp_path))
        monkeypatch.setattr("pdfpipe.ocr.scripted._Scripted.fingerprint", fail)
        assert not isinstance(make_engine(spec), CachedEngine)


def _with(spec: EngineSpec, cache: CacheSettings) -> EngineSpec:
    return EngineSpec(spec.name, spec.languages, mode=spec.mode, engines=spec.engines, cache=cache)


class TestAuto:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
        """The engines that read a page or lines, in order; tesseract is the faster one."""
        from pdfpipe.ocr.ppocr.engine import PpocrEngine
        from pdfpipe.ocr.tesseract.engine import TesseractEngine

        asked: list[str] = []

        def counted(kind: type, method: str, name: str) -> None:
            original = getattr(kind, method)

            def count(*arguments: object) -> object:
                asked.append(name)
                return original(*arguments)

            monkeypatch.setattr(kind, method, count)

        counted(TesseractEngine, "recognize", "tesseract")
        counted(PpocrEngine, "recognize", "ppocr")
        counted(PpocrEngine, "read_parts", "ppocr, parts")
        monkeypatch.setattr(
            "pdfpipe.ocr.auto.speed.measured_seconds", lambda spec, _: float(spec.name != "tesseract")
        )
        return asked

    def test_another_mode_reads_only_what_is_new_and_a_hit_loads_nothing(
        self, asked: list[str], tmp_path: Path, speeds: dict[str, float]
    ) -> None:
        page, cache = SMALL, CacheSettings(folder=tmp_path)
        (tmp_path / "engine-speeds.json").write_bytes(msgspec.json.encode(speeds))

        def read(name: str, mode: Mode) -> tuple[PageText, bool]:
            engine = make_engine(EngineSpec(name, ("eng",), mode=mode, cache=cache))
            assert isinstance(engine, CachedEngine)
            return engine.read(page)

        _, from_cache = read("auto", Mode.FAST)
        assert (asked, from_cache) == (["tesseract"], False)
        best, from_cache = read("auto", Mode.BEST)
        assert (asked, from_cache) == (["tesseract", "ppocr"], False)
        assert read("auto", Mode.BEST) == (best, True)
        assert read("tesseract", Mode.FAST)[1] is True
        assert read("ppocr", Mode.FAST)[1] is True
        assert asked == ["tesseract", "ppocr"]
        plain = make_engine(EngineSpec("auto", ("eng",), mode=Mode.BEST, engines=("tesseract", "ppocr")))
        assert plain.recognize(page) == best
        done = subprocess.run(
            [sys.executable, "-c", _ANOTHER_PROCESS, tmp_path], capture_output=True, text=True
        )
        assert done.stdout == "True []\n", done.stderr

    def test_readings_that_are_kept_are_merged_without_loading_an_engine(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cache = CacheSettings(folder=tmp_path)
        for name in ("tesseract", "ppocr"):
            make_engine(EngineSpec(name, ("eng",), cache=cache)).recognize(SMALL)
        loaded = []
        load = CachedEngine._load

        def counted(engine: CachedEngine) -> Engine:
            inner = load(engine)
            loaded.append(type(inner).__name__)
            return inner

        monkeypatch.setattr(CachedEngine, "_load", counted)
        spec = EngineSpec("auto", ("eng",), mode=Mode.BEST, engines=("tesseract", "ppocr"), cache=cache)
        assert list(make_engine(spec).recognize(SMALL).words)
        assert set(loaded) == {"AutoEngine"}

    def test_parts_of_lines_are_read_through_the_cache(self, asked: list[str], tmp_path: Path) -> None:
        blurred = SMALL.pixels.resize((450, 150)).resize((900, 300))
        page = OcrImage(blurred, 200.0)
        cache = CacheSettings(folder=tmp_path)
        spec = EngineSpec("auto", ("eng",), mode=Mode.BALANCED, cache=cache)
        engine = make_engine(spec)
        assert isinstance(engine, CachedEngine)
        engine.read(page)
        assert asked[0] == "tesseract"
        before = list(asked)
        assert engine.read(page)[1] is True
        assert asked == before

    def test_a_text_that_lacks_an_opinion_is_not_kept(
        self, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from pdfpipe.ocr.ppocr.engine import PpocrEngine

        spec = EngineSpec("auto", ("eng",), mode=Mode.BEST, cache=CacheSettings(folder=tmp_path))
        page = SMALL

        def fail(*_: object) -> PageText:
            raise RecognitionError("out of memory for once")

        with monkeypatch.context() as for_once:
            for_once.setattr(PpocrEngine, "recognize", fail)
            text = make_engine(spec).recognize(page)
            assert text.partial
            assert "out of memory for once" in text.notes[0]
        engine = make_engine(spec)
        assert isinstance(engine, CachedEngine)
        whole, from_cache = engine.read(page)
        assert (whole.partial, whole.notes, from_cache) == (False, (), False)
        assert asked == ["tesseract", "ppocr"]


_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import make_engine
from PIL import Image, ImageDraw
page = Image.new("L", (900, 300), 255)
for row in range(4):
    ImageDraw.Draw(page).text((40, 30 + 60 * row), "All human beings are born free", fill=0, font_size=32)
spec = EngineSpec("auto", ("eng",), mode=Mode.BEST, cache=CacheSettings(folder=Path(sys.argv[1])))
text, from_cache = make_engine(spec).read(OcrImage(page, 200.0))
heavy = {"tesserocr", "openvino", "onnxruntime", "cv2", "numpy", "py3langid"}
print(from_cache, sorted(heavy & set(sys.modules)))
"""
"""It draws the page of `page_with_text`, which wants pytest."""


def test_the_language_of_a_page_is_found_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = EngineSpec("tesseract", ("auto",), cache=CacheSettings(folder=tmp_path))
    evidence = page_evidence(sample_page(), spec)
    assert evidence.shares

    def fail(*_: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr("pdfpipe.ocr.tesseract.osd.detect_orientation_and_script", fail)
    assert page_evidence(sample_page(), spec) == evidence
    with pytest.raises(AssertionError, match="asked again"):
        page_evidence(sample_page(), EngineSpec("tesseract", ("auto",)))


def test_one_cache_is_opened_once_in_a_process(tmp_path: Path) -> None:
    assert opened(CacheSettings(folder=tmp_path)) is opened(CacheSettings(folder=tmp_path))
    assert opened(CacheSettings()) is None
