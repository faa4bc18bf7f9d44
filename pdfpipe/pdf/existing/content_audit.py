"""What the content of pages, forms and patterns has in it that PDF/A does not allow, or that is not known."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pdfpipe.pdf.existing.resources import inherited
from pdfpipe.pdf.icc_profiles import cmyk_profile

__all__ = ["ContentAudit"]

_OPERATORS: Final = frozenset({"INLINE IMAGE"}) | frozenset(
    "b B b* B* BDC BMC BT BX c cm CS cs d d0 d1 Do DP EMC ET EX f F f* G g gs h i j J K k l m M MP n q Q re "
    "RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)
_SHOW: Final = frozenset({"Tj", "TJ", "'", '"'})
_INVISIBLE: Final = 3
_MAX_NESTING: Final = 28
_MAX_DEPTH: Final = 15
_PLAIN_SPACES: Final = frozenset(
    {"/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB", "/Lab", "/G", "/RGB", "/Pattern"}
)
_SIMPLE_ENCODINGS: Final = frozenset({"/WinAnsiEncoding", "/MacRomanEncoding"})
_LATIN_FONTS: Final = ("/Helvetica", "/Times", "/Courier", "/Arial")


class ContentAudit:
    """Looks at content streams, each once; tells `refuse` and `fix` what it finds."""

    def __init__(
        self, pdf: pikepdf.Pdf, refuse: Callable[[str], None], fix: Callable[[Callable[[], None]], None]
    ) -> None:
        self._pdf = pdf
        self._refuse = refuse
        self._fix = fix
        self._seen: set[tuple[tuple[int, int], int]] = set()
        self._cmyk: Any = None

    def look_at_page(self, page: Any, number: int) -> None:
        """Look at a page, at its annotations, and at all that they draw."""
        place = f"page {number}"
        resources = inherited(page, Name.Resources)
        self._look(pikepdf.parse_content_stream(pikepdf.Page(page)), resources, place, 0, 0)
        group = page.get(Name.Group)
        if isinstance(group, Dictionary):
            self._look_at_space(group.get(Name.CS), None, place)
        annotations = page.get(Name.Annots)
        for annotation in annotations if isinstance(annotations, Array) else ():
            appearance = annotation.get(Name.AP) if isinstance(annotation, Dictionary) else None
            for form in _streams(appearance, 3):
                self._look_at_form(form, None, place, 0, 0)

    def _look(self, instructions: Any, resources: Any, place: str, mode: int, depth: int) -> None:
        fonts = _sub(resources, Name.Font)
        font: Any = None
        saved: list[tuple[int, Any]] = []
        for one in instructions:
            operator = str(one.operator)
            if operator not in _OPERATORS:
                self._refuse(f"{place} has an unknown operator ({operator[:9]})")
            match operator:
                case "q":
                    saved.append((mode, font))
                    if len(saved) > _MAX_NESTING:
                        self._refuse(f"{place} nests graphics states too deeply")
                case "Q" if saved:
                    mode, font = saved.pop()
                case "Tr":
                    mode = int(one.operands[0])
                case "Tf":
                    font = fonts.get(str(one.operands[0]))
                case "k" | "K":
                    self._use_cmyk(resources)
                case "cs" | "CS":
                    name = str(one.operands[0])
                    self._look_at_space(
                        _sub(resources, Name.ColorSpace).get(name, Name(name)), resources, place
                    )
                case "Do":
                    self._look_at_object(str(one.operands[0]), resources, place, mode, depth)
                case "INLINE IMAGE":
                    self._look_at_inline_image(one.iimage.obj, resources, place)
                case "sh":
                    shading = _sub(resources, Name.Shading).get(str(one.operands[0]))
                    if isinstance(shading, Dictionary | Stream):
                        self._look_at_space(shading.get(Name.ColorSpace), resources, place)
                case "scn" | "SCN" if one.operands and isinstance(one.operands[-1], Name):
                    self._look_at_pattern(str(one.operands[-1]), resources, place, depth)
                case "gs":
                    self._look_at_state(str(one.operands[0]), resources, place, depth)
            if operator in _SHOW:
                self._look_at_font(font, place, visible=mode != _INVISIBLE)

    def _look_at_object(self, name: str, resources: Any, place: str, mode: int, depth: int) -> None:
        drawn = _sub(resources, Name.XObject).get(name)
        if not isinstance(drawn, Stream):
            self._refuse(f"{place} draws something that is not there ({name[1:]})")
        elif drawn.get(Name.Subtype) == Name.Image:
            self._look_at_image(drawn, resources, place)
        else:
            self._look_at_form(drawn, resources, place, mode, depth)

    def _look_at_form(self, form: Any, around: Any, place: str, mode: int, depth: int) -> None:
        key = (form.objgen, mode)
        if key in self._seen:
            return
        self._seen.add(key)
        if depth >= _MAX_DEPTH:
            self._refuse(f"{place} nests forms too deeply")
            return
        resources = form.get(Name.Resources)
        if resources is None and around is not None:
            self._refuse(f"{place} has a form without resources of its own")
        group = form.get(Name.Group)
        if isinstance(group, Dictionary):
            self._look_at_space(group.get(Name.CS), resources, place)
        self._look(pikepdf.parse_content_stream(form), resources, place, mode, depth + 1)

    def _look_at_image(self, image: Any, resources: Any, place: str) -> None:
        if not image.get(Name.ImageMask):
            self._look_at_space(image.get(Name.ColorSpace), resources, place)
        for mask in (image.get(Name.SMask), image.get(Name.Mask)):
            if isinstance(mask, Stream) and not mask.get(Name.ImageMask):
                self._look_at_space(mask.get(Name.ColorSpace), resources, place)

    def _look_at_inline_image(self, image: Any, resources: Any, place: str) -> None:
        filters = str(image.get(Name.Filter, ""))
        if image.get(Name.Interpolate) or "LZW" in filters:
            self._refuse(f"{place} has an inline image that would have to be written anew")
        space = image.get(Name.ColorSpace)
        named = _sub(resources, Name.ColorSpace)
        self._look_at_space(
            named.get(str(space), space) if isinstance(space, Name) else space, resources, place
        )

    def _look_at_pattern(self, name: str, resources: Any, place: str, depth: int) -> None:
        pattern = _sub(resources, Name.Pattern).get(name)
        if isinstance(pattern, Stream):
            self._look_at_form(pattern, None, place, 0, depth)
        elif isinstance(pattern, Dictionary):
            shading = pattern.get(Name.Shading)
            if isinstance(shading, Dictionary | Stream):
                self._look_at_space(shading.get(Name.ColorSpace), resources, place)

    def _look_at_state(self, name: str, resources: Any, place: str, depth: int) -> None:
        state = _sub(resources, Name.ExtGState).get(name)
        if not isinstance(state, Dictionary):
            self._refuse(f"{place} sets a graphics state that is not there ({name[1:]})")
            return
        mask = state.get(Name.SMask)
        if isinstance(mask, Dictionary) and isinstance(mask.get(Name.G), Stream):
            self._look_at_form(mask[Name.G], None, place, 0, depth)
        if Name.Font in state:
            self._refuse(f"{place} sets a font by a graphics state")

    def _look_at_space(self, space: Any, resources: Any, place: str) -> None:
        """A color space: what has a profile, or means gray or RGB, is known."""
        if space is None:
            return
        family = str(space[0]) if isinstance(space, Array) else str(space)
        if family in ("/DeviceCMYK", "/CMYK"):
            if resources is None:
                self._refuse(f"{place} has CMYK colors without a profile")
            else:
                self._use_cmyk(resources)
        elif family == "/Indexed" or family == "/I":
            self._look_at_space(space[1], resources, place)
        elif family == "/ICCBased":
            problem = _profile_problem(space[1])
            if problem:
                self._refuse(f"{place} has a color profile that {problem}")
        elif family == "/Pattern" and isinstance(space, Array) and len(space) > 1:
            self._look_at_space(space[1], resources, place)
        elif family not in _PLAIN_SPACES:
            self._refuse(f"{place} has colors that are not looked into ({family[1:]})")

    def _look_at_font(self, font: Any, place: str, *, visible: bool) -> None:
        if visible:
            self._refuse(f"{place} has visible text, whose fonts are not looked into")
        elif not isinstance(font, Dictionary):
            self._refuse(f"{place} has text without a font")
        elif not _is_known_font(font):
            self._refuse(f"{place} has invisible text in a font that is not looked into ({_name_of(font)})")

    def _use_cmyk(self, resources: Any) -> None:
        """Give DeviceCMYK a meaning where it is used (ISO 19005-2, 6.2.4.3)."""

        def give() -> None:
            spaces = resources.get(Name.ColorSpace)
            if not isinstance(spaces, Dictionary):
                spaces = resources[Name.ColorSpace] = Dictionary()
                spaces = resources[Name.ColorSpace]
            if Name.DefaultCMYK not in spaces:
                if self._cmyk is None:
                    profile = self._pdf.make_stream(zlib.compress(cmyk_profile()), Filter=Name.FlateDecode)
                    profile.N = 4
                    self._cmyk = self._pdf.make_indirect(Array([Name.ICCBased, profile]))
                spaces[Name.DefaultCMYK] = self._cmyk

        self._fix(give)


def _profile_problem(profile: Any) -> str:
    """What PDF/A-2 has against an ICC profile (6.2.4.2), nothing if it is good."""
    if not isinstance(profile, Stream):
        return "is missing"
    try:
        head = profile.read_bytes()[:40]
    except pikepdf.PdfError:
        return "cannot be read"
    components = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4, b"Lab ": 3}.get(head[16:20])
    if len(head) < 40 or head[36:40] != b"acsp" or head[8] > 4:
        return "is none of ICC versions 2 to 4"
    if head[12:16] not in (b"prtr", b"mntr", b"scnr", b"spac"):
        return "is of the wrong class"
    if components != int(profile.get(Name.N, 0)):
        return "is for other colors"
    return ""


def _is_known_font(font: Any) -> bool:
    """Whether a font of invisible text conforms, and tells what its characters mean."""
    kind, encoding = str(font.get(Name.Subtype)), font.get(Name.Encoding)
    if kind in ("/Type1", "/TrueType"):
        simple = str(encoding) in _SIMPLE_ENCODINGS if isinstance(encoding, Name) else False
        standard = kind == "/Type1" and str(font.get(Name.BaseFont)).startswith(_LATIN_FONTS)
        return simple or (encoding is None and standard) or Name.ToUnicode in font
    if kind != "/Type0" or str(encoding) not in ("/Identity-H", "/Identity-V") or Name.ToUnicode not in font:
        return False
    (descendant, *_) = list(font.get(Name.DescendantFonts, Array([None])))
    if not isinstance(descendant, Dictionary):
        return False
    descriptor = descendant.get(Name.FontDescriptor)
    embedded = isinstance(descriptor, Dictionary) and any(
        name in descriptor for name in (Name.FontFile, Name.FontFile2, Name.FontFile3)
    )
    return not embedded or descendant.get(Name.Subtype) == Name.CIDFontType0 or Name.CIDToGIDMap in descendant


def _name_of(font: Any) -> str:
    return str(font.get(Name.BaseFont, "/unnamed"))[1:]


def _sub(resources: Any, kind: Any) -> Any:
    found = resources.get(kind) if isinstance(resources, Dictionary) else None
    return found if isinstance(found, Dictionary) else Dictionary()


def _streams(value: Any, depth: int) -> Iterator[Any]:
    if isinstance(value, Stream):
        yield value
    elif isinstance(value, Dictionary) and depth:
        for inner in value.values():
            yield from _streams(inner, depth - 1)
