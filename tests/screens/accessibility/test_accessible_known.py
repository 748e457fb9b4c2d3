"""What is known already is for everybody: axe finds nothing against WCAG 2.2 AA."""

import pytest
from inspecting import PHONE, Inspection
from knowing import answer, begin, drawn, sit
from serving import Server

pytestmark = pytest.mark.browser


def test_what_is_known_already_is_for_everybody(inspection: Inspection, server: Server, language: str) -> None:
    reader, study = inspection.reader, server.study
    knowing, learning = server.newcomer("Ota Znalý", language), server.newcomer("Iva Nováčková", language)
    reader.become(knowing)
    reader.go("/known")
    inspection.of("test-out, before", PHONE)
    reader.press("Begin")
    inspection.of("test-out, question", PHONE)
    for number, name in enumerate(drawn(study.enrolment(knowing))):
        answer(study, knowing, name, right=number > 0)
    reader.reload()
    inspection.of("test-out, passed", PHONE)
    study.sign(knowing)
    study.assign(knowing)
    reader.go("/known")
    inspection.of("opener, before")
    begin(study, knowing)
    for number, name in enumerate(drawn(study.enrolment(knowing))):
        answer(study, knowing, name, right=number > 0)
    reader.reload()
    inspection.of("opener, shortened", PHONE)

    reader.become(learning)
    sit(study, learning, wrong=5)
    reader.go("/known")
    inspection.of("test-out, not passed", PHONE)
