"""Every screen for every role: it works for those whose it is, and refuses the others."""

import pytest
from open_matters import alone
from stage import (
    PATIENCE,
    Open,
    titles,
)
from streamlit.testing.v1 import AppTest
from studying import Study
from surroundings import HOME

from people.access import Principal, Role
from words import LANGUAGES

LEARNING = {
    *("home.py", "lesson.py", "assessment.py", "commitment.py", "record.py", "attempt.py"),
    *("principles.py", "guide.py", "refresher.py", "known.py"),
}

OTHERS = {
    "team.py": {Role.MANAGER},
    "certifications.py": {Role.HR, Role.AUDITOR},
    "content.py": {Role.HR, Role.AUDITOR, Role.EDITOR},
    "people.py": {Role.HR},
    "assigning.py": {Role.HR},
    "person.py": {Role.HR, Role.AUDITOR},
    "records.py": {Role.HR, Role.AUDITOR},
}

NO_SCREENS = {"__init__.py", "entry.py", "session.py", "refused.py"}


def test_every_screen_is_somebodys() -> None:
    assert {file.name for file in (HOME / "screens").glob("*.py")} - NO_SCREENS == LEARNING | OTHERS.keys()


@pytest.mark.parametrize("role", Role)
def test_each_role_is_offered_its_own_screens_and_no_others(
    open_screen: Open, anybody: dict[Role, Principal], role: Role
) -> None:
    app = open_screen(anybody[role]).app
    for screen in LEARNING:
        app.switch_page(screen)
    for screen, whose in OTHERS.items():
        if role in whose:
            app.switch_page(screen)
        else:
            with pytest.raises(ValueError, match="registered"):
                app.switch_page(screen)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", OTHERS)
def test_a_screen_by_itself_refuses_those_whose_it_is_not(
    open_screen: Open, anybody: dict[Role, Principal], role: Role, name: str
) -> None:
    """Even where it is offered to them by mistake."""
    open_screen(anybody[role])
    app = AppTest.from_function(alone, default_timeout=PATIENCE, kwargs={"name": name}).run()
    assert not app.exception
    if role in OTHERS[name]:
        assert len(titles(app)) == 1
    else:
        assert [each.value for each in app.main if each.type != "main"] == ["refused"]


@pytest.mark.parametrize("screen", sorted(LEARNING | OTHERS.keys()))
def test_every_screen_says_where_to_turn_and_who_is_signed_in(
    open_screen: Open, assigned: Study, anybody: dict[Role, Principal], screen: str, language: str
) -> None:
    assigned.cards(anybody[Role.EMPLOYEE])
    who = anybody[min(OTHERS.get(screen, {Role.EMPLOYEE}))]
    (foot,) = [each.body for each in open_screen(who, screen, language).elements("html") if "kodex-foot" in each.body]
    assert "compliance@example.com" in foot
    assert "legal@example.com" in foot
    assert who.person.name in foot
    assert '<a href="/sign-out">' in foot
    other = next(each for each in LANGUAGES if each != language)
    assert f'<a href="/language/{other}" lang="{other}"' in foot
