"""Mutations of files, folders and pictures."""

import os
import shutil
from pathlib import Path

from bundled import CATALOGUE

from tests.broken.workshop import FILES, PICTURE, SOURCES, Workshop, damaged, sample_picture

# Files and folders


def missing(workshop: Workshop) -> str:
    file = workshop.one_of()
    (workshop.folder / file).unlink()
    return file


def folder_missing(workshop: Workshop) -> str:
    topic = workshop.chance.choice(["lessons/customer-privacy", "quizzes/customer-privacy", "quizzes"])
    (workshop.folder / topic).rename(workshop.folder / "elsewhere")
    return topic


def folder_instead(workshop: Workshop) -> str:
    file = missing(workshop)
    (workshop.folder / file).mkdir()
    return file


def pipe_instead(workshop: Workshop) -> str:
    """Whoever opens it waits for ever."""
    file = missing(workshop)
    os.mkfifo(workshop.folder / file)
    return file


def link_instead(workshop: Workshop) -> str:
    file = missing(workshop)
    link = workshop.folder / file
    link.symlink_to(
        workshop.chance.choice([link, Path("/dev/zero"), Path("/etc/passwd"), Path("/no/such"), Path("../../..")])
    )
    return file


def linked_folder(workshop: Workshop) -> str:
    topic = workshop.chance.choice(["lessons/customer-privacy", "quizzes/customer-privacy"])
    shutil.rmtree(workshop.folder / topic)
    (workshop.folder / topic).symlink_to(
        workshop.chance.choice([Path("/"), Path("/tmp"), Path(), Path("/proc/self")])
    )
    return topic


def other_encoding(workshop: Workshop) -> str:
    file = workshop.one_of()
    encoding = workshop.chance.choice(["utf-16", "utf-16-le", "utf-32", "cp1250", "iso-8859-2", "utf-7", "cp500"])
    text = workshop.sound[file].decode().replace("language:", "language: é", 1)
    return workshop.write(file, text.replace("languages:", "lánguages:").encode(encoding, "replace"))


def exchanged(workshop: Workshop) -> str:
    one, other = workshop.chance.sample(FILES, 2)
    workshop.write(other, workshop.sound[one])
    workshop.write(one, workshop.sound[other])
    return CATALOGUE if CATALOGUE in (one, other) else one


def foreign_beside(workshop: Workshop) -> str:
    """Files that nobody asked for."""
    name = workshop.chance.choice(
        ["cs.yaml~", ".DS_Store", "de.yaml", "notes.docx", "~$cs.yaml", "CS.YAML.bak", "ž\u202e.txt"]
    )
    home = workshop.folder / workshop.chance.choice(["lessons", "quizzes/customer-privacy", "lessons/other", "."])
    home.mkdir(exist_ok=True)
    (home / name).write_bytes(workshop.chance.randbytes(200))
    return CATALOGUE


def saved_by_an_editor(workshop: Workshop) -> str:
    file = workshop.one_of()
    data = workshop.sound[file]
    saved = [
        b"\xef\xbb\xbf" + data,
        data.replace(b"\n", b"\r\n"),
        b"# a\n\n" + data,
        data.rstrip(),
        data + b"\n\n# a",
    ]
    return workshop.write(file, workshop.chance.choice(saved))


def damaged_picture(workshop: Workshop) -> str:
    form = workshop.chance.choice(["PNG", "JPEG", "WEBP"])
    name = {"PNG": "hands.png", "JPEG": "hands.jpg", "WEBP": "hands.webp"}[form]
    workshop.write(SOURCES[0], workshop.sound[SOURCES[0]].replace(b"hands.png", name.encode()))
    workshop.write(f"lessons/customer-privacy/{name}", damaged(sample_picture(form), workshop.chance))
    return SOURCES[0]


DRAWING = "lessons/customer-privacy/drawings/same-care.svg"


def damaged_drawing(workshop: Workshop) -> str:
    workshop.write(DRAWING, damaged(workshop.sound[DRAWING], workshop.chance))
    return SOURCES[0]


def hostile_drawing(workshop: Workshop) -> str:
    hostile = (
        "<script>alert(1)</script>",
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
        '<use href="https://example.com/a.svg#b"/>',
        '<path d="M0 0" onclick="alert(1)"/>',
        '<path d="M0 0" fill="url(https://example.com/a)"/>',
        '<?xml-stylesheet href="https://example.com/a.css"?>',
        "&a;",
    )
    end = b"</svg>"
    instead = workshop.chance.choice(hostile).encode() + end
    workshop.write(DRAWING, workshop.sound[DRAWING].replace(end, instead))
    return SOURCES[0]


def no_picture(workshop: Workshop) -> str:
    sound = workshop.sound[PICTURE]
    data = workshop.chance.choice([b"", sound[:60], sample_picture("JPEG"), b"<svg/>", sound + bytes(600_000), None])
    if data is None:
        (workshop.folder / PICTURE).unlink()
    else:
        workshop.write(PICTURE, data)
    return SOURCES[0]


def picture_elsewhere(workshop: Workshop) -> str:
    names = (
        "/etc/passwd",
        "../catalogue.yaml",
        "..",
        "hands.svg",
        "a" * 280 + ".png",
        "https://example.com/a.png",
        "cs.yaml",
    )
    name = workshop.chance.choice(names)
    return workshop.write(SOURCES[0], workshop.sound[SOURCES[0]].replace(b"hands.png", name.encode()))
