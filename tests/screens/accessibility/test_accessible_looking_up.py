"""The guide and the principles are for everybody: axe finds nothing against WCAG 2.2 AA."""

import pytest
from inspecting import PHONE, Inspection
from serving import Server

pytestmark = pytest.mark.browser


def test_the_guide_and_the_principles_are_for_everybody(
    inspection: Inspection, server: Server, language: str
) -> None:
    reader, page = inspection.reader, inspection.page
    reader.become(server.newcomer("Bez Zásad", language, is_assigned=False))
    reader.go("/principles")
    inspection.of("principles, none yet")
    learner = server.newcomer("Zdeňka Zásadová", language)
    server.study.cards(learner, language)
    reader.become(learner)
    reader.go("/principles")
    for row in page.locator(".kodex-principles summary").all():
        row.click()
    inspection.of("principles, unfolded", PHONE)
    reader.search("xyz")
    inspection.of("principles, nothing found")
    reader.go("/lesson?card=customer-privacy/need-to-know")
    inspection.of("a card that is read again", PHONE)
    reader.go("/guide")
    inspection.of("guides to choose from", PHONE)
    reader.runs_by(page.locator(".st-key-guide_customer-privacy button").click)
    inspection.of("guide, first question", PHONE)
    for question, answer in (("confidential", "yes"), ("authorised", "unknown")):
        row = page.locator(f".st-key-way_customer-privacy_{question}_{answer} button")
        reader.runs_by(row.click)
    page.locator(".kodex-principles summary").click()
    inspection.of("guide, outcome", PHONE)
