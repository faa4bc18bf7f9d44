"""The Java machine of this process, with Aspose's classes.

Aspose's own Python package starts one when it is imported, with assertions on and a heap that takes
a quarter of the memory, and wraps the classes badly (its `is_licensed` calls a method that is not
there).  So only its Java archives are used.
"""

from __future__ import annotations

import os
import threading
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from pdfpipe.errors import MissingDependencyError

__all__ = ["PACKAGE", "check_java", "java_class", "java_error", "package_folder", "package_version"]

PACKAGE: Final = "aspose-ocr-python-java"
_HOW_TO_INSTALL: Final = "pip install 'pdfpipe[aspose]'"
_HOW_TO_INSTALL_JAVA: Final = (
    "install a Java runtime, version 8 or newer (apt-get install default-jre-headless), or let JAVA_HOME "
    "name the folder of one"
)
_OPTIONS: Final = (
    "-Xrs",  # leaves Ctrl-C, SIGTERM and SIGHUP to Python
    "-Xmx2g",  # a page of 35 million pixels takes half of it
    "-XX:+UseSerialGC",  # no threads of its own beside those of other workers
    "-Djava.awt.headless=true",
)
_UNUSED: Final = "aspose-pdf"
"""Prefix of the archive that only writes PDFs: 80 MB that need not be indexed."""

_starting = threading.Lock()


def package_folder() -> Path | None:
    """The folder with Aspose's Java archives, which is also where it looks for further languages."""
    spec = find_spec("aspose")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location, "jlib")
        if any(folder.glob("aspose-ocr-*.jar")):
            return folder
    return None


def package_version() -> str | None:
    """The version of Aspose's package; None if it is not installed."""
    try:
        return metadata.version(PACKAGE) if package_folder() else None
    except metadata.PackageNotFoundError:
        return None


def check_java() -> Path:
    """Find out, without starting Java, whether it could be started; returns the folder of the archives.

    Raises:
        MissingDependencyError: Aspose's package or a Java runtime is missing.

    """
    folder = package_folder()
    if folder is None:
        raise MissingDependencyError(f"the engine aspose is not installed: {_HOW_TO_INSTALL}")
    jpype = _jpype()
    if not jpype.isJVMStarted():
        _java_library(jpype)
    return folder


def java_class(name: str) -> Any:
    """A Java class by its full name; the first call starts Java, which takes half a second.

    Raises:
        MissingDependencyError: Aspose's package or a Java runtime is missing, or Java does not start.

    """
    folder = check_java()
    jpype = _jpype()
    with _starting:
        if not jpype.isJVMStarted():
            _start(jpype, folder)
    try:
        return jpype.JClass(name)
    except TypeError as error:
        raise MissingDependencyError(
            f"there is no class {name}: Java was started in this process by someone else, without Aspose's "
            f"archives, or the archives in {folder} are not of Aspose.OCR 25.2 or newer"
        ) from error


def java_error() -> type[Exception]:
    """The class of all that Java throws."""
    error: type[Exception] = _jpype().JException
    return error


def _start(jpype: Any, folder: Path) -> None:
    archives = [str(path) for path in sorted(folder.glob("*.jar")) if not path.name.startswith(_UNUSED)]
    try:
        jpype.startJVM(_java_library(jpype), *_OPTIONS, classpath=archives, convertStrings=False)
    except (RuntimeError, OSError) as error:
        raise MissingDependencyError(f"Java does not start: {error}; {_HOW_TO_INSTALL_JAVA}") from error
    # Aspose prints stack traces beside throwing them, to standard output, which may be the PDF's.
    system, stream = jpype.JClass("java.lang.System"), jpype.JClass("java.io.PrintStream")
    system.setOut(stream(os.devnull))
    system.setErr(stream(os.devnull))
    # The thread that starts Java is one that Java waits for at its end, and this one may end before.  When
    # it calls Java again it is attached as all others are, which Java does not wait for.
    jpype.JClass("java.lang.Thread").detach()


def _jpype() -> Any:
    try:
        return import_module("jpype")
    except ImportError as error:
        raise MissingDependencyError(
            f"the engine aspose needs the package JPype1: {_HOW_TO_INSTALL}"
        ) from error


def _java_library(jpype: Any) -> str:
    """Java's shared library, by JAVA_HOME or where systems put it."""
    try:
        path: str = jpype.getDefaultJVMPath()
    except Exception as error:
        raise MissingDependencyError(
            f"the engine aspose runs on Java, and there is none: {_HOW_TO_INSTALL_JAVA}"
        ) from error
    return path
