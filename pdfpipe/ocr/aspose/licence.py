"""Aspose's licence: without one each page is cut, which must not pass for a whole page."""

from __future__ import annotations

from typing import Any, Final

from pdfpipe.errors import LicenseError
from pdfpipe.model.engine_settings import AsposeSettings

__all__ = ["CUT", "check_licence", "use_licence"]

CUT: Final = (
    "Aspose has no licence: the text is cut at 300 characters, and earlier on a page with less than 500"
)
"""What every page says that was read in evaluation mode."""

_TWO_WAYS: Final = (
    "Give the licence's file with --aspose-license FILE, or try the engine with --allow-evaluation, which "
    "cuts each page at 300 characters"
)


def check_licence(settings: AsposeSettings) -> None:
    """Find out, without Java, whether there is a file of a licence or leave to do without.

    Raises:
        LicenseError: there is neither.

    """
    if settings.license is None:
        if not settings.allow_evaluation:
            raise LicenseError(f"the engine aspose needs a licence. {_TWO_WAYS}")
    elif not settings.license.is_file():
        raise LicenseError(f"{settings.license}: there is no such file for Aspose's licence. {_TWO_WAYS}")


def use_licence(settings: AsposeSettings, java_licence: Any, java_error: type[Exception]) -> bool:
    """Hand the licence over; returns whether whole pages will be read.

    `java_licence` is the class com.aspose.ocr.License, `java_error` what it may raise.

    Raises:
        LicenseError: it is not a good one, or there is none and no leave to do without.

    """
    check_licence(settings)
    if settings.license is not None:
        try:
            java_licence.setLicense(str(settings.license))
        except java_error as error:
            raise LicenseError(
                f"{settings.license}: this is not a valid licence for Aspose.OCR: {error}"
            ) from error
        if not java_licence.isValid():
            raise LicenseError(
                f"{settings.license}: Aspose.OCR does not take this licence; it may have expired or be for "
                "another product"
            )
    return bool(java_licence.isValid())
