"""Check of the content's pictures: without drawing large ones, at a cost that is bounded beforehand."""

import io
import struct
import warnings
import zlib
from collections.abc import Collection
from pathlib import Path

from lessons.pictures import drawings
from words import Sentence, sentence

LARGEST_PICTURE = 500_000
"""Bytes."""
WIDTH, HEIGHT = 1920, 1080
"""Pixels. No picture has more than their product, in portrait or landscape: a phone has to draw it too."""
MOST_PIXELS_DRAWN = 500_000
"""Pixels up to which a WebP is drawn, since it has no checksum. A larger one is only checked to be complete."""
MOST_SCANS = 30
"""Scans of a JPEG. Each goes over the whole picture again for a few bytes of the file. Real ones have up to 18."""
PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""File name extensions of pictures made of pixels, and the format of each."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = struct.Struct(">IIBBBBB")
_PNG_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Bits per value, by colour type."""
_PNG_PALETTE = 3


class _BrokenError(Exception):
    pass


class _TooManyPixelsError(Exception):
    pass


def wrong_with_picture(home: Path, file: str) -> Sentence | None:
    """Return why the picture `file` in the folder `home` cannot be shown in a lesson; None if it can."""
    other = sentence("{file} is not a picture that is shown; use SVG, PNG, JPEG or WebP", file=file)
    return _wrong_with(home, file, {*PICTURES, drawings.SUFFIX}, other)


def wrong_with_logo(home: Path, file: str) -> Sentence | None:
    """Return why the picture `file` in the folder `home` cannot be the logo; None if it can.

    A logo has an address of its own, at which a browser would open an SVG as a page.
    """
    other = sentence("{file} is not a picture that can be a logo; use PNG, JPEG or WebP", file=file)
    return _wrong_with(home, file, PICTURES, other)


def _wrong_with(home: Path, file: str, suffixes: Collection[str], other: Sentence) -> Sentence | None:
    picture = home / file
    suffix = picture.suffix.lower()
    try:
        if not picture.resolve().is_relative_to(home.resolve()):
            return sentence("the picture {file} lies outside its folder; put it there", file=file)
        if suffix not in suffixes:
            return other
        if not picture.is_file():
            return sentence("there is no picture {file}; add it or take the line out", file=file)
        if picture.stat().st_size > LARGEST_PICTURE:
            size = LARGEST_PICTURE // 1000
            return sentence("the picture {file} is larger than {n} kB; make it smaller", file=file, n=size)
    except (OSError, RuntimeError, ValueError):  # a link to itself, a name that no file can have
        return sentence("the picture {file} cannot be opened; give it another name", file=file)
    try:
        raw = picture.read_bytes()
        match PICTURES.get(suffix):
            case None:
                return drawings.wrong_with_drawing(file, raw)
            case "PNG":
                _verify_png(raw)
            case form:
                _verify(raw, form)
    except _TooManyPixelsError:
        return sentence(
            "the picture {file} has more than {width} × {height} pixels; make it smaller",
            file=file,
            width=WIDTH,
            height=HEIGHT,
        )
    except (OSError, _BrokenError):
        return sentence("the picture {file} is broken; save it again", file=file)
    return None


def _bound(width: int, height: int) -> None:
    if width * height > WIDTH * HEIGHT:
        raise _TooManyPixelsError


def _verify_png(raw: bytes) -> None:
    """Verify the checksum of every chunk, which needs no decompression."""
    if not raw.startswith(_PNG):
        raise _BrokenError
    at, found = len(_PNG), set[bytes]()
    palette = False
    try:
        while b"IEND" not in found:
            length, kind = struct.unpack_from(">I4s", raw, at)
            (checksum,) = struct.unpack_from(">I", raw, at + 8 + length)
            if zlib.crc32(raw[at + 4 : at + 8 + length]) != checksum or (kind == b"IHDR") is bool(found):
                raise _BrokenError
            if kind == b"IHDR":
                width, height, depth, colour, *methods = _PNG_HEADER.unpack(raw[at + 8 : at + 8 + length])
                if not (width and height and depth in _PNG_DEPTHS.get(colour, ())) or methods[:2] != [0, 0]:
                    raise _BrokenError
                _bound(width, height)
                palette = colour == _PNG_PALETTE
            found.add(kind)
            at += 12 + length
    except struct.error as error:  # the file is cut off
        raise _BrokenError from error
    if b"IDAT" not in found or (palette and b"PLTE" not in found):
        raise _BrokenError


def _verify(raw: bytes, form: str) -> None:
    """Read a JPEG to its end and draw it at an eighth of its size; draw a small WebP."""
    from PIL import Image

    if form == "JPEG" and raw.count(b"\xff\xda") > MOST_SCANS:
        raise _BrokenError
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # about metadata in the file
            Image.open(io.BytesIO(raw), formats=[form]) as opened,
        ):
            width, height = opened.size
            _bound(width, height)
            if form == "JPEG" or width * height <= MOST_PIXELS_DRAWN:
                opened.draft("L", (1, 1))
                opened.load()
    except Image.DecompressionBombError as error:
        raise _TooManyPixelsError from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _BrokenError from error
