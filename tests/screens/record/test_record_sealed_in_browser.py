"""The record sealed, and verified against files of one's own."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import Reader, plain
from operating import Run
from playwright.sync_api import FilePayload, expect
from record_in_browser import NewOne, downloaded, sealed, table, verdict, verify
from serving import KEY, NewServer, Server
from sqlalchemy import Text, delete, literal, update

from people.access import Role
from progress.record import checkpoints, signing
from progress.record.chains import events

pytestmark = pytest.mark.browser


def give(reader: Reader, *files: tuple[str, bytes]) -> None:
    payload = [FilePayload(name=name, mimeType="text/plain", buffer=data) for name, data in files]
    uploader = reader.page.locator(".st-key-verify [data-testid=stFileUploader] input")
    reader.runs_by(lambda: uploader.set_input_files(payload))


def test_a_checkpoint_sealed_here_is_the_one_that_the_command_accepts(
    new_one: NewOne, installed: Server, language: str, operated: Callable[..., Run], tmp_path: Path
) -> None:
    reader = new_one(installed, installed.cast(Role.HR), language)
    t = reader.words
    reader.runs_by(reader.button("Seal a checkpoint").click)
    with installed.database.reading() as connection:
        kept = checkpoints.newest(connection, 1)[0]
    said = t("The record is sealed in checkpoint {n}. Download the file and keep it elsewhere.", n=kept.number)
    assert plain(reader.page.locator(".st-key-seals").get_by_role("status").inner_text()) == plain(f"✓ {said}")
    place = reader.page.locator(".st-key-seals")
    file = downloaded(reader, place.get_by_role("link", name=t("Download checkpoint {n}", n=kept.number)), tmp_path)
    assert file.read_text() == kept.note
    row = place.get_by_role("link", name=f"{t('Download')}: {t('checkpoint {n}', n=kept.number)}", exact=True)
    assert downloaded(reader, row, tmp_path).read_text() == kept.note
    run = operated(installed.settings["KODEX_DATABASE_URL"], "record")
    result = run("verify", "--checkpoint", str(file), KODEX_CHECKPOINT_KEY=str(KEY))
    assert result.exit_code == 0, result.output


@pytest.mark.wide
def test_the_record_is_verified_against_files_of_ones_own_and_bad_ones_are_named(
    new_one: NewOne, installed: Server, language: str, tmp_path: Path
) -> None:
    note = sealed(installed)
    reader = new_one(installed, installed.cast(Role.AUDITOR), language)
    t, page = reader.words, reader.page
    foreign = signing.opened(tmp_path / "other.key")
    bad = signing.signed(f"{foreign.verifier.name}\n0\n{'A' * 43}=\nepoch 1\n", foreign)
    give(reader, ("fine.txt", note.encode()), ("foreign.txt", bad.encode()), ("<b>picture</b>.png", b"\xff\xd8\0"))
    verify(reader)
    alerts = [plain(each) for each in page.locator(".st-key-verify").get_by_role("alert").all_inner_texts()]
    assert [alert.partition(":")[0] for alert in alerts] == ["foreign.txt", "<b>picture</b>.png"]
    assert foreign.verifier.name in alerts[0]
    assert alerts[1].endswith(plain(t("this is no checkpoint")))
    reader.go("/records")
    give(reader, ("fine.txt", note.encode()))
    verify(reader)
    assert plain(t("All checks passed, including against your external checkpoint.")) in verdict(reader, "status")
    of_these = plain(t("Of these kept elsewhere: {files}", files="fine.txt"))
    assert table(page.locator(".st-key-counts_verified"))[of_these] == "1"


@pytest.mark.wide
def test_what_was_tampered_with_is_named_with_its_person_and_the_last_checkpoint_that_was_right(
    new_one: NewOne, new_server: NewServer
) -> None:
    server = new_server()
    server.start()
    learner = server.newcomer("*Růžena* <i>Podvržená</i>")
    server.study.certify(learner)
    note = sealed(server)
    tamper = update(events).where(events.c.person_key == learner.key, events.c.seq == 3).values(body="{}")
    with server.database.writing() as connection:
        connection.execute(tamper)
    reader = new_one(server, server.cast(Role.AUDITOR))
    give(reader, ("mine.txt", note.encode()))
    verify(reader)
    assert re.search("checks? failed", verdict(reader, "alert"))
    finding = plain(reader.page.locator(".kodex-findings li").first.inner_text())
    assert "Event 3 was altered" in finding
    assert f"{learner.person.name}, {learner.person.employee_id} ({learner.key})" in finding
    assert "of the record failed" in reader.title()

    # The screen stands whatever is written where a checkpoint was.
    nonsense = update(checkpoints.checkpoints).values(note="nothing", made_at=literal("x", Text))
    with server.database.writing() as connection:
        connection.execute(nonsense)
    reader.go("/records")
    assert "this is no signed text" in table(reader.page.locator(".st-key-told_status"))["Last checkpoint"]
    expect(reader.page.locator(".st-key-checkpoints tbody tr")).to_contain_text("this is no signed text")

    # Somebody without the key removes the person's whole chain, its seals and every checkpoint that is kept here.
    with server.database.writing() as connection:
        for statement in (
            delete(events).where(events.c.person_key == learner.key),
            delete(checkpoints.sealed_heads),
            delete(checkpoints.checkpoints),
        ):
            connection.execute(statement)
    reader.go("/records")
    give(reader, ("mine.txt", note.encode()))
    verify(reader)
    found = [plain(each) for each in reader.page.locator(".kodex-findings li").all_inner_texts()]
    assert any(each.startswith("The checkpoint in mine.txt covers") for each in found), found
    assert any("In the checkpoints" in each for each in found)
    server.close()
