"""Certificates and My record, judged by validators that are not ours: PDF/UA-1, PDF/A-2b, and read aloud."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
from issuing import ADDRESS, NAMES, issued
from judging import judged
from studying import Study

from people.access import Asker, Principal
from progress.documents import certificate_pdf
from progress.personal import my_record, my_record_pdf
from progress.personal.my_record_words import RecordWords
from progress.personal.overview_words import Wording
from quizzes.content import Content, Course
from words import LANGUAGES, Words

ENDS_IN_RETURN = "Vietnamese"
"""Whose certificate has a stream that ends in a carriage return."""


def test_no_judge_finds_a_fault_in_a_certificate(course: Course, tmp_path: Path) -> None:
    for language in LANGUAGES:
        for number, name in enumerate(NAMES.values()):
            document = certificate_pdf.draw(issued(course, name, name, language), ADDRESS)
            (tmp_path / f"{language}-{number}.pdf").write_bytes(document)
    found = judged("documents.py", *map(str, sorted(tmp_path.glob("*.pdf"))))
    assert len(found) == len(LANGUAGES) * len(NAMES)
    assert {file: faults for file, faults in found.items() if faults} == {}


def test_no_judge_finds_a_fault_in_my_record(
    assigned: Study, learner: Principal, content: Content, zone: ZoneInfo, tmp_path: Path
) -> None:
    assigned.certify(learner)
    kept = my_record.gather(assigned.database, Asker(learner, assigned.now, zone))
    for language in LANGUAGES:
        own = RecordWords(kept, Wording(Words.of(language), content, assigned.now.date(), zone))
        (tmp_path / f"{language}.pdf").write_bytes(my_record_pdf.draw(own, "Ukázková společnost"))
    found = judged("documents.py", *(str(tmp_path / f"{language}.pdf") for language in LANGUAGES))
    assert {file: faults for file, faults in found.items() if faults} == {}


def test_the_judges_find_what_is_wrong(course: Course, tmp_path: Path) -> None:
    file = tmp_path / "spoiled.pdf"
    file.write_bytes(certificate_pdf.draw(issued(course), ADDRESS))
    with pikepdf.open(file, allow_overwriting_input=True) as pdf:
        del pdf.Root["/StructTreeRoot"]
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.save(file)
    faults = judged("documents.py", str(file))[str(file)]
    for judge in ("ua1", "2b", "outloud"):
        assert any(fault.startswith(judge) for fault in faults), faults


def test_each_object_is_where_the_table_says_after_a_line_end_was_added(course: Course, tmp_path: Path) -> None:
    name = NAMES[ENDS_IN_RETURN]
    document = certificate_pdf.draw(issued(course, name, name), ADDRESS)
    assert b"\r\r\nendstream" in document
    file = tmp_path / "certificate.pdf"
    file.write_bytes(document)
    with pikepdf.open(file) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert name in str(pdf.docinfo["/Title"])
