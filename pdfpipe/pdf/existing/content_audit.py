"""What the content of pages, forms and patterns has in it that PDF/A does not allow, or that is not known."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pdfpipe.model.names import shown
from pdfpipe.pdf.existing.resources import SENSELESS, inherited, key_of
from pdfpipe.pdf.icc_profiles import cmyk_profile

__all__ = ["RENDERING_INTENTS", "ContentAudit"]

RENDERING_INTENTS: Final = frozenset(
    {"/Perceptual", "/RelativeColorimetric", "/AbsoluteColorimetric", "/Saturation"}
)
_BLEND_MODES: Final = frozenset(
    "/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight"
    " /SoftLight /Difference /Exclusion /Hue /Saturation /Color /Luminosity".split()
)

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
_STANDARD_FONTS: Final = frozenset(
    "/Helvetica /Helvetica-Bold /Helvetica-Oblique /Helvetica-BoldOblique /Times-Roman /Times-Bold"
    " /Times-Italic /Times-BoldItalic /Courier /Courier-Bold /Courier-Oblique /Courier-BoldOblique".split()
)
"""Of the standard 14 those for Latin; they may go without widths (ISO 32000-1, 9.6.2.2)."""
_SYMBOLIC: Final = 4
"""Flag of a font descriptor (ISO 32000-1, table 123)."""


class _State:
    """The graphics state, as far as it counts here."""

    def __init__(self, mode: int) -> None:
        self.mode = mode
        self.font: Any = None
        self.saved: list[tuple[int, Any]] = []


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
        self._overprints = self._has_overprint_mode = False

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
        state = _State(mode)
        for one in instructions:
            operator = str(one.operator)
            if operator not in _OPERATORS:
                self._refuse(f"{place} has an unknown operator ({operator[:9]})")
            try:
                self._look_at_instruction(operator, one, state, resources, place, depth)
            except SENSELESS:
                self._refuse(f"{place} has an operator that makes no sense ({operator[:9]})")

    def _look_at_instruction(
        self, operator: str, one: Any, state: _State, resources: Any, place: str, depth: int
    ) -> None:
        match operator:
            case "q":
                state.saved.append((state.mode, state.font))
                if len(state.saved) > _MAX_NESTING:
                    self._refuse(f"{place} nests graphics states too deeply")
            case "Q" if state.saved:
                state.mode, state.font = state.saved.pop()
            case "Tr":
                state.mode = int(one.operands[0])
            case "Tf":
                state.font = _sub(resources, Name.Font).get(one.operands[0])
            case "k" | "K":
                self._use_cmyk(resources)
            case "cs" | "CS":
                name = one.operands[0]
                self._look_at_space(_sub(resources, Name.ColorSpace).get(name, name), resources, place)
            case "Do":
                self._look_at_object(one.operands[0], resources, place, state.mode, depth)
            case "INLINE IMAGE":
                self._look_at_inline_image(one.iimage.obj, resources, place)
            case "sh":
                shading = _sub(resources, Name.Shading).get(one.operands[0])
                if isinstance(shading, Dictionary | Stream):
                    self._look_at_space(shading.get(Name.ColorSpace), resources, place)
            case "scn" | "SCN" if one.operands and isinstance(one.operands[-1], Name):
                self._look_at_pattern(one.operands[-1], resources, place, depth)
            case "ri" if str(one.operands[0]) not in RENDERING_INTENTS:
                self._refuse(f"{place} has an unknown rendering intent")
            case "gs":
                self._look_at_state(one.operands[0], resources, place, depth)
        if operator in _SHOW:
            self._look_at_font(state.font, place, visible=state.mode != _INVISIBLE)

    def _look_at_object(self, name: Any, resources: Any, place: str, mode: int, depth: int) -> None:
        drawn = _sub(resources, Name.XObject).get(name)
        if not isinstance(drawn, Stream):
            self._refuse(f"{place} draws something that is not there ({_shown(name)})")
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
        self._look_at_space(named.get(space, space) if isinstance(space, Name) else space, resources, place)

    def _look_at_pattern(self, name: Any, resources: Any, place: str, depth: int) -> None:
        pattern = _sub(resources, Name.Pattern).get(name)
        if isinstance(pattern, Stream):
            self._look_at_form(pattern, None, place, 0, depth)
        elif isinstance(pattern, Dictionary):
            shading = pattern.get(Name.Shading)
            if isinstance(shading, Dictionary | Stream):
                self._look_at_space(shading.get(Name.ColorSpace), resources, place)

    def _look_at_state(self, name: Any, resources: Any, place: str, depth: int) -> None:
        state = _sub(resources, Name.ExtGState).get(name)
        if not isinstance(state, Dictionary):
            self._refuse(f"{place} sets a graphics state that is not there ({_shown(name)})")
            return
        mask = state.get(Name.SMask)
        if isinstance(mask, Dictionary) and isinstance(mask.get(Name.G), Stream):
            self._look_at_form(mask[Name.G], None, place, 0, depth)
        modes = state.get(Name.BM)
        for mode in list(modes) if isinstance(modes, Array) else [modes]:
            if mode is not None and key_of(mode) not in _BLEND_MODES:
                self._refuse(f"{place} blends in an unknown way ({_shown(mode)})")
        if str(state.get(Name.RI, "/Perceptual")) not in RENDERING_INTENTS:
            self._refuse(f"{place} has an unknown rendering intent")
        self._overprints |= bool(state.get(Name.OP) or state.get(Name.op))
        self._has_overprint_mode |= state.get(Name.OPM) == 1
        if self._overprints and self._has_overprint_mode:
            self._refuse(f"{place} overprints, which is not looked into")
        if Name.Font in state:
            self._refuse(f"{place} sets a font by a graphics state")

    def _look_at_space(self, space: Any, resources: Any, place: str) -> None:
        """A color space: what has a profile, or means gray or RGB, is known."""
        if space is None:
            return
        family = key_of(space[0] if isinstance(space, Array) else space)
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
            self._refuse(f"{place} has colors that are not looked into ({shown(family[1:])})")

    def _look_at_font(self, font: Any, place: str, *, visible: bool) -> None:
        if visible:
            self._refuse(f"{place} has visible text, whose fonts are not looked into")
        elif not isinstance(font, Dictionary):
            self._refuse(f"{place} has text without a font")
        elif not _is_known_font(font):
            name = _shown(font.get(Name.BaseFont, "/unnamed"))
            self._refuse(f"{place} has invisible text in a font that is not looked into ({name})")

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
    match str(font.get(Name.Subtype)):
        case "/Type1" | "/TrueType":
            return _is_known_simple_font(font)
        case "/Type0":
            return _is_known_composite_font(font)
        case _:
            return False


def _is_known_simple_font(font: Any) -> bool:
    encoding, descriptor = font.get(Name.Encoding), _descriptor(font)
    is_simple = isinstance(encoding, Name) and str(encoding) in _SIMPLE_ENCODINGS
    is_standard = font.Subtype == Name.Type1 and key_of(font.get(Name.BaseFont)) in _STANDARD_FONTS
    has_widths = all(name in font for name in (Name.FirstChar, Name.LastChar, Name.Widths))
    if Name.CharSet in descriptor or not (is_standard or has_widths):
        return False
    if font.Subtype == Name.TrueType:
        return is_simple and not int(descriptor.get(Name.Flags, 0)) & _SYMBOLIC
    return is_simple or (encoding is None and is_standard) or Name.ToUnicode in font


def _is_known_composite_font(font: Any) -> bool:
    encoding = font.get(Name.Encoding)
    if str(encoding) not in ("/Identity-H", "/Identity-V") or Name.ToUnicode not in font:
        return False
    (descendant, *_) = list(font.get(Name.DescendantFonts, Array([None])))
    if not isinstance(descendant, Dictionary):
        return False
    descriptor = _descriptor(descendant)
    if Name.CIDSet in descriptor:
        return False
    is_embedded = any(name in descriptor for name in (Name.FontFile, Name.FontFile2, Name.FontFile3))
    is_type0 = descendant.get(Name.Subtype) == Name.CIDFontType0
    return not is_embedded or is_type0 or Name.CIDToGIDMap in descendant


def _descriptor(font: Any) -> Any:
    found = font.get(Name.FontDescriptor)
    return found if isinstance(found, Dictionary) else Dictionary()


def _shown(name: Any) -> str:
    return shown(key_of(name)[1:])


def _sub(resources: Any, kind: Any) -> Any:
    found = resources.get(kind) if isinstance(resources, Dictionary) else None
    return found if isinstance(found, Dictionary) else Dictionary()


def _streams(value: Any, depth: int) -> Iterator[Any]:
    if isinstance(value, Stream):
        yield value
    elif isinstance(value, Dictionary) and depth:
        for inner in value.values():
            yield from _streams(inner, depth - 1)
