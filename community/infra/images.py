"""Pictures from people: known by content, decoded and written anew, so that nothing else comes through."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps, UnidentifiedImageError

from community.infra.errors import Invalid

MAX_BYTES = 5 * 1024 * 1024
MAX_SIDE = 1600
THUMBNAIL_SIDE = 256
# JPEG is shrunk while it is decoded; the others are held in memory as they are, four bytes a pixel.
MAX_PIXELS = {"JPEG": 40_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
# Each scan of a progressive JPEG is a pass over all pixels, each chunk of a PNG a step of Python. Cameras and
# editors write about ten of the one and some hundreds of the other.
MAX_PARTS = {"JPEG": 64, "PNG": 4_000}

_PARTS = {"JPEG": re.compile(rb"\xff\xda"), "PNG": re.compile(rb"IDAT|fdAT|tEXt|zTXt|iTXt")}
# What a stored picture is sent as; the machine's own table need not know all of them.
MIMES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 85, "progressive": True},
    "PNG": {},
    "WEBP": {"quality": 82},
}
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises, depending on the format, when a file is not what it says.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
)


@dataclass(frozen=True)
class CleanImage:
    """A picture as we wrote it: upright, small enough and without metadata."""

    data: bytes
    mime: str
    extension: str
    width: int
    height: int


def read_image(source: bytes | BinaryIO) -> CleanImage:
    """The picture, at most `MAX_SIDE` long, the first frame of an animation; Invalid if it is none."""
    return _read(source, MAX_SIDE, _shrink)


def square_thumbnail(source: bytes | BinaryIO) -> CleanImage:
    """The middle of the picture as a square of `THUMBNAIL_SIDE`; Invalid if it is no picture."""
    return _read(source, THUMBNAIL_SIDE, _cut_square)


def _read(source: bytes | BinaryIO, side: int, fit: Callable[[Image.Image, int], Image.Image]) -> CleanImage:
    data = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Invalid(_l("This picture is larger than 5 MB. Please choose a smaller one."))
    with _open(data) as opened:
        kind = _kind(opened)
        try:
            turn = _UPRIGHT.get(_orientation(opened))
            # Only JPEG can do this: it decodes at a half, a quarter or an eighth of the size.
            opened.draft(None, (side, side))
            opened.load()
            image = fit(_plain(opened), side)
        except _BROKEN as error:
            raise _damaged() from error
        if turn is not None:
            image = image.transpose(turn)
        # Pillow would write the colour profile and comments of the original again.
        image.info.clear()
        written = BytesIO()
        image.save(written, kind, **_SAVING[kind])
    return CleanImage(written.getvalue(), Image.MIME[kind], _EXTENSIONS[kind], image.width, image.height)


def _open(data: bytes) -> Image.Image:
    """The picture with only its header read, so that nothing large is decoded before it is refused."""
    try:
        image = Image.open(BytesIO(data), formats=tuple(_EXTENSIONS))
    except UnidentifiedImageError as error:
        raise Invalid(_l("Please choose a JPEG, PNG or WebP picture.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise _damaged() from error
    kind = _kind(image)
    if image.width * image.height > MAX_PIXELS[kind]:
        raise _too_large()
    if kind in _PARTS and len(_PARTS[kind].findall(data)) > MAX_PARTS[kind]:
        raise Invalid(_l("This picture is built in an unusual way. Please save it anew and try again."))
    return image


def _damaged() -> Invalid:
    return Invalid(_l("We could not read this picture. It may be damaged; please try another one."))


def _too_large() -> Invalid:
    return Invalid(_l("This picture has too many pixels. Please make it smaller and try again."))


def _kind(image: Image.Image) -> str:
    # Some phones put several JPEG pictures into one file; the first is the one that was taken.
    return "JPEG" if image.format == "MPO" else str(image.format)


def _orientation(image: Image.Image) -> int:
    """How the camera was held; 1, upright, where the metadata cannot be read."""
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except _BROKEN:
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """The picture as red, green and blue, and with transparency where it has some."""
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode.startswith("I;16"):
        # Straight to colours Pillow would cut off all but the darkest shades.
        return image.convert("I").point(lambda shade: shade / 256).convert("L").convert("RGB")
    return image if image.mode == wanted else image.convert(wanted)


def _shrink(image: Image.Image, side: int) -> Image.Image:
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _cut_square(image: Image.Image, side: int) -> Image.Image:
    return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
