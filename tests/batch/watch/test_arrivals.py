"""Which files are read together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.batch.watch.arrivals import Arrival, arrivals
from pdfpipe.model.job import FileStamp
from pdfpipe.model.settings import Grouping

STAMP = FileStamp(1, 1)


def by_folder(_folder: str) -> Grouping:
    return Grouping.FOLDER


def found(*names: str, by_file: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """The files of each arrival."""
    all_of_them = arrivals(
        dict.fromkeys(names, STAMP), lambda folder: Grouping.FILE if folder in by_file else Grouping.FOLDER
    )
    assert [one.name for one in all_of_them] == sorted(one.name for one in all_of_them)
    return {one.name: [name for name, _ in one.files] for one in all_of_them}


def only(*names: str) -> Arrival:
    (one,) = arrivals(dict.fromkeys(names, STAMP), by_folder)
    return one


def test_files_directly_in_the_folder_come_alone() -> None:
    assert found("a.tif", "b.tif", "c.pdf") == {"a.tif": ["a.tif"], "b.tif": ["b.tif"], "c.pdf": ["c.pdf"]}


def test_a_folder_comes_with_all_that_is_in_it_however_deep() -> None:
    assert found("letters/2.tif", "letters/1.tif", "letters/1948/1.tif", "a.tif") == {
        "a.tif": ["a.tif"],
        "letters": ["letters/1.tif", "letters/1948/1.tif", "letters/2.tif"],
    }


def test_in_a_folder_that_is_grouped_by_file_each_comes_alone() -> None:
    names = ("in/a.tif", "in/b.tif", "in/pdfpipe.toml", "in/letters/1.tif")
    assert found(*names, by_file=frozenset({"in"})) == {
        "in/a.tif": ["in/a.tif"],
        "in/b.tif": ["in/b.tif"],
        "in": ["in/letters/1.tif"],
    }


def test_settings_of_a_document_come_with_it_and_those_of_a_folder_with_the_folder() -> None:
    assert found("a.tif", "a.pdfpipe.toml", "pdfpipe.toml") == {"a.tif": ["a.pdfpipe.toml", "a.tif"]}
    assert found("letters/1.tif", "letters/pdfpipe.toml") == {
        "letters": ["letters/1.tif", "letters/pdfpipe.toml"]
    }


def test_reasons_of_earlier_failures_are_nothing_that_has_come() -> None:
    assert found("a.tif.reason.txt", "letters.reason.txt", "letters/b.tif.reason.txt") == {}


def test_what_is_being_written_in_a_folder_is_waited_for_and_not_read() -> None:
    one = only("letters/1.tif", "letters/2.tif.part", "letters/.3.tif.Xy12", "letters/4.tif~")
    assert [name for name, _ in one.files] == ["letters/1.tif"]
    assert set(one.names) == {
        "letters/1.tif",
        "letters/2.tif.part",
        "letters/.3.tif.Xy12",
        "letters/4.tif~",
    }


def test_a_file_waits_for_what_is_downloaded_in_its_name_and_for_nothing_else() -> None:
    one = only("a.pdf", "a.pdf.part", "b.pdf.part", ".c.pdf")
    assert one.name == "a.pdf"
    assert one.names == ("a.pdf", "a.pdf.part")


def test_where_nothing_is_but_what_is_being_written_nothing_has_come() -> None:
    assert found("a.tif.part", ".b.tif", "letters/c.tmp") == {}


PARTS = st.sampled_from(["a", "b", "letters", "1.tif", "2.tif", ".x", "y.part", "z~", "pdfpipe.toml"])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


@given(st.sets(NAMES), st.sets(NAMES))
def test_no_scan_is_left_out_and_none_comes_twice(names: set[str], by_file: set[str]) -> None:
    files = dict.fromkeys(names, STAMP)
    all_of_them = arrivals(files, lambda folder: Grouping.FILE if folder in by_file else Grouping.FOLDER)
    come = [name for one in all_of_them for name, _ in one.files]
    assert len(come) == len(set(come))
    last_parts = {name: name.rpartition("/")[2] for name in names}
    scans = {name for name, last in last_parts.items() if last not in (".x", "y.part", "z~", "pdfpipe.toml")}
    assert scans <= set(come) <= names
