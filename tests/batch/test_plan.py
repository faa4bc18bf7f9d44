"""How files become documents."""

from __future__ import annotations

import errno
import os
from pathlib import Path, PurePath
from typing import Any

import pytest

import pdfpipe
from pdfpipe.batch.plan import plan_files
from pdfpipe.config.folders import Configuration
from pdfpipe.errors import OutputConflictError, UsageError
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.settings import Grouping, Settings
from tests.batch.tiny import run_batch, scripted, write_page, write_pages, write_tiff

BY_FILE = Settings(grouping=Grouping.FILE)
OUT = Path("out")


def planned(*scans: Path, settings: Settings = Settings(), out: Path = OUT) -> dict[str, list[str]]:  # noqa: B008
    """The names of the pages' files for each output."""
    jobs = pdfpipe.plan(scans, out, settings).documents
    return {str(job.output.relative_to(OUT)): page_names(job) for job in jobs}


def page_names(job: DocumentJob) -> list[str]:
    return [page.path.name for page in job.pages]


def test_a_folder_of_pages_is_one_document_named_after_it(tmp_path: Path) -> None:
    write_pages(tmp_path / "minutes", "1.png", "2.jpg", "3.tif")
    assert planned(tmp_path / "minutes") == {"minutes.pdf": ["1.png", "2.jpg", "3.tif"]}


def test_by_file_every_file_is_a_document(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans" / "deep", "a.png", "b.png")
    write_tiff(tmp_path / "scans" / "c.tif", 2)
    assert planned(tmp_path / "scans", settings=BY_FILE) == {
        "c.pdf": ["c.tif", "c.tif"],
        "deep/a.pdf": ["a.png"],
        "deep/b.pdf": ["b.png"],
    }


def test_the_tree_of_folders_is_mirrored(tmp_path: Path) -> None:
    for folder in ("2023/spring", "2023/autumn", "2024", "."):
        write_page(tmp_path / "scans" / folder / "page.png")
    assert set(planned(tmp_path / "scans")) == {
        "scans.pdf",
        "2023/spring.pdf",
        "2023/autumn.pdf",
        "2024.pdf",
    }


def test_page_2_comes_before_page_10_whatever_the_case(tmp_path: Path) -> None:
    names = ["page-1.png", "Page-2.png", "page-10.PNG", "page-11b.png", "page-11c.png"]
    write_pages(tmp_path / "book", *reversed(names))
    assert planned(tmp_path / "book") == {"book.pdf": names}


def test_documents_come_in_natural_order_too(tmp_path: Path) -> None:
    for volume in ("volume 10", "volume 9"):
        write_page(tmp_path / "shelf" / volume / "page.png")
    assert list(planned(tmp_path / "shelf")) == ["volume 9.pdf", "volume 10.pdf"]


def test_a_tiff_of_many_pages_is_its_own_document_beside_its_folders(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans", "1.png", "2.tif")
    write_tiff(tmp_path / "scans" / "minutes.tif", 3)
    jobs = pdfpipe.plan([tmp_path / "scans"], OUT, Settings()).documents
    assert [(job.name, page_names(job)) for job in jobs] == [
        ("scans", ["1.png", "2.tif"]),
        ("minutes", ["minutes.tif"] * 3),
    ]
    assert [page.frame for page in jobs[1].pages] == [0, 1, 2]


def test_single_files_are_documents_named_after_them(tmp_path: Path) -> None:
    letter, note = write_page(tmp_path / "letter.png"), write_page(tmp_path / "note.v2.jpg")
    assert planned(letter, note) == {"letter.pdf": ["letter.png"], "note.v2.pdf": ["note.v2.jpg"]}


def test_an_output_that_ends_in_pdf_is_the_one_documents_name(tmp_path: Path) -> None:
    (job,) = pdfpipe.plan([write_page(tmp_path / "a.png")], tmp_path / "b.pdf", Settings()).documents
    assert job.output == tmp_path / "b.pdf"


def test_a_folder_whose_name_ends_in_pdf_is_still_a_folder(tmp_path: Path) -> None:
    (tmp_path / "made.pdf").mkdir()
    (job,) = pdfpipe.plan([write_page(tmp_path / "a.png")], tmp_path / "made.pdf", Settings()).documents
    assert job.output == tmp_path / "made.pdf" / "a.pdf"


def test_two_documents_do_not_fit_into_one_pdf(tmp_path: Path) -> None:
    scans = [write_page(tmp_path / "a.png"), write_page(tmp_path / "b.png")]
    with pytest.raises(UsageError, match=r"2 documents.*one\.pdf"):
        pdfpipe.plan(scans, tmp_path / "one.pdf", Settings())


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans", "1.png", ".1.png")
    write_page(tmp_path / "scans" / ".trash" / "old.png")
    assert planned(tmp_path / "scans") == {"scans.pdf": ["1.png"]}


def test_files_that_are_no_page_images_are_listed_and_nothing_else_is(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    for name in ("notes.txt", "deep/index.html", "Thumbs.db", ".hidden"):
        (scans / name).parent.mkdir(exist_ok=True)
        (scans / name).write_text("text")
    ignored = pdfpipe.plan([scans], OUT, Settings()).ignored
    assert {str(path.relative_to(scans)) for path in ignored} == {"notes.txt", "deep/index.html", "Thumbs.db"}


def test_an_image_without_a_suffix_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "page.png").rename(tmp_path / "scans" / "page")
    (tmp_path / "scans" / "README").write_text("not a page")
    assert planned(tmp_path / "scans") == {"scans.pdf": ["page"]}


@pytest.mark.parametrize(
    "name",
    [
        b"two words.png",
        b"two\nlines.png",
        b"caf\xe9.png",
        "Über – straße.png".encode(),
        b"-o.png",
        b"%d{0}.png",
    ],
    ids=["space", "newline", "latin-1", "utf-8", "dash", "format"],
)
def test_any_name_that_the_system_allows_is_kept(tmp_path: Path, name: bytes) -> None:
    page = write_page(tmp_path / "page.png")
    file = tmp_path / "scans" / os.fsdecode(name)
    file.parent.mkdir()
    try:
        page.rename(file)
    except OSError as error:
        pytest.skip(f"this file system cannot have such a name: {error.strerror}")
    (job,) = pdfpipe.plan([tmp_path / "scans"], OUT, BY_FILE).documents
    assert os.fsencode(job.output.name) == name.removesuffix(b".png") + b".pdf"
    assert job.pages[0].path == file


def test_folders_with_odd_names_give_documents_of_that_name(tmp_path: Path) -> None:
    for name in ("a.b", "ends in.pdf", "new\nline"):
        write_page(tmp_path / "scans" / name / "1.png")
    assert set(planned(tmp_path / "scans")) == {"a.b.pdf", "ends in.pdf.pdf", "new\nline.pdf"}


def test_links_in_a_circle_are_followed_once(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "deep" / "1.png")
    (tmp_path / "scans" / "deep" / "back").symlink_to(tmp_path / "scans")
    assert planned(tmp_path / "scans") == {"deep.pdf": ["1.png"]}


def test_a_link_to_itself_does_not_stop_the_plan(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "1.png")
    (tmp_path / "scans" / "loop").symlink_to("loop")
    assert planned(tmp_path / "scans")["scans.pdf"] == ["1.png"]


def test_a_link_to_nowhere_fails_its_document_and_names_the_file(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "1.png")
    (tmp_path / "scans" / "2.png").symlink_to("gone.png")
    (job,) = pdfpipe.plan([tmp_path / "scans"], OUT, Settings()).documents
    assert job.failure is not None
    assert (job.failure.path, job.failure.page) == (tmp_path / "scans" / "2.png", 2)
    assert "No such file" in job.failure.message


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", ["pipe", "pipe.png", "pipe.tif"])
def test_a_named_pipe_among_the_scans_does_not_hold_the_plan_up(tmp_path: Path, name: str) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    os.mkfifo(scans / name)
    assert "1.png" in planned(scans)["scans.pdf"]


def test_thousands_of_files_are_planned_without_comparing_each_with_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 3000
    first = write_page(tmp_path / "scans" / "0.png")
    for number in range(1, count):
        (first.parent / f"{number}.png").hardlink_to(first)
    comparisons = 0
    equal = PurePath.__eq__

    def counted(self: PurePath, other: object) -> bool:
        nonlocal comparisons
        comparisons += 1
        return bool(equal(self, other))

    monkeypatch.setattr(PurePath, "__eq__", counted)
    assert len(planned(first.parent, settings=BY_FILE)) == count
    # Not a matter of seconds, which depend on the machine: each with all would be millions.
    assert comparisons < 100 * count


def test_nothing_to_convert_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="nothing to convert"):
        planned(tmp_path / "empty")
    (tmp_path / "empty" / "notes.txt").write_text("text")
    with pytest.raises(UsageError, match="1 other file"):
        planned(tmp_path / "empty")


def test_a_scan_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing.*No such file"):
        planned(tmp_path / "missing")


@pytest.mark.parametrize("name", ["empty.png", "empty.tif", "empty.heic"])
def test_an_empty_file_fails_its_document_with_the_reason(tmp_path: Path, name: str) -> None:
    write_page(tmp_path / "scans" / "a.png")
    (tmp_path / "scans" / name).touch()
    (failed,) = run_batch(tmp_path / "scans", tmp_path / "out", scripted()).failed
    (failure,) = failed.failures
    assert "empty" in failure.message
    assert (failure.path, failure.page) == (tmp_path / "scans" / name, 2)


def test_two_inputs_for_one_output_are_refused_and_both_are_named(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans", "page.png", "page.jpg")
    with pytest.raises(OutputConflictError) as caught:
        planned(tmp_path / "scans", settings=BY_FILE)
    for name in ("page.png", "page.jpg", "page.pdf"):
        assert name in str(caught.value)


def test_folders_of_the_same_name_in_two_places_conflict(tmp_path: Path) -> None:
    first, second = (write_page(tmp_path / n / "scans" / "1.png").parent for n in ("a", "b"))
    with pytest.raises(OutputConflictError) as caught:
        planned(first, second)
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)


def test_a_folder_and_a_tiff_of_its_name_conflict(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "minutes" / "1.png")
    write_tiff(tmp_path / "scans" / "minutes.tif", 2)
    with pytest.raises(OutputConflictError, match=r"minutes\.pdf"):
        planned(tmp_path / "scans")


def test_a_folder_that_cannot_be_read_fails_and_the_others_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("closed", "open"):
        write_page(tmp_path / "scans" / name / "1.png")
    scandir = os.scandir

    def guarded(path: Any) -> Any:  # pytest, which tidies up, gives numbers of open folders
        if not isinstance(path, int) and Path(path).name == "closed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    closed, opened = pdfpipe.plan([tmp_path / "scans"], OUT, Settings()).documents
    assert closed.failure is not None
    assert closed.failure.path == tmp_path / "scans" / "closed"
    assert "Permission denied" in closed.failure.message
    assert (opened.name, opened.failure) == ("open", None)


def test_the_working_directory_gives_its_documents_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page(tmp_path / "album" / "1.png")
    monkeypatch.chdir(tmp_path / "album")
    (job,) = pdfpipe.plan([Path()], OUT, Settings()).documents
    assert (job.name, job.output) == ("album", OUT / "album.pdf")


def test_planning_writes_nothing(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "1.png")
    planned(tmp_path / "scans", out=OUT)
    assert {path.name for path in tmp_path.iterdir()} == {"scans"}


def of_files(root: Path, *names: str, settings: Settings = Settings()) -> dict[str, list[str]]:  # noqa: B008
    configuration = Configuration(settings)
    jobs = plan_files(root, [root / name for name in names], OUT, configuration).documents
    return {str(job.output.relative_to(OUT)): page_names(job) for job in jobs}


def test_some_files_of_a_folder_are_planned_as_if_there_were_no_others(tmp_path: Path) -> None:
    write_pages(tmp_path / "letters", "1.png", "2.png", "10.png")
    write_pages(tmp_path / "letters" / "1948", "1.png")
    write_tiff(tmp_path / "letters" / "minutes.tif", 2)
    names = ("letters/10.png", "letters/2.png", "letters/minutes.tif", "letters/1948/1.png")
    assert of_files(tmp_path, *names) == {
        "letters.pdf": ["2.png", "10.png"],
        "letters/1948.pdf": ["1.png"],
        "letters/minutes.pdf": ["minutes.tif", "minutes.tif"],
    }


def test_those_directly_in_it_are_documents_of_their_own(tmp_path: Path) -> None:
    write_pages(tmp_path, "a.png", "b.png", "c.png")
    assert of_files(tmp_path, "b.png", "a.png") == {"a.pdf": ["a.png"], "b.pdf": ["b.png"]}


def test_settings_among_them_count_and_are_no_scans(tmp_path: Path) -> None:
    write_pages(tmp_path / "in", "a.png", "b.png")
    (tmp_path / "in" / "pdfpipe.toml").write_text('group = "file"')
    (tmp_path / "pdfpipe.toml").write_text('output = "there"')
    (tmp_path / "notes.txt").write_text("notes")
    assert of_files(tmp_path, "in/a.png", "in/pdfpipe.toml", "pdfpipe.toml") == {"there/in/a.pdf": ["a.png"]}
    assert plan_files(tmp_path, [tmp_path / "notes.txt"], OUT, Configuration()).ignored == (
        tmp_path / "notes.txt",
    )


def test_two_of_them_may_have_the_same_output(tmp_path: Path) -> None:
    write_pages(tmp_path, "a.png", "a.bmp")
    jobs = plan_files(tmp_path, [tmp_path / "a.png", tmp_path / "a.bmp"], OUT, Configuration()).documents
    assert [job.output for job in jobs] == [OUT / "a.pdf", OUT / "a.pdf"]
