"""Pictures: what can be shown, and what is wrong with the others."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from bad_content import LESSON, LESSON_EN, assert_faults, edit, found, line
from PIL import Image

from lessons.pictures.files import HEIGHT, LARGEST_PICTURE, MOST_SCANS, WIDTH

TOP_OF_WHY = r"^why:\n(  title: .*\n)(?:  picture:\n(?:    .*\n)+)?"


def illustrate(folder: Path, name: str) -> Path:
    """Names a picture in the lesson and in its translation; gives where it belongs."""
    edit(folder, LESSON, TOP_OF_WHY, rf'why:\n\1  picture: {{file: "{name}", alt: a}}\n')
    edit(folder, LESSON_EN, TOP_OF_WHY, r"why:\n\1  picture: {alt: a}\n")
    return folder / "lessons" / "customer-privacy" / name


def picture(kind: str, size: tuple[int, int] = (40, 40), mode: str = "L") -> bytes:
    file = io.BytesIO()
    Image.effect_noise((40, 40), 50).resize(size).convert(mode).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.webp", "WebP")]
)
def test_a_sound_picture_has_no_fault(folder: Path, name: str, kind: str) -> None:
    illustrate(folder, name).write_bytes(picture(kind))
    assert found(folder) == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_may_have_any_kind_of_colour(folder: Path, mode: str) -> None:
    illustrate(folder, "a.png").write_bytes(picture("PNG", mode=mode))
    assert found(folder) == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP"])
@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (HEIGHT, WIDTH)], ids=["across", "upright"])
def test_a_picture_may_fill_a_screen(folder: Path, kind: str, size: tuple[int, int]) -> None:
    illustrate(folder, f"a.{kind}").write_bytes(picture(kind, size))
    assert found(folder) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.png", "there is no picture a.png"),
        ("a.svg", "there is no picture a.svg"),
        ("a.gif", "a.gif is not a picture that is shown; use SVG, PNG, JPEG or WebP"),
        ("../../../a.png", "lies outside its folder"),
        ("/etc/passwd", "lies outside its folder"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_named(folder: Path, name: str, says: str) -> None:
    illustrate(folder, name)
    assert_faults(folder, (LESSON, line(folder, LESSON, name), says))


def chunks(png: bytes, kept: Callable[[bytes], bool]) -> bytes:
    """A PNG with some of its parts left out."""
    left, at = png[:8], 8
    while at < len(png):
        ends = at + 12 + int.from_bytes(png[at : at + 4])
        left += png[at:ends] if kept(png[at + 4 : at + 8]) else b""
        at = ends
    return left


def one_bit_turned(png: bytes) -> bytes:
    """In the checksum of its points: they can all be drawn, and need not be what they were."""
    turned = bytearray(png)
    turned[png.index(b"IEND") - 9] ^= 1
    return bytes(turned)


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("a.png", b""),
        ("a.png", b"not a picture"),
        ("a.png", picture("JPEG")),
        ("a.jpg", picture("PNG")),
        ("a.png", picture("PNG")[:-200]),
        ("a.jpg", picture("JPEG")[:-200]),
        ("a.webp", picture("WebP")[:-200]),
        ("a.webp", picture("WebP", (WIDTH, HEIGHT))[:-200]),
        ("a.jpg", picture("JPEG", (WIDTH, HEIGHT))[:-2000]),
        ("a.jpg", picture("JPEG")[:-2] + b"\xff\xda" * MOST_SCANS + b"\xff\xd9"),
        ("a.png", picture("PNG").replace(b"IDAT", b"IDAZ")),
        ("a.png", chunks(picture("PNG"), lambda kind: kind != b"IDAT")),
        ("a.png", chunks(picture("PNG", mode="P"), lambda kind: kind != b"PLTE")),
        ("a.png", chunks(picture("PNG"), lambda kind: kind != b"IHDR")),
        ("a.png", one_bit_turned(picture("PNG"))),
        ("a.webp", b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 28),
    ],
    ids=[
        "empty",
        "text",
        "JPEG named PNG",
        "PNG named JPEG",
        "cut PNG",
        "cut JPEG",
        "cut WebP",
        "cut large WebP",
        "cut large JPEG",
        "JPEG of too many scans",
        "PNG with a part that is none",
        "PNG without points",
        "PNG without its colours",
        "PNG without its header",
        "PNG with one bit turned",
        "sound named WebP",
    ],
)
def test_a_broken_picture_is_named(folder: Path, name: str, held: bytes) -> None:
    illustrate(folder, name).write_bytes(held)
    assert_faults(folder, (LESSON, line(folder, LESSON, name), f"the picture {name} is broken"))


def test_a_picture_beside_which_something_is_damaged_is_shown_without_a_word(folder: Path) -> None:
    said = Image.Exif()
    said[0x010E] = "a kitchen"
    beyond_its_end = said.tobytes().replace(b"\0\0\0\x0a", b"\0\0\xff\x0a")
    file = io.BytesIO()
    Image.effect_noise((40, 40), 50).save(file, "JPEG", exif=beyond_its_end)
    illustrate(folder, "a.jpg").write_bytes(file.getvalue())
    assert found(folder) == []


def test_a_picture_that_is_too_large_is_named(folder: Path) -> None:
    illustrate(folder, "a.png").write_bytes(picture("PNG") + b"\0" * LARGEST_PICTURE)
    assert_faults(folder, (LESSON, line(folder, LESSON, "a.png"), "larger than 500 kB"))


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("a.png", (WIDTH + 1, HEIGHT)),
        ("a.jpg", (WIDTH + 1, HEIGHT)),
        ("a.webp", (WIDTH + 1, HEIGHT)),
        ("a.png", (13_000, 13_000)),
        ("a.webp", (9_000, 9_000)),
    ],
)
def test_a_picture_with_too_many_pixels_is_named(folder: Path, name: str, size: tuple[int, int]) -> None:
    """Some kilobytes in the file, up to a hundred and seventy million points in memory."""
    Image.new("1", size).save(illustrate(folder, name))
    says = f"the picture {name} has more than {WIDTH} × {HEIGHT} pixels; make it smaller"
    assert_faults(folder, (LESSON, line(folder, LESSON, name), says))


def test_a_picture_that_is_a_link_out_of_the_folder_is_named(folder: Path, elsewhere: Path) -> None:
    (elsewhere / "a.png").write_bytes(picture("PNG"))
    illustrate(folder, "a.png").symlink_to(elsewhere / "a.png")
    assert_faults(folder, (LESSON, line(folder, LESSON, "a.png"), "outside its folder"))


def test_a_picture_that_links_to_itself_is_named(folder: Path) -> None:
    file = illustrate(folder, "a.png")
    file.symlink_to(file)
    assert_faults(folder, (LESSON, line(folder, LESSON, "a.png"), "a.png"))


@pytest.mark.parametrize("name", [r"a\\0.png", "a" * 280 + ".png"], ids=["with a zero byte", "too long"])
def test_a_name_that_no_file_can_have_is_named(folder: Path, name: str) -> None:
    illustrate(folder, name)
    assert {fault[:2] for fault in found(folder)} == {(LESSON, line(folder, LESSON, "picture:"))}


def test_a_picture_without_words_for_it_is_named(folder: Path) -> None:
    edit(folder, LESSON, TOP_OF_WHY, r"why:\n\1  picture: {file: a.png}\n")
    assert (LESSON, line(folder, LESSON, "a.png"), "“alt” is missing; add it") in found(folder)
