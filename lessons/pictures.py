"""Whether a picture of the content can be shown: found without drawing it, at a cost that is bounded beforehand."""

import io
import struct
import warnings
import zlib
from pathlib import Path

from words import Sentence, sentence

LARGEST_PICTURE = 500_000
"""Bytes."""
WIDTH, HEIGHT = 1920, 1080
"""No picture has more pixels than that, whichever way it is turned: a telephone has to draw it as well."""
DRAWN = 500_000
"""Pixels up to which a WebP, which has no checksum, is drawn; of a larger one it is seen that nothing is missing."""
MOST_SCANS = 30
"""Of a JPEG: each passes over the whole picture anew, and takes a few bytes. Those that are made have up to 18."""
PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""The endings of file names that are allowed, and the format that each stands for."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = struct.Struct(">IIBBBBB")
_PNG_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""The bits of one value that each kind of colour may have."""
_PNG_PALETTE = 3


class _BrokenError(Exception):
    pass


class _TooManyPixelsError(Exception):
    pass


def wrong_with_picture(home: Path, file: str) -> Sentence | None:
    """Why the picture `file` of the folder `home` cannot be shown; none when it can."""
    picture = home / file
    try:
        if not picture.resolve().is_relative_to(home.resolve()):
            return sentence("the picture {file} lies outside its folder; put it there", file=file)
        if (form := PICTURES.get(picture.suffix.lower())) is None:
            return sentence("{file} is not a picture that is shown; use PNG, JPEG or WebP", file=file)
        if not picture.is_file():
            return sentence("there is no picture {file}; add it or take the line out", file=file)
        if picture.stat().st_size > LARGEST_PICTURE:
            size = LARGEST_PICTURE // 1000
            return sentence("the picture {file} is larger than {n} kB; make it smaller", file=file, n=size)
    except (OSError, RuntimeError, ValueError):  # a link to itself, a name that no file can have
        return sentence("the picture {file} cannot be opened; give it another name", file=file)
    try:
        raw = picture.read_bytes()
        if form == "PNG":
            _look_through_png(raw)
        else:
            _look_through(raw, form)
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


def _look_through_png(raw: bytes) -> None:
    """Its checksums vouch for all that stands in it: nothing is unfolded."""
    if not raw.startswith(_PNG):
        raise _BrokenError
    at, seen = len(_PNG), set[bytes]()
    palette = False
    try:
        while b"IEND" not in seen:
            length, kind = struct.unpack_from(">I4s", raw, at)
            (checksum,) = struct.unpack_from(">I", raw, at + 8 + length)
            if zlib.crc32(raw[at + 4 : at + 8 + length]) != checksum or (kind == b"IHDR") is bool(seen):
                raise _BrokenError
            if kind == b"IHDR":
                width, height, depth, colour, *methods = _PNG_HEADER.unpack(raw[at + 8 : at + 8 + length])
                if not (width and height and depth in _PNG_DEPTHS.get(colour, ())) or methods[:2] != [0, 0]:
                    raise _BrokenError
                _bound(width, height)
                palette = colour == _PNG_PALETTE
            seen.add(kind)
            at += 12 + length
    except struct.error as error:  # it ends too early
        raise _BrokenError from error
    if b"IDAT" not in seen or (palette and b"PLTE" not in seen):
        raise _BrokenError


def _look_through(raw: bytes, form: str) -> None:
    """A JPEG is read to its end and drawn at an eighth of its size."""
    from PIL import Image

    if form == "JPEG" and raw.count(b"\xff\xda") > MOST_SCANS:
        raise _BrokenError
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # of what stands beside the picture in its file
            Image.open(io.BytesIO(raw), formats=[form]) as opened,
        ):
            width, height = opened.size
            _bound(width, height)
            if form == "JPEG" or width * height <= DRAWN:
                opened.draft("L", (1, 1))
                opened.load()
    except Image.DecompressionBombError as error:
        raise _TooManyPixelsError from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _BrokenError from error
