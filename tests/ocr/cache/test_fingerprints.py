"""What makes an engine read otherwise changes its fingerprint, and nothing else does."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.engine_settings import (
    AsposeSettings,
    InferenceRuntime,
    Mode,
    PpocrSettings,
    TesseractSettings,
)
from pdfpipe.ocr.auto import speed
from pdfpipe.ocr.cache.fingerprint import file_digest, fingerprint
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import engine_fingerprint
from pdfpipe.ocr.tesseract.models import find_models


def of(name: str, languages: tuple[str, ...] = ("eng",), **fields: object) -> str:
    found = engine_fingerprint(msgspec.structs.replace(EngineSpec(name, languages), **fields))
    assert found is not None
    return found


def tesseract(**settings: object) -> str:
    return of("tesseract", tesseract=TesseractSettings(**settings))  # type: ignore[arg-type]


@pytest.fixture
def tessdata(tmp_path: Path) -> Path:
    folder = tmp_path / "tessdata"
    folder.mkdir()
    shutil.copy(find_models(("eng",))["eng"], folder / "eng.traineddata")
    return folder


class TestTesseract:
    def test_the_order_of_languages_counts(self, tessdata: Path) -> None:
        shutil.copy(tessdata / "eng.traineddata", tessdata / "deu.traineddata")
        settings = TesseractSettings(tessdata_dir=tessdata)
        found = {
            of("tesseract", languages, tesseract=settings)
            for languages in (("eng",), ("deu",), ("eng", "deu"), ("deu", "eng"))
        }
        assert len(found) == 4

    def test_a_model_counts_by_what_is_in_it_and_not_by_where_it_is(self, tessdata: Path) -> None:
        model = tessdata / "eng.traineddata"
        assert tesseract(tessdata_dir=tessdata) == tesseract()
        data = bytearray(model.read_bytes())
        data[-1] ^= 1
        model.write_bytes(data)
        assert tesseract(tessdata_dir=tessdata) != tesseract()

    def test_a_model_that_another_brings_along_counts(self, tessdata: Path) -> None:
        """As jpn does jpn_vert."""
        before = tesseract(tessdata_dir=tessdata)
        shutil.copy(tessdata / "eng.traineddata", tessdata / "eng_vert.traineddata")
        assert tesseract(tessdata_dir=tessdata) != before

    def test_the_segmentation_counts_but_not_who_chose_it(self) -> None:
        assert tesseract(segmentation=3) == tesseract()
        assert len({tesseract(segmentation=mode) for mode in (1, 3, 6)}) == 3

    @pytest.mark.parametrize(("kind", "words"), [("user_words", "Ahab"), ("user_patterns", r"\d\d")])
    def test_lists_count_by_what_is_in_them(self, kind: str, words: str, tmp_path: Path) -> None:
        one, same, other = (tmp_path / name for name in ("one", "same", "other"))
        one.write_text(words)
        same.write_text(f"{words}\n")
        other.write_text(words * 2)
        assert tesseract(**{kind: one}) == tesseract(**{kind: same})
        assert len({tesseract(), tesseract(**{kind: one}), tesseract(**{kind: other})}) == 3

    def test_what_only_other_engines_understand_does_not_count(self) -> None:
        same = of(
            "tesseract",
            mode=Mode.BEST,
            engines=("ppocr",),
            options=(("a", "b"),),
            ppocr=PpocrSettings(runtime=InferenceRuntime.ONNXRUNTIME),
            aspose=AsposeSettings(threads=2),
        )
        assert same == of("tesseract")


class TestPpocr:
    def test_languages_and_what_runs_it_count(self) -> None:
        runtimes = [
            of("ppocr", ppocr=PpocrSettings(runtime=runtime))
            for runtime in (InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME, InferenceRuntime.AUTO)
        ]
        assert len({*runtimes, of("ppocr", ("deu",)), of("ppocr", ("eng", "deu"))}) == 4
        assert runtimes[2] in runtimes[:2]

    def test_the_precision_of_the_processor_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = set()
        for fast in (True, False):
            monkeypatch.setattr("pdfpipe.ocr.ppocr.plugin.has_fast_bfloat16", lambda fast=fast: fast)
            found.add(of("ppocr", ppocr=PpocrSettings(runtime=InferenceRuntime.OPENVINO)))
        assert len(found) == 2

    def test_what_only_tesseract_understands_does_not_count(self) -> None:
        assert of("ppocr", tesseract=TesseractSettings(segmentation=6), mode=Mode.BEST) == of("ppocr")


class TestAuto:
    def test_mode_and_engines_count_and_what_counts_for_them(self) -> None:
        found = [
            of("auto"),
            *(of("auto", mode=mode) for mode in (Mode.FAST, Mode.BEST)),
            of("auto", engines=("tesseract",)),
            of("auto", engines=("ppocr", "tesseract")),
            of("auto", tesseract=TesseractSettings(segmentation=6)),
        ]
        runtimes = {
            of("auto", ppocr=PpocrSettings(runtime=runtime))
            for runtime in (InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME)
        }
        assert len({*found, *runtimes}) == len(found) + 1, "one of the two is the default"
        assert of("auto", aspose=AsposeSettings(threads=2)) == found[0]

    def test_the_order_counts_in_which_engines_are_asked_here(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cache = CacheSettings(folder=tmp_path)
        found = []
        for fastest in ("tesseract", "ppocr"):
            monkeypatch.setattr(
                speed, "measured_seconds", lambda spec, _, fastest=fastest: float(spec.name != fastest)
            )
            found.append(of("auto", cache=cache))
        assert found[0] != found[1]
        assert found[0] == of("auto")

    def test_it_cannot_be_told_with_an_engine_of_which_it_cannot(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr("pdfpipe.ocr.ppocr.plugin._Ppocr.fingerprint")
        assert engine_fingerprint(EngineSpec("ppocr", ("eng",))) is None
        assert engine_fingerprint(EngineSpec("auto", ("eng",))) is None


@pytest.mark.parametrize("name", ["tesseract", "ppocr", "auto", "scripted"])
def test_where_things_are_remembered_does_not_count(name: str, tmp_path: Path) -> None:
    speeds = CacheSettings(folder=tmp_path, enabled=False, max_mb=20)
    if name != "auto":  # which would be measured for it
        assert of(name, cache=speeds) == of(name)
    assert of(name, cache=CacheSettings(max_mb=30)) == of(name)


def test_options_of_an_engine_count() -> None:
    assert len({of("scripted", options=(("words", words),)) for words in "345"}) == 3


def test_engines_differ() -> None:
    assert len({of(name) for name in ("tesseract", "ppocr", "auto", "scripted")}) == 4
    assert engine_fingerprint(EngineSpec("none", ())) is None


def test_a_version_of_a_library_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [of(name) for name in ("tesseract", "ppocr")]
    monkeypatch.setattr("pdfpipe.ocr.cache.fingerprint._version", lambda name: "99")
    assert all(of(name) != one for name, one in zip(("tesseract", "ppocr"), before, strict=True))


def test_pdfpipe_s_own_code_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pdfpipe.ocr.cache import fingerprint as module

    package = tmp_path / "pdfpipe"
    shutil.copytree(module._PACKAGE / "ocr", package / "ocr", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "_PACKAGE", package)
    found = set()
    for change in ("", "# a word more\n"):
        engine = package / "ocr" / "tesseract" / "engine.py"
        engine.write_text(engine.read_text() + change)
        module.code_digest.cache_clear()
        found.add(fingerprint("x"))
    module.code_digest.cache_clear()
    assert len(found) == 2


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one")
    before = file_digest(file)
    assert file_digest(file) == before
    file.write_bytes(b"another")
    assert file_digest(file) != before


def test_what_is_wrong_with_the_models_is_left_for_the_engine_to_tell() -> None:
    assert engine_fingerprint(EngineSpec("tesseract", ("tlh",))) is None
