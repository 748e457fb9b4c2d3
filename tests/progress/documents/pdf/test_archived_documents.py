"""Documents are kept for decades (PDF/A-2b) and read aloud (PDF/UA-1)."""

import io
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from issuing import ADDRESS, NAMES, issued
from pikepdf import Array, Dictionary, Name, Pdf
from preserved import lacks
from studying import Study

from people.access import Asker, Principal
from progress.documents import certificate_pdf
from progress.personal import my_record, my_record_pdf
from progress.personal.my_record_words import RecordWords
from progress.personal.overview_words import Wording
from quizzes.content import Content, Course
from words import LANGUAGES, Words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_certificate_keeps_both_standards(course: Course, name: str, language: str) -> None:
    assert lacks(certificate_pdf.draw(issued(course, name, name, language), ADDRESS)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_my_record_keeps_both_standards(
    assigned: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    assigned.certify(learner)
    kept = my_record.gather(assigned.database, Asker(learner, assigned.now, zone))
    own = RecordWords(kept, Wording(Words.of(language), content, assigned.now.date(), zone))
    assert lacks(my_record_pdf.draw(own, "Ukázková společnost")) == []


def _without_structure(pdf: Pdf) -> None:
    del pdf.Root["/StructTreeRoot"]


def _with_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def _without_letters(pdf: Pdf) -> None:
    for font in pdf.pages[0].Resources.Font.values():
        del font["/ToUnicode"]


def _without_shapes(pdf: Pdf) -> None:
    for font in pdf.pages[0].Resources.Font.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        for key in {"/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            del descriptor[key]


def _without_profile(pdf: Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _without_words_for_pictures(pdf: Pdf) -> None:
    for held_there in pdf.objects:
        if isinstance(held_there, Dictionary) and held_there.get("/S") == Name.Figure:
            del held_there["/Alt"]


def _with_another_title(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "Another"


def _with_a_link(pdf: Pdf) -> None:
    action = pdf.make_indirect(Dictionary(S=Name.URI, URI="https://evil.example"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], F=4, A=action)
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def _without_language(pdf: Pdf) -> None:
    del pdf.Root["/Lang"]


def _with_paint_beside_the_structure(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 9 9 re f")


SPOILED: list[tuple[Callable[[Pdf], None], str]] = [
    (_without_structure, "no structure"),
    (_with_script, "/OpenAction in the catalogue"),
    (_without_letters, "does not say which letters"),
    (_without_shapes, "is not embedded"),
    (_without_profile, "0 output intents"),
    (_without_words_for_pictures, "a picture without words"),
    (_with_another_title, "/Title is not alike"),
    (_with_a_link, "/URI in an object"),
    (_without_language, "no language"),
    (_with_paint_beside_the_structure, "f outside the structure"),
]


@pytest.mark.parametrize(("spoil", "fault"), SPOILED, ids=[spoil.__name__ for spoil, _ in SPOILED])
def test_what_breaks_a_standard_is_found(course: Course, spoil: Callable[[Pdf], None], fault: str) -> None:
    """The check itself can fail."""
    spoiled = io.BytesIO()
    with Pdf.open(io.BytesIO(certificate_pdf.draw(issued(course), ADDRESS))) as pdf:
        spoil(pdf)
        pdf.save(spoiled, fix_metadata_version=False)
    assert any(fault in line for line in lacks(spoiled.getvalue())), lacks(spoiled.getvalue())


def test_a_name_in_letters_that_no_typeface_has_costs_the_claim_and_not_the_document(course: Course) -> None:
    document = certificate_pdf.draw(issued(course, "山田 太郎"), ADDRESS)
    assert "conformance" not in document.decode("latin-1")
    with Pdf.open(io.BytesIO(document)) as pdf:
        assert pdf.Root.MarkInfo.Marked is True
        assert pdf.docinfo["/Title"] == "Osvědčení – 山田 太郎"
