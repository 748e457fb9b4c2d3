"""A test-out in a browser, from Home to the certificate."""

import pytest
from browsing import Reader, plain
from course_in_browser import explanations_in
from knowing import drawn
from playwright.sync_api import expect
from serving import Server

from progress.completion import prior

pytestmark = pytest.mark.browser


def test_who_knows_it_already_tests_out_and_is_certified(reader: Reader, server: Server, language: str) -> None:
    t = reader.words
    who = server.newcomer("Ota Znalý", language)
    reader.become(who)
    reader.go("/")
    reader.runs_by(reader.link("I know this already").click)
    reader.press("Begin")
    asked = drawn(server.study.enrolment(who))
    for _ in asked:
        choice = reader.choice()
        reader.choose()
        reader.runs_by(reader.button("Submit the answer").click)
        assert explanations_in(reader, choice) == set()
    total = len(asked)
    said = t("{right} {of_total} right: you know it", right=t.number(total), of_total=t.out_of(total))
    assert reader.title() == plain(said)
    saved = prior.minutes_saved(reader.course, language, total)
    assert plain(t.plural("You saved about {n} minute.", "You saved about {n} minutes.", saved)) in reader.main()
    reader.press("Go on to the commitment")
    reader.agree()
    reader.press("Sign and get the certificate")
    expect(reader.link("Open the certificate (PDF)")).to_be_visible()
    number = server.study.enrolment(who).certificate_no
    assert number is not None
    assert number in reader.main()
