"""Remarks and finished attempts are for everybody: by keyboard, and axe finds nothing against WCAG 2.2 AA."""

import pytest
from inspecting import PHONE, Inspection
from playwright.sync_api import expect
from serving import Server

from people.access import Role

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 44
"""Pixels."""


def test_a_remark_is_for_everybody_from_the_report_to_the_answer(
    inspection: Inspection, server: Server, language: str
) -> None:
    reader, page, t = inspection.reader, inspection.page, inspection.reader.words
    learner = server.newcomer("Radka Poznámková", language)
    reader.become(learner)
    reader.go("/lesson")
    link = page.get_by_role("link", name=t("Something wrong here?"))
    box = link.bounding_box()
    assert box is not None
    assert box["height"] >= SMALLEST_TARGET
    reader.tab_to(link)
    reader.runs_by(lambda: page.keyboard.press("Enter"))
    field = page.get_by_label(t("What is wrong?"))
    reader.tab_to(field)
    page.keyboard.type("The second option is not what I would say.")
    send = reader.button("Send to the editors")
    box = send.bounding_box()
    assert box is not None
    assert box["height"] >= SMALLEST_TARGET
    inspection.of("card, a remark", PHONE)
    reader.tab_to(send)
    reader.runs_by(lambda: page.keyboard.press("Enter"))
    expect(page.get_by_role("status").filter(has_text=t("Sent. The editors will answer you."))).to_be_visible()
    expect(field).to_have_value("")
    inspection.of("card, a remark sent")
    reader.send_nothing("Send to the editors")
    expect(page.get_by_role("alert")).to_have_text(t("Write a sentence first, and then send it."))
    inspection.of("card, an empty remark")

    reader.become(server.cast(Role.EDITOR))
    reader.go("/content")
    inspection.of("content, a remark", PHONE)
    page.get_by_label(t("Your answer")).first.fill("Thank you, we will say it better.")
    reader.runs_by(reader.button("Answer and close").first.click)
    expect(page.get_by_role("status").filter(has_text=t("Answered. The author will see it on Home."))).to_be_visible()
    inspection.of("content, answered")

    reader.become(learner)
    reader.go("/")
    inspection.of("home, an answer", PHONE)
    reader.press("I have read it")
    expect(page.get_by_text(t("The content editors have answered you"))).to_have_count(0)


def test_a_finished_attempt_is_for_everybody(inspection: Inspection, server: Server, language: str) -> None:
    reader, page, t = inspection.reader, inspection.page, inspection.reader.words
    learner = server.newcomer("Pavla Ohlédnutá", language)
    server.study.cards_but_the_last(learner)
    reader.become(learner)
    reader.go("/lesson")
    reader.choose()
    reader.press("See where it leads")
    reader.go_on()
    reader.press("Begin")
    server.study.answer_the_rest(learner, right=False, language=language)
    reader.go("/assessment")
    reader.runs_by(reader.link("See all questions and answers again").click)
    expect(page.locator(".kodex-attempt section")).to_have_count(reader.course.asked)
    expect(page.locator(f".kodex-attempt h2 span[lang={language}]")).to_have_count(reader.course.asked)
    page.locator(".kodex-attempt summary").first.click()
    inspection.of("a finished attempt", PHONE)
    reader.runs_by(page.locator(".kodex-link").get_by_text(t("My record")).click)
    expect(page.get_by_text(t("Finished attempts"))).to_be_visible()
    inspection.of("my record, with an attempt")
    reader.become(server.cast(Role.AUDITOR))
    reader.go(f"/person?id={learner.person.employee_id}")
    reader.runs_by(page.locator(".st-key-told_attempts a").first.click)
    expect(page.locator(".kodex-attempt section")).to_have_count(reader.course.asked)
    inspection.of("a finished attempt, for an auditor")
