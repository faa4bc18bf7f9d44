"""A page of a PDF as an image: what is on it, and how it looks at the resolution of its scan (PDFium)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

import msgspec
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

from pdfpipe.errors import PageLoadError
from pdfpipe.imaging.dpi import resolve_dpi
from pdfpipe.model.geometry import POINTS_PER_INCH, BoundingBox, Resolution, Transform
from pdfpipe.model.image import PageImage

__all__ = ["PageSurvey", "PdfPage", "PlacedImage"]

_MAX_DEPTH: Final = 15
"""Forms within forms that are looked into."""

_BILEVEL_FILTERS: Final = frozenset({"CCITTFaxDecode", "CCF", "JBIG2Decode"})
_LOSSLESS_FILTERS: Final = frozenset({"FlateDecode", "Fl", "LZWDecode", "LZW", "RunLengthDecode", "RL"})

_VECTOR_DPI: Final = 300.0
"""For what has no resolution of its own."""
_MAX_SMALL_IMAGE_DPI: Final = 600.0

_FEW_PATHS: Final = 20
"""Frames and rules that scanning programs draw; beyond, the page is a drawing too."""
_BLACK, _WHITE, _FEW_GREYS = 64, 192, 0.05
"""Shades between the first two are grey; a scan with less than this share of them has none itself."""

_SHRINK: Final = 1e-5

_PAGES_A_DOCUMENT: Final = 64

_SMALL: Final = 0.1
_LARGE: Final = 0.5
"""Of the page, or of the largest image on it."""


class PlacedImage(msgspec.Struct, frozen=True):
    """An image on a page: its pixels in an inch along the axes of the upright page, and its share of it."""

    dpi: Resolution
    share: float
    bilevel: bool


class PageSurvey(msgspec.Struct, frozen=True):
    """What is on a page.

    `words` are those that a reader finds, `invisible_text` is of render mode 3, as OCR leaves it.
    `objects` counts all that is painted or written.
    """

    words: int = 0
    visible_text: bool = False
    invisible_text: bool = False
    images: tuple[PlacedImage, ...] = ()
    paths: int = 0
    objects: int = 0

    @property
    def is_bilevel(self) -> bool:
        """Whether it is a scan in black and white."""
        return (
            bool(self.images)
            and all(image.bilevel for image in self.images)
            and not self.visible_text
            and self.paths <= _FEW_PATHS
        )

    @property
    def dpi(self) -> Resolution:
        """The resolution at which all can be seen that matters: of a scan that of its largest images."""
        largest = max((image.share for image in self.images), default=0.0)
        main = [image.dpi for image in self.images if image.share >= _LARGE * largest]
        if not main:
            return Resolution(_VECTOR_DPI, _VECTOR_DPI)
        x, y = max(dpi.x for dpi in main), max(dpi.y for dpi in main)
        if largest < _SMALL and sum(image.share for image in self.images) < _LARGE:
            x, y = min(x, _MAX_SMALL_IMAGE_DPI), min(y, _MAX_SMALL_IMAGE_DPI)
        elif self.paths <= _FEW_PATHS and not self.visible_text:
            return Resolution(x, y)
        return Resolution(max(x, _VECTOR_DPI), max(y, _VECTOR_DPI))


class PdfPage:
    """One page of a PDF file, open for reading; a context manager."""

    def __init__(self, file: Path | bytes, index: int, *, password: str | None, user_unit: float) -> None:
        """Open the page; `index` counts from 0.

        Raises:
            PageLoadError: the file or the page cannot be read.

        """
        self._user_unit = user_unit
        try:
            document = _last_document.get(file, password)
        except (pypdfium2.PdfiumError, OSError) as error:
            raise PageLoadError(f"it cannot be opened: {_reason(error)}") from error
        try:
            self._page: Any = document[index]
            self._box = BoundingBox(*self._page.get_bbox())
            self._turn: int = self._page.get_rotation()
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise PageLoadError(f"page {index + 1} cannot be read: {_reason(error)}") from error
        if not (self._box.width > 0 and self._box.height > 0):
            self._page.close()
            raise PageLoadError("its crop box has no area")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._page.close()

    def survey(self) -> PageSurvey:
        """Look at all that is on the page; nothing is decoded."""
        images: list[PlacedImage] = []
        paths = objects = 0
        modes: set[int] = set()
        for found in self._objects():
            objects += 1
            if found.type == pdfium.FPDF_PAGEOBJ_IMAGE:
                images += self._placed(found)
            elif found.type == pdfium.FPDF_PAGEOBJ_TEXT:
                modes.add(pdfium.FPDFTextObj_GetTextRenderMode(found))
            elif found.type in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING):
                paths += 1
        words = self._words() if modes else 0
        invisible = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE in modes
        visible = bool(modes - {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE})
        return PageSurvey(words, visible and words > 0, invisible, tuple(images), paths, objects)

    def size(self, survey: PageSurvey, max_pixels: float) -> tuple[tuple[int, int], Resolution]:
        """The size in pixels, and the resolution, at which the page is to be rendered."""
        dpi = survey.dpi
        width, height = self._pixels(dpi)
        if width * height <= max_pixels:
            return (width, height), dpi
        factor = math.sqrt(max_pixels / (width * height))
        dpi = Resolution(dpi.x * factor, dpi.y * factor)
        return self._pixels(dpi), dpi

    def render(
        self, survey: PageSurvey, *, image_dpi: float | None, max_pixels: float, hide_text: bool = False
    ) -> PageImage:
        """The page as it is seen, upright, without its annotations, at the resolution of its scan.

        Where that would be more than `max_pixels` pixels, it is less, and a note says so.  With `hide_text`,
        what is text in the PDF is left out.

        Raises:
            PageLoadError: there is not enough memory for it.

        """
        dpi = survey.dpi
        (width, height), less = self.size(survey, max_pixels)
        notes = []
        if less != dpi:
            notes.append(
                f"rendered at {_shown_dpi(less)} dpi instead of {_shown_dpi(dpi)} for OCR, as it would have "
                f"more than {max_pixels / 1e6:g} million pixels (--max-image-mpixels raises the limit)"
            )
        if hide_text:
            for found in self._objects():
                if found.type == pdfium.FPDF_PAGEOBJ_TEXT:
                    pdfium.FPDFTextObj_SetTextRenderMode(found, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
        bilevel = survey.is_bilevel
        pixels = self._rendered(width, height, gray=bilevel)
        pixels = _without_grey_edges(pixels) if bilevel else _fewest_shades(pixels)
        upright = self._upright_size
        declared = (
            width * POINTS_PER_INCH / (upright[0] * self._user_unit),
            height * POINTS_PER_INCH / (upright[1] * self._user_unit),
        )
        resolution, dpi_source = resolve_dpi(declared, image_dpi, width, height)
        return PageImage(pixels, "PDF", resolution, dpi_source, notes=tuple(notes))

    def lost_images(self, rendered: Image.Image) -> int:
        """How many images cannot be decoded where nothing is seen on the page: readers pass over them.

        Where something is seen, none is looked at.
        """
        if any(low != high for low, high in _extrema(rendered)):
            return 0
        images = (found for found in self._objects() if found.type == pdfium.FPDF_PAGEOBJ_IMAGE)
        return sum(not _is_decodable(image) for image in images)

    def placement(self, width: int, height: int, resolution: Resolution, turn: int = 0) -> Transform:
        """The map from points of a rendering of this size, origin at its bottom left, to user space.

        The rendering shows the crop box, turned clockwise by /Rotate (ISO 32000-1, 7.7.3.3 and 14.11.2) and
        then by `turn` degrees more.
        """
        whole = (self._turn + turn) % 360
        sides = self._box.width, self._box.height
        upright = sides[::-1] if whole in (90, 270) else sides
        sx = upright[0] * resolution.x / (width * POINTS_PER_INCH)
        sy = upright[1] * resolution.y / (height * POINTS_PER_INCH)
        box = self._box
        match whole:
            case 90:
                return Transform(0, sx, -sy, 0, box.x1, box.y0)
            case 180:
                return Transform(-sx, 0, 0, -sy, box.x1, box.y1)
            case 270:
                return Transform(0, -sx, sy, 0, box.x0, box.y1)
            case _:
                return Transform(sx, 0, 0, sy, box.x0, box.y0)

    @property
    def _upright_size(self) -> tuple[float, float]:
        """Width and height of the page as it is seen, in its own units."""
        sides = self._box.width, self._box.height
        return sides[::-1] if self._turn in (90, 270) else sides

    def _pixels(self, dpi: Resolution) -> tuple[int, int]:
        width, height = (side * self._user_unit / POINTS_PER_INCH for side in self._upright_size)
        return max(1, round(width * dpi.x)), max(1, round(height * dpi.y))

    def _objects(self) -> Iterator[Any]:
        try:
            yield from self._page.get_objects(max_depth=_MAX_DEPTH)
        except pypdfium2.PdfiumError as error:
            raise PageLoadError(f"its content cannot be read: {_reason(error)}") from error

    def _placed(self, image: Any) -> Sequence[PlacedImage]:
        """The image, or nothing if it cannot be seen."""
        width, height = image.get_px_size()
        to_page = _to_page(image)
        corners = to_page.apply_box(BoundingBox(0, 0, 1, 1))
        seen = _intersection(corners, self._box)
        along, across = math.hypot(to_page.a, to_page.b), math.hypot(to_page.c, to_page.d)
        if seen is None or not (along > 0 and across > 0 and width and height):
            return ()
        inch = POINTS_PER_INCH / self._user_unit
        dpi = Resolution(width / along * inch, height / across * inch)
        lies = abs(to_page.b) > abs(to_page.a)
        if lies != (self._turn in (90, 270)):
            dpi = dpi.swapped
        return (PlacedImage(dpi, seen.area / self._box.area, _is_bilevel(image, width, height)),)

    def _words(self) -> int:
        """How many words a reader finds within the page."""
        text = self._page.get_textpage()
        try:
            return len(str(text.get_text_bounded(errors="ignore")).split())
        finally:
            text.close()

    def _rendered(self, width: int, height: int, *, gray: bool) -> Image.Image:
        kind = pdfium.FPDFBitmap_Gray if gray else pdfium.FPDFBitmap_BGR
        try:
            bitmap = pypdfium2.PdfBitmap.new_native(width, height, kind)
        except (pypdfium2.PdfiumError, MemoryError) as error:
            raise PageLoadError(f"there is not enough memory for {width} x {height} pixels") from error
        try:
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
            self._draw(bitmap, width, height)
            pixels: Image.Image = bitmap.to_pil()
            return (
                pixels.convert("L" if gray else "RGB") if pixels.mode not in ("L", "RGB") else pixels.copy()
            )
        finally:
            bitmap.close()

    def _draw(self, bitmap: Any, width: int, height: int) -> None:
        """Draw the page over the whole bitmap, so that pixels of a scan become pixels of the bitmap.

        PDFium rounds the place of an image outwards, to whole pixels: where a matrix is too large by the
        error of a float, the image would be stretched by a pixel.
        """
        sx = (1 - _SHRINK) * width / pdfium.FPDF_GetPageWidthF(self._page)
        sy = (1 - _SHRINK) * height / pdfium.FPDF_GetPageHeightF(self._page)
        matrix = pdfium.FS_MATRIX(sx, 0, 0, sy, _SHRINK * width / 2, _SHRINK * height / 2)
        pdfium.FPDF_RenderPageBitmapWithMatrix(
            bitmap, self._page, matrix, pdfium.FS_RECTF(0, 0, width, height), 0
        )


class _LastDocument:
    """The document of the last page, since the next page is mostly of the same.

    In a long document it takes longer to find a page than to look at it.  What PDFium remembers of a document
    grows with its pages, so it is opened anew now and then.
    """

    def __init__(self) -> None:
        self._key: object = None
        self._document: Any = None
        self._pages = 0

    def get(self, file: Path | bytes, password: str | None) -> Any:
        """The document, open.

        Raises:
            pypdfium2.PdfiumError, OSError: it cannot be opened.

        """
        key = (_identity(file), password)
        if key != self._key or self._pages >= _PAGES_A_DOCUMENT:
            self._key = self._document = None  # which closes it, once its pages are closed
            self._document, self._pages = pypdfium2.PdfDocument(file, password=password), 0
            self._key = key
        self._pages += 1
        return self._document


_last_document: Final = _LastDocument()


def _identity(file: Path | bytes) -> object:
    """What tells a file from others, and from itself after a change; an open document keeps its bytes."""
    if isinstance(file, bytes):
        return id(file), len(file)
    status = file.stat()
    return file, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _to_page(found: Any) -> Transform:
    """The object's matrix, and those of the forms that hold it."""
    whole = Transform(*found.get_matrix().get())
    container = found.container
    while container is not None:
        whole = whole.then(Transform(*container.get_matrix().get()))
        container = container.container
    return whole


def _is_bilevel(image: Any, width: int, height: int) -> bool:
    """Whether it has one bit a pixel; what would take long to find out counts as no."""
    filters = set(image.get_filters())
    if filters & _BILEVEL_FILTERS:
        return True
    most = (width + 7) // 8 * height
    if filters - _LOSSLESS_FILTERS or pdfium.FPDFImageObj_GetImageDataRaw(image, None, 0) > most:
        return False
    return bool(pdfium.FPDFImageObj_GetImageDataDecoded(image, None, 0) <= most)


def _extrema(pixels: Image.Image) -> Sequence[tuple[int, int]]:
    """The darkest and the lightest shade of each band."""
    return [band.getextrema() for band in pixels.split()]  # type: ignore[misc]


def _is_decodable(image: Any) -> bool:
    try:
        image.get_bitmap().close()
    except pypdfium2.PdfiumError:
        return False
    return True


def _intersection(a: BoundingBox, b: BoundingBox) -> BoundingBox | None:
    box = BoundingBox(max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1))
    return box if box.width > 0 and box.height > 0 else None


def _without_grey_edges(pixels: Image.Image) -> Image.Image:
    """A rendering of a black and white scan as black and white, if there is hardly any grey in it.

    A matrix that is off by less than a pixel makes PDFium smooth edges that are sharp in the scan.
    """
    histogram = pixels.histogram()
    if sum(histogram[_BLACK:_WHITE]) > _FEW_GREYS * sum(histogram):
        return pixels
    return pixels.point([0] * 128 + [255] * 128).convert("1", dither=Image.Dither.NONE)


def _fewest_shades(pixels: Image.Image) -> Image.Image:
    """The same image as gray if it is gray, and as black and white if it is that."""
    if pixels.mode == "RGB":
        red, green, blue = pixels.split()
        if any(ImageChops.difference(red, other).getbbox() for other in (green, blue)):
            return pixels
        pixels = red
    if any(pixels.histogram()[1:-1]):
        return pixels
    return pixels.convert("1", dither=Image.Dither.NONE)


def _shown_dpi(dpi: Resolution) -> str:
    return f"{dpi.x:.0f}" if dpi.is_square else f"{dpi.x:.0f} x {dpi.y:.0f}"


def _reason(error: Exception) -> str:
    return f"{error}".strip().rstrip(".") or type(error).__name__
