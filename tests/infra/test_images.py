"""Pictures: only real ones come in, and only their pixels stay."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from community.infra import images
from community.infra.errors import Invalid
from community.infra.images import read_image, square_thumbnail

RED, BLUE = (220, 20, 20), (20, 20, 220)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def two_halves(width: int = 200, height: int = 100) -> Image.Image:
    """A red half on the left, a blue one on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes, *, others: bytes = b"") -> bytes:
    """A grey PNG that says of itself what we want."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + others + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def near(one: Any, other: Any) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=False))


class TestReadImage:
    @pytest.mark.parametrize(
        ("kind", "mime", "extension"),
        [("JPEG", "image/jpeg", "jpg"), ("PNG", "image/png", "png"), ("WEBP", "image/webp", "webp")],
    )
    def test_it_takes_the_three_kinds_and_says_which(self, kind: str, mime: str, extension: str) -> None:
        clean = read_image(BytesIO(encode(two_halves(), kind)))
        assert (clean.mime, clean.extension, clean.width, clean.height) == (mime, extension, 200, 100)
        again = Image.open(BytesIO(clean.data)).convert("RGB")
        assert near(again.getpixel((20, 50)), RED)
        assert near(again.getpixel((180, 50)), BLUE)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_nothing_but_the_pixels_stays(self, kind: str) -> None:
        exif = Image.Exif()
        exif[0x010E] = "taken at home"
        options = {"exif": exif, "icc_profile": b"profile of mine" * 20}
        if kind == "JPEG":
            options["comment"] = b"said in passing"
        original = encode(two_halves(), kind, **options) + b"<script>behind</script>"
        assert b"taken at home" in original
        clean = read_image(original).data
        for trace in (b"taken at home", b"profile of mine", b"said in passing", b"behind"):
            assert trace not in clean
        assert not Image.open(BytesIO(clean)).getexif()

    def test_it_turns_the_picture_upright(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        clean = read_image(encode(two_halves(), "JPEG", exif=exif))
        assert (clean.width, clean.height) == (100, 200)
        upright = Image.open(BytesIO(clean.data))
        assert near(upright.getpixel((50, 20)), RED)
        assert near(upright.getpixel((50, 180)), BLUE)

    @pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
    def test_broken_metadata_does_not_spoil_a_good_picture(self) -> None:
        clean = read_image(encode(two_halves(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xff"))
        assert clean.width == 200

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_a_large_picture_is_made_smaller(self, kind: str) -> None:
        clean = read_image(encode(two_halves(4000, 1000), kind))
        assert (clean.width, clean.height) == (images.MAX_SIDE, 400)

    def test_a_transparent_picture_stays_transparent(self) -> None:
        clean = read_image(encode(Image.new("RGBA", (50, 50), (10, 20, 30, 0)), "PNG"))
        assert Image.open(BytesIO(clean.data)).getchannel("A").getextrema() == (0, 0)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
    def test_it_takes_pictures_of_any_depth(self, mode: str) -> None:
        kind = "JPEG" if mode == "CMYK" else "PNG"
        assert read_image(encode(Image.new(mode, (40, 30)), kind)).width == 40

    def test_sixteen_bit_shades_keep_their_steps(self) -> None:
        grey = Image.new("I;16", (20, 20), 0x8000)
        clean = Image.open(BytesIO(read_image(encode(grey, "PNG")).data))
        assert clean.getpixel((5, 5)) == (128, 128, 128)

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_of_an_animation_only_the_first_frame_stays(self, kind: str) -> None:
        frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE, RED)]
        data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
        clean = Image.open(BytesIO(read_image(data).data))
        assert getattr(clean, "n_frames", 1) == 1
        assert near(clean.convert("RGB").getpixel((20, 20)), RED)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not a picture",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            b"<html><body>\xff\xd8\xff",
            encode(two_halves(), "GIF"),
            encode(two_halves(), "BMP"),
            encode(two_halves(), "TIFF"),
        ],
        ids=["nothing", "text", "svg", "html", "gif", "bmp", "tiff"],
    )
    def test_other_kinds_whatever_they_are_called(self, data: bytes) -> None:
        with pytest.raises(Invalid, match="JPEG, PNG or WebP"):
            read_image(data)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_a_file_that_breaks_off(self, kind: str) -> None:
        data = encode(Image.effect_noise((300, 300), 80).convert("RGB"), kind)
        with pytest.raises(Invalid, match="damaged"):
            read_image(data[: len(data) // 3])

    def test_a_file_that_is_too_large(self) -> None:
        with pytest.raises(Invalid, match="5 MB"):
            read_image(BytesIO(b"\xff" * (images.MAX_BYTES + 1)))

    @pytest.mark.parametrize("side", [4_001, 12_000, 65_535])
    def test_too_many_pixels_before_any_is_decoded(self, side: int, monkeypatch: pytest.MonkeyPatch) -> None:
        def decode(*_: object) -> None:
            pytest.fail("it was decoded")

        monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
        with pytest.raises(Invalid, match="too many pixels"):
            read_image(png(side, side, b"\x00" * 1000))

    def test_a_header_that_promises_more_than_there_is(self) -> None:
        with pytest.raises(Invalid, match="damaged"):
            read_image(png(3000, 3000, b"\x00\x00"))

    def test_hidden_text_that_unpacks_into_millions(self) -> None:
        bomb = chunk(b"zTXt", b"note\x00\x00" + zlib.compress(b"x" * 20_000_000))
        with pytest.raises(Invalid):
            read_image(png(1, 1, b"\x00\x00", others=bomb))

    def test_thousands_of_parts(self) -> None:
        parts = chunk(b"tEXt", b"a\x00b") * (images.MAX_PARTS["PNG"] + 1)
        with pytest.raises(Invalid, match="unusual"):
            read_image(png(1, 1, b"\x00\x00", others=parts))

    def test_hundreds_of_passes(self) -> None:
        data = encode(two_halves(), "JPEG", progressive=True)
        last = data[data.rindex(b"\xff\xda") : -2]
        with pytest.raises(Invalid, match="unusual"):
            read_image(data[:-2] + last * 500 + b"\xff\xd9")


class TestSquareThumbnail:
    @pytest.mark.parametrize("size", [(2000, 500), (500, 2000), (30, 20)])
    def test_it_is_a_square_of_one_size(self, size: tuple[int, int]) -> None:
        clean = square_thumbnail(encode(Image.new("RGB", size, RED), "JPEG"))
        assert (clean.width, clean.height) == (images.THUMBNAIL_SIDE, images.THUMBNAIL_SIDE)

    def test_it_shows_the_middle(self) -> None:
        image = Image.new("RGB", (900, 300), RED)
        image.paste(BLUE, (300, 0, 600, 300))
        clean = Image.open(BytesIO(square_thumbnail(encode(image, "PNG")).data))
        assert clean.getpixel((5, 128)) == clean.getpixel((250, 128)) == BLUE
