"""Which pdfpipe.toml counts where, and what a broken one does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pdfpipe.config.file import read_config
from pdfpipe.config.folders import Configuration
from pdfpipe.config.layers import Layer
from pdfpipe.config.settings import with_profile
from pdfpipe.errors import UsageError
from pdfpipe.model.engine_settings import AsposeSettings, InferenceRuntime, Mode, PpocrSettings, Tessdata
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.metadata_settings import MetadataSettings
from pdfpipe.model.output_type import OutputType
from pdfpipe.model.settings import Grouping, Settings

ENGINES = ("auto", "tesseract", "ppocr", "aspose")


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pdfpipe.toml"
    file.write_text(text)
    return file


def test_every_key_becomes_its_setting(tmp_path: Path) -> None:
    for name in ("words", "patterns", "license"):
        (tmp_path / name).touch()
    write(
        tmp_path,
        """
        languages = ["German", "en"]
        engine = "auto"
        engines = ["ppocr", "tesseract"]
        mode = "best"
        group = "file"
        image_dpi = 300
        max_image_mpixels = 100
        output_type = "pdfa-2b"
        [tesseract]
        tessdata_dir = "."
        tessdata = "fast"
        segmentation = 6
        user_words = "words"
        user_patterns = "patterns"
        [ppocr]
        runtime = "onnxruntime"
        [aspose]
        license = "license"
        allow_evaluation = true
        threads = 2
        [metadata]
        title = "Contracts"
        author = "Office of Deeds"
        subject = "Land"
        keywords = ["deed", "1948"]
        language = "de-AT"
        created = 1948-12-10
        [images]
        jpeg_quality = 60
        max_dpi = 150
        optimize_jpeg = true
        """,
    )
    settings = Configuration(engines=ENGINES).of_folder(tmp_path).settings
    assert settings.languages == ("deu", "eng")
    assert (settings.engine, settings.engines, settings.mode) == ("auto", ("ppocr", "tesseract"), Mode.BEST)
    assert (settings.grouping, settings.image_dpi) == (Grouping.FILE, 300)
    assert (settings.max_image_mpixels, settings.output_type) == (100, OutputType.PDFA_2B)
    assert settings.metadata == MetadataSettings(
        title="Contracts",
        author="Office of Deeds",
        subject="Land",
        keywords=("deed", "1948"),
        language="de-AT",
        created=date(1948, 12, 10),
    )
    tesseract = settings.tesseract
    assert (tesseract.tessdata_dir, tesseract.tessdata) == (tmp_path, Tessdata.FAST)
    assert (tesseract.segmentation, tesseract.user_words) == (6, tmp_path / "words")
    assert tesseract.user_patterns == tmp_path / "patterns"
    assert settings.ppocr == PpocrSettings(runtime=InferenceRuntime.ONNXRUNTIME)
    assert settings.aspose == AsposeSettings(license=tmp_path / "license", allow_evaluation=True, threads=2)
    assert settings.images == ImageSettings(jpeg_quality=60, max_dpi=150, optimize_jpeg=True)


def test_the_later_of_default_profile_working_folder_scans_and_caller_counts(tmp_path: Path) -> None:
    work, scans = tmp_path / "work", tmp_path / "scans"
    deep = scans / "a" / "b"
    deep.mkdir(parents=True)
    work.mkdir()

    def engines(*given: Layer) -> tuple[tuple[str, ...], str]:
        configuration = Configuration([Layer("test", {"engine": "auto"}), *given], working_folder=work)
        merged = configuration.of_folder(deep, scans)
        return merged.settings.engines, merged.origins["engines"]

    assert engines() == (("tesseract", "ppocr"), "profile Latn.toml")
    file = write(work, 'engines = ["first"]\n[profiles.eng]\nengines = ["zeroth"]')
    assert engines() == (("first",), str(file))
    for number, folder in enumerate((scans, scans / "a", deep)):
        file = write(folder, f'engines = ["e{number}"]')
        assert engines() == ((f"e{number}",), str(file))
    assert engines(Layer("command line", {"engines": ("last",)})) == (("last",), "command line")
    (work / "pdfpipe.toml").write_text('[profiles.eng]\nengines = ["zeroth"]')
    for folder in (scans, scans / "a", deep):
        (folder / "pdfpipe.toml").unlink()
    assert engines() == (("zeroth",), f"{work}/pdfpipe.toml [profiles.eng]")


def test_settings_of_the_caller_count_more_than_files_where_they_are_not_the_default(tmp_path: Path) -> None:
    write(tmp_path, 'languages = "deu"\nimage_dpi = 200\nmetadata = {title = "File", author = "File"}')
    settings = Configuration(Settings(metadata=MetadataSettings(title="Caller"))).of_folder(tmp_path).settings
    assert settings.metadata == MetadataSettings(title="Caller", author="File")
    assert (settings.languages, settings.image_dpi) == (("deu",), 200)


def test_folders_between_the_working_folder_and_the_scans_count_too(tmp_path: Path) -> None:
    """So that a folder has the same settings whether it or one above it is converted."""
    write(tmp_path / "archive", 'languages = "deu"')
    leaf = tmp_path / "archive" / "2024"
    leaf.mkdir()
    configuration = Configuration(working_folder=tmp_path)
    assert configuration.of_folder(leaf, leaf).settings.languages == ("deu",)
    assert configuration.of_folder(leaf, tmp_path / "archive").settings.languages == ("deu",)
    outside = Configuration(working_folder=tmp_path / "elsewhere")
    assert outside.of_folder(leaf, leaf).settings.languages == ("eng",)


def test_files_are_not_read_where_that_is_switched_off(tmp_path: Path) -> None:
    write(tmp_path, "broken =")
    configuration = Configuration(read_files=False, working_folder=tmp_path)
    assert configuration.of_folder(tmp_path).settings == with_profile(Settings())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\nb = [", r"is no TOML: .*line 2"),
        ("\nlangauges = 'deu'", r"line 2: there is no key 'langauges'; did you mean 'languages'\?"),
        (
            "[tesseract]\nsegmentatoin = 3",
            r"line 2: there is no key 'tesseract.segmentatoin'; .*'segmentation'",
        ),
        ("[teseract]\nx = 3", r"line 1: there is no key 'teseract'; did you mean 'tesseract'\?"),
        ("jobs = 3", r"line 1: .*whole run.*--jobs"),
        ("grouping = 'file'", r"line 1: .*did you mean 'group'"),
        ("[profiles.deu]\nlanguages = 'eng'", r"line 2: there is no key 'profiles.deu.languages'"),
        ("[profiles.'Ancint Greek']\nengines = ['ppocr']", r"line 1: .*did you mean 'Ancient Greek'"),
        ("profiles = 3", r"line 1: tables are needed"),
        ("[profiles]\ndeu = 3", r"line 2: a table"),
        ("languages = 3", r"line 1: languages: a list of names is needed, not 3"),
        ("languages = 'eng+'", r"line 1: languages: 'eng\+' is no list"),
        (
            "engine = 'teseract'",
            r"line 1: engine: there is no OCR engine 'teseract'; did you mean 'tesseract'",
        ),
        ("engines = ['auto']", r"line 1: engines: 'auto'"),
        ("mode = 'fats'", r"line 1: mode: 'fats' is none of its values; did you mean 'fast'"),
        ("tesseract.segmentation = 2", r"line 1: tesseract.segmentation: 2 is no page segmentation mode"),
        ("tesseract = 2", r"line 1: there is no key 'tesseract'"),
        ("metadata.title = 3", r"line 1: metadata.title: a text is needed, not 3"),
        ("metadata.title = ' '", r"line 1: metadata.title: it is empty"),
        ("metadata.keywords = 3", r"line 1: metadata.keywords: a list of names is needed, not 3"),
        ("metadata.language = 'German'", r"line 1: metadata.language: 'German' is no BCP 47 tag"),
        ("metadata.created = '1948'", r"line 1: metadata.created: a date, such as 1948-12-10, is needed"),
        ("metadata.created = 1948-12-10T09:00:00", r"line 1: metadata.created: it has no time zone"),
        ("output_type = 'pdfa-1b'", r"line 1: output_type: 'pdfa-1b' is none of its values; did you mean"),
        ("sidecar = 1", r"line 1: sidecar: a list of names is needed, not 1"),
        ('sidecar = ["txt", "doc"]', r"line 1: sidecar: 'doc' is none of its values"),
        ("image_dpi = true", r"line 1: image_dpi: a number is needed, not true"),
        ("image_dpi = 0", r"line 1: image_dpi: 0 is not between"),
        ("aspose.threads = 0", r"line 1: aspose.threads: at least one"),
        ("aspose.threads = 1.5", r"line 1: aspose.threads: a whole number"),
        ("[tesseract]\nuser_words = 'gone.txt'", r"line 2: tesseract.user_words: there is no .*gone\.txt"),
        ("output = '/tmp/x'", r"line 1: '/tmp/x' leads out"),
        ("output = 'a/../../x'", r"line 1: 'a/../../x' leads out"),
        ("output = ''", r"line 1: a path is needed"),
    ],
)
def test_what_makes_no_sense_is_refused_by_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(UsageError, match=told) as caught:
        read_config(file, ENGINES)
    assert str(caught.value).startswith(f"{file}")


def test_a_file_that_is_not_utf_8_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "pdfpipe.toml"
    file.write_bytes(b"engine = 'caf\xe9'")
    with pytest.raises(UsageError, match=r"pdfpipe\.toml is no TOML: it is not UTF-8"):
        read_config(file)
    file.write_bytes(b"\xef\xbb\xbfengine = 'x'")
    assert read_config(file).values == {"engine": "x"}
    file.unlink()
    with pytest.raises(UsageError, match=r"pdfpipe\.toml cannot be read: No such file"):
        read_config(file)
