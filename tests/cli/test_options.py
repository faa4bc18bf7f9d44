"""Each option and the key of pdfpipe.toml that is for the same come to the same settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdfpipe.cli.convert import convert
from pdfpipe.cli.options import configuration
from pdfpipe.errors import UsageError
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.settings import Settings

PAIRS = [
    ("-l German,en", 'languages = ["de", "eng"]'),
    ("--engine tesseract", 'engine = "tesseract"'),
    ("--engines tesseract,tesseract", 'engines = ["tesseract"]'),
    ("--mode best", 'mode = "best"'),
    ("--tessdata-dir .", 'tesseract.tessdata_dir = "."'),
    ("--tessdata best", 'tesseract.tessdata = "best"'),
    ("--psm 6", "tesseract.segmentation = 6"),
    ("--user-words list", 'tesseract.user_words = "list"'),
    ("--user-patterns list", 'tesseract.user_patterns = "list"'),
    ("--aspose-license list", 'aspose.license = "list"'),
    ("--allow-evaluation", "aspose.allow_evaluation = true"),
    ("--stages deskew,denoise", 'preprocessing.stages = ["deskew", "denoise"]'),
    ("--stages none", 'preprocessing.stages = "none"'),
    ("--page-image processed", 'preprocessing.page_image = "processed"'),
    ("--binarization otsu", 'preprocessing.binarization = "otsu"'),
    ("--blank drop", 'sheets.blank = "drop"'),
    ("--interleave same", 'sheets.interleave = "same"'),
    ("--interleave", 'sheets.interleave = "reversed"'),
    ("--split-on patch-t,blank", 'separators.split_on = ["patch-t", "blank"]'),
    ("--barcode-pattern ASN([0-9]+)", 'separators.barcode_pattern = "ASN([0-9]+)"'),
    ("--keep-separators", "separators.keep = true"),
    ("--jpeg-quality 60", "images.jpeg_quality = 60"),
    ("--max-dpi 150", "images.max_dpi = 150"),
    ("--optimize-jpeg", "images.optimize_jpeg = true"),
    ("--group file", 'group = "file"'),
    ("--image-dpi 200", "image_dpi = 200"),
    ("--mrc", "images.mrc = true"),
    ("--sidecar txt,hocr", 'sidecar = ["txt", "hocr"]'),
    ("--title T", 'metadata.title = "T"'),
    ("--author A", 'metadata.author = "A"'),
    ("--subject S", 'metadata.subject = "S"'),
    ("--page-labels i-iv,1-", 'navigation.page_labels = "i-iv,1-"'),
    ("--outline files", 'navigation.outline = "files"'),
    ("--keywords a,b", 'metadata.keywords = ["a", "b"]'),
    ("--output-type pdfa-3u", 'output_type = "pdfa-3u"'),
    ("--max-image-mpixels 9", "max_image_mpixels = 9"),
    ("--no-cache", "cache.enabled = false"),
]


def settings(options: str) -> Settings:
    """What `pdfpipe convert` makes of options in the current folder."""
    with convert.make_context("convert", [".", "-o", "out", *options.split()]) as context:
        return configuration(context.params).of_folder(Path()).settings


@pytest.mark.parametrize(("options", "toml"), PAIRS)
def test_an_option_and_its_key_come_to_the_same(
    options: str, toml: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("TESSDATA_PREFIX", "PDFPIPE_ASPOSE_LICENSE", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "list").touch()
    untouched = settings("")
    by_option = settings(options)
    (tmp_path / "pdfpipe.toml").write_text(toml)
    assert settings("") == by_option
    assert settings("--no-config") == untouched
    if options != f"--engine {Settings().engine}":
        assert by_option != untouched


def test_a_run_remembers_in_the_user_s_cache_unless_the_environment_names_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PDFPIPE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    users = settings("").cache.folder
    assert users is not None
    assert users.is_relative_to(tmp_path)
    assert users.name == "pdfpipe"
    (tmp_path / "pdfpipe.toml").write_text("cache.max_mb = 20")
    assert settings("").cache == CacheSettings(folder=users, max_mb=20)
    monkeypatch.setenv("PDFPIPE_CACHE_DIR", "elsewhere")
    assert settings("").cache == CacheSettings(folder=tmp_path / "elsewhere", max_mb=20)


def test_no_file_among_the_scans_says_where_texts_are_taken_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pdfpipe.toml").write_text('cache.folder = "here"')
    with pytest.raises(UsageError, match=r"there is no key 'cache\.folder'"):
        settings("")
