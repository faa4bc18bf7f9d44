"""How the images of a page are described and painted."""

from __future__ import annotations

from typing import Final

from pdfpipe.model.geometry import POINTS_PER_INCH, BoundingBox, Point, Transform, orientation_transform
from pdfpipe.model.image import EncodedImage
from pdfpipe.model.job import PageContent
from pdfpipe.pdf.syntax import matrix, number

__all__ = ["IMAGE_RESOURCE", "OVERLAY_RESOURCE", "image_entries", "paint_images"]

IMAGE_RESOURCE: Final = "Im0"
OVERLAY_RESOURCE: Final = "Im1"


def image_entries(image: EncodedImage) -> bytes:
    """What the dictionary of an image or stencil says, but for its colours and its length.

    No byte more than is needed: it stands in each page, uncompressed.
    """
    entries = (
        f"/Subtype/Image/Width {image.width}/Height {image.height}/BitsPerComponent {image.bits}"
        f"/Filter/{image.filter.value}"
    )
    if image.parms:
        parms = "".join(f"/{key} {str(value).lower()}" for key, value in image.parms)
        entries += f"/DecodeParms<<{parms}>>"
    if image.decode:
        entries += f"/Decode[{' '.join(map(str, image.decode))}]"
    return entries.encode("ascii")


def paint_images(page: PageContent) -> bytes:
    """Operators that paint the stored image, and what lies over it, upright over the page or its own box.

    A page that is to be shown level is turned.  An image fills the unit square with its first row at the top
    (ISO 32000-1, 8.9.5.1).
    """
    resolution = page.resolution
    box = page.image_box or BoundingBox(0, 0, page.width, page.height)
    width, height = round(box.width), round(box.height)
    if page.orientation >= 5:
        width, height = height, width
    to_shown = Transform() if page.level is None else page.level.to_upright.inverse()
    _, shown_height = page.shown_size
    to_points = to_shown.then(
        Transform(
            a=POINTS_PER_INCH / resolution.x,
            d=-POINTS_PER_INCH / resolution.y,
            f=shown_height * POINTS_PER_INCH / resolution.y,
        )
    )
    placed = (
        Transform(a=width, d=-height, f=height)
        .then(orientation_transform(page.orientation, width, height))
        .then(Transform(e=box.x0, f=box.y0))
        .then(to_points)
    )
    clip = ""
    if page.image_box is not None and page.level is not None:
        # A level sheet is larger than the page: it would show some of the image beside it.
        clip = _clip(to_points, page.width, page.height)
    painted = f"/{IMAGE_RESOURCE} Do"
    if page.overlay is not None:
        painted += f" {_set_color(page.overlay.paint)}/{OVERLAY_RESOURCE} Do"
    return f"q {clip}{matrix(placed)} cm {painted} Q\n".encode("ascii")


def _clip(to_points: Transform, width: int, height: int) -> str:
    """Operators after which nothing is painted outside of the page of this size in pixels."""
    corners = [to_points.apply(Point(x, y)) for x, y in ((0, 0), (width, 0), (width, height), (0, height))]
    first, *others = (f"{number(corner.x)} {number(corner.y)}" for corner in corners)
    return f"{first} m {' '.join(f'{corner} l' for corner in others)} h W n "


def _set_color(paint: EncodedImage | tuple[int, ...]) -> str:
    """Operators for the colour of a stencil; an image has colours of its own."""
    if isinstance(paint, EncodedImage):
        return ""
    return f"{' '.join(number(sample / 255) for sample in paint)} {'g' if len(paint) == 1 else 'rg'} "
