"""The record as a whole on its screen, in a real browser: verified to a verdict, sealed, and proved to an auditor."""

import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from browsing import Reader, plain
from operating import Run
from playwright.sync_api import Browser, FilePayload, Locator, expect
from serving import KEY, PATIENCE, NewServer, Server, environment
from sqlalchemy import Text, delete, literal, select, text, update

from people.access import Principal, Role
from people.sign_in import accounts
from progress import demonstration
from progress.completion.certificates import certificates
from progress.record import chains, checkpoints, signing
from progress.record.chains import events
from quizzes.content import Content, Course
from words import LANGUAGES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(new_server: NewServer) -> Iterator[Server]:
    server = new_server()
    server.start()
    yield server
    server.close()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


NewOne = Callable[..., Reader]


@pytest.fixture
def new_one(browser: Browser) -> Iterator[NewOne]:
    """Puts people in front of the screen *Records*; in the end none of the browsers may have complained."""
    readers: list[Reader] = []

    def new(server: Server, who: Principal, language: str = "en") -> Reader:
        reader = Reader(browser, server.url, server.course, language)
        readers.append(reader)
        reader.become(who)
        reader.go("/records")
        return reader

    yield new
    assert [complaint for reader in readers for complaint in reader.close()] == []


def granted(server: Server, role: Role, unit: str = "") -> Principal:
    """Somebody new with that role."""
    who = server.newcomer(f"Nová Osoba {role}", is_assigned=False)
    with server.database.writing() as connection:
        accounts.grant(connection, [(who.key, role)], unit)
    return who


def sealed(server: Server) -> str:
    """A checkpoint that somebody keeps elsewhere."""
    return checkpoints.make(server.database, signing.opened(KEY), datetime.now(UTC)).note


def give(reader: Reader, *files: tuple[str, bytes]) -> None:
    payload = [FilePayload(name=name, mimeType="text/plain", buffer=data) for name, data in files]
    uploader = reader.page.locator(".st-key-verify [data-testid=stFileUploader] input")
    reader.runs_by(lambda: uploader.set_input_files(payload))


def verify(reader: Reader) -> None:
    reader.runs_by(reader.button("Verify the record").click)
    expect(reader.page.locator(".kodex-progress")).to_have_count(0)


def verdict(reader: Reader, role: str) -> str:
    return plain(reader.page.locator(".st-key-verify").get_by_role(role).inner_text())  # type: ignore[arg-type]


def table(place: Locator) -> dict[str, str]:
    rows = place.locator("tbody tr").all()
    return {plain(row.locator("td").first.inner_text()): plain(row.locator("td").last.inner_text()) for row in rows}


def downloaded(reader: Reader, link: Locator, folder: Path) -> Path:
    with reader.page.expect_download() as coming:
        link.click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def test_the_record_is_verified_to_a_verdict_by_keyboard(new_one: NewOne, house: Server, language: str) -> None:
    reader = new_one(house, house.cast(Role.AUDITOR), language)
    t = reader.words
    reader.tab_to(reader.button("Verify the record"))
    reader.runs_by(lambda: reader.page.keyboard.press("Enter"))
    assert verdict(reader, "status") == plain("✓ " + t("Everything within this database holds."))
    with house.database.reading() as connection:
        n_events, n_people = chains.size(connection)
        n_certificates = len(connection.execute(select(certificates.c.number)).all())
    counts = table(reader.page.locator(".st-key-counts_verified"))
    assert counts[plain(t("Events, each with the hash that it had"))] == plain(t.number(n_events))
    assert counts[plain(t("People, each chain without a gap"))] == plain(t.number(n_people))
    assert counts[plain(t("Certificates, as they were issued"))] == plain(t.number(n_certificates))
    assert (
        plain(t("everything held"))
        in table(reader.page.locator(".st-key-told_status"))[plain(t("Verified on this screen"))]
    )
    assert reader.title() == plain(t("Everything in the record held when it was last verified"))


@pytest.fixture
def held_up(database_url: str, tmp_path: Path, content: Content, course: Course, zone: ZoneInfo) -> Iterator[Server]:
    """On PostgreSQL, where a test can let work begin and keep it from ending."""
    server = Server(tmp_path, course, KODEX_DATABASE_URL=database_url)
    demonstration.fill(server.database, content, 30, 1, zone, datetime.now(UTC))
    server.start()
    yield server
    server.close()


ON_POSTGRESQL = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
HOLD_UP = text("LOCK TABLE sealed_heads IN ACCESS EXCLUSIVE MODE")
"""What both a verification and a seal have to read, and the screen has not."""


@ON_POSTGRESQL
def test_a_verification_goes_on_over_reloads_and_everybody_watches_the_same(new_one: NewOne, held_up: Server) -> None:
    reader, other = (new_one(held_up, held_up.cast(role)) for role in (Role.HR, Role.AUDITOR))
    with held_up.database.writing() as connection:
        connection.execute(HOLD_UP)
        reader.button("Verify the record").click()
        expect(reader.page.locator(".kodex-progress")).to_be_visible()
        for each in (reader, other):
            each.page.goto("/records")
            expect(each.page.locator(".kodex-progress progress")).to_be_visible()
            expect(each.button("Verify the record")).to_have_count(0)
            expect(each.page.locator(".kodex-foot")).to_be_visible()
    for each in (reader, other):
        expect(each.page.locator(".st-key-verify").get_by_role("status")).to_be_visible()
        expect(each.page.locator(".kodex-progress")).to_have_count(0)


@ON_POSTGRESQL
def test_an_evidence_pack_goes_on_over_reloads_and_is_its_own_persons_alone(new_one: NewOne, held_up: Server) -> None:
    reader, other = (new_one(held_up, held_up.cast(role)) for role in (Role.HR, Role.AUDITOR))
    with held_up.database.writing() as connection:
        connection.execute(HOLD_UP)
        reader.button("Make the evidence pack").click()
        expect(reader.page.locator(".kodex-progress")).to_be_visible()
        reader.page.goto("/records")
        expect(reader.page.locator(".kodex-progress progress")).to_be_visible()
        other.reload()
        expect(other.button("Make the evidence pack")).to_be_visible()
    expect(reader.page.locator(".st-key-evidence").get_by_role("status")).to_be_visible()


def test_a_checkpoint_sealed_here_is_the_one_that_the_command_accepts(
    new_one: NewOne, house: Server, language: str, operated: Callable[..., Run], tmp_path: Path
) -> None:
    reader = new_one(house, house.cast(Role.HR), language)
    t = reader.words
    reader.runs_by(reader.button("Seal a checkpoint").click)
    with house.database.reading() as connection:
        kept = checkpoints.newest(connection, 1)[0]
    said = t("The record is sealed in checkpoint {n}. Download the file and keep it elsewhere.", n=kept.number)
    assert plain(reader.page.locator(".st-key-seals").get_by_role("status").inner_text()) == plain(f"✓ {said}")
    place = reader.page.locator(".st-key-seals")
    file = downloaded(reader, place.get_by_role("link", name=t("Download checkpoint {n}", n=kept.number)), tmp_path)
    assert file.read_text() == kept.note
    row = place.get_by_role("link", name=f"{t('Download')}: {t('checkpoint {n}', n=kept.number)}", exact=True)
    assert downloaded(reader, row, tmp_path).read_text() == kept.note
    run = operated(house.settings["KODEX_DATABASE_URL"], "record")
    result = run("verify", "--checkpoint", str(file), KODEX_CHECKPOINT_KEY=str(KEY))
    assert result.exit_code == 0, result.output


def test_the_record_is_verified_against_files_of_ones_own_and_bad_ones_are_named(
    new_one: NewOne, house: Server, language: str, tmp_path: Path
) -> None:
    note = sealed(house)
    reader = new_one(house, house.cast(Role.AUDITOR), language)
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
    assert plain(t("Everything holds, up to the newest checkpoint kept elsewhere and beyond.")) in verdict(
        reader, "status"
    )
    of_these = plain(t("Of these kept elsewhere: {files}", files="fine.txt"))
    assert table(page.locator(".st-key-counts_verified"))[of_these] == "1"


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
    assert "does not hold" in verdict(reader, "alert") or "do not hold" in verdict(reader, "alert")
    finding = plain(reader.page.locator(".kodex-findings li").first.inner_text())
    assert "Event 3 was altered" in finding
    assert f"{learner.person.name}, {learner.person.employee_id} ({learner.key})" in finding
    assert "not hold" in reader.title()

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
    assert any(each.startswith("The checkpoint in mine.txt holds") for each in found), found
    assert any("In the checkpoints" in each for each in found)
    server.close()


def test_an_evidence_pack_is_made_downloaded_and_holds_by_its_own_verifier(
    new_one: NewOne, house: Server, language: str, tmp_path: Path
) -> None:
    sealed(house)
    reader = new_one(house, granted(house, Role.AUDITOR), language)
    t, page = reader.words, reader.page
    with house.database.reading() as connection:
        n = len(connection.execute(select(certificates.c.number)).all())
    reader.runs_by(reader.button("Make the evidence pack").click)
    place = page.locator(".st-key-evidence")
    expect(place.get_by_role("status")).to_contain_text(t.number(n))
    pack = downloaded(reader, place.get_by_role("link", name=t("Download the evidence pack")), tmp_path)
    keys = downloaded(reader, page.get_by_role("link", name=t("Download the public keys")), tmp_path)
    assert keys.read_text() == signing.public_file(KEY).read_text()
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(pack) as file:
        file.extractall(folder)
    command = [sys.executable, "-I", str(folder / "verify.py"), "--key", str(keys)]
    ended = subprocess.run(command, cwd="/", env=environment(), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f'<html lang="{language}">' in (folder / "index.html").read_text("utf-8")
    assert f"{n} of {n} certificates stand in the record as they were issued." in ended.stdout
    assert ended.stdout.endswith("All of it holds.\n")


def test_a_period_without_certificates_or_upside_down_is_answered_in_words(
    new_one: NewOne, house: Server, language: str
) -> None:
    reader = new_one(house, house.cast(Role.HR), language)
    t = reader.words
    place = reader.page.locator(".st-key-evidence")
    choose_day(reader, "evidence_to", "03022001")
    expect(place).to_contain_text(t("No certificate was issued then. Choose another course or period."))
    choose_day(reader, "evidence_from", "03022002")
    expect(place.get_by_role("alert")).to_have_text(t("The period ends before it begins. Change one of the days."))
    expect(reader.button("Make the evidence pack")).to_have_count(0)


def choose_day(reader: Reader, key: str, day: str) -> None:
    """Types the figures of the day, in the order in which both languages write it."""
    reader.page.locator(f".st-key-{key}").get_by_role("spinbutton").first.click()
    reader.page.keyboard.type(day)
    reader.runs_by(lambda: reader.page.keyboard.press("Escape"))


# Those who may not


def test_an_auditor_verifies_and_downloads_and_seals_nothing(new_one: NewOne, house: Server) -> None:
    sealed(house)
    reader = new_one(house, house.cast(Role.AUDITOR))
    expect(reader.button("Verify the record")).to_be_visible()
    expect(reader.button("Seal a checkpoint")).to_have_count(0)
    expect(reader.page.locator(".st-key-checkpoints a").first).to_be_visible()


def test_nobody_else_is_offered_it_or_gets_anything(new_one: NewOne, house: Server) -> None:
    sealed(house)
    limited = granted(house, Role.HR, "Sklad")
    for who in (house.cast(Role.EMPLOYEE), house.cast(Role.MANAGER), house.cast(Role.EDITOR), limited):
        with house.client(who) as client:
            for path in (
                "checkpoint/1.txt",
                "public-keys.txt",
                "evidence.zip",
                "evidence.zip?course=customer-privacy",
            ):
                answer = client.get(f"/export/{path}")
                assert answer.status_code == 403
                assert answer.headers["content-type"].startswith(("text/plain", "text/html"))
    with house.client() as client:
        assert client.get("/export/evidence.zip").status_code == 401
    reader = new_one(house, limited)
    assert reader.title() == plain(reader.words("This screen is not yours"))
    expect(reader.page.get_by_role("link", name=reader.words("Records"), exact=True)).to_have_count(0)
    expect(reader.page.locator(".st-key-verify, .st-key-evidence, .st-key-seals")).to_have_count(0)


def test_whoever_loses_the_role_gets_the_pack_no_more(house: Server) -> None:
    hr = granted(house, Role.HR)
    with house.client(hr) as client:
        assert client.get("/export/evidence.zip").status_code == 200
        with house.database.writing() as connection:
            connection.execute(delete(accounts.grants).where(accounts.grants.c.person_key == hr.key))
        assert client.get("/export/evidence.zip").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["course=none", "course=%00", "from=yesterday", "to=2026-13-01", "course=customer-privacy&from="],
)
def test_an_address_that_asks_for_what_there_is_not_is_refused(house: Server, query: str) -> None:
    with house.client(house.cast(Role.AUDITOR)) as client:
        expected = 200 if query.endswith("from=") else 400
        assert client.get(f"/export/evidence.zip?{query}").status_code == expected


def test_reading_seals_nothing(house: Server) -> None:
    """Neither does an auditor's pack, however often it is asked for, nor asking only whether there is one."""
    sealed(house)

    def n_kept() -> int:
        with house.database.reading() as connection:
            return len(checkpoints.stored(connection))

    before = n_kept()
    with house.client(granted(house, Role.AUDITOR)) as client:
        assert client.head("/export/evidence.zip").status_code == 204
        for _ in range(3):
            assert client.get("/export/evidence.zip").status_code == 200
        assert client.head("/export/evidence.zip").status_code == 200
    with house.client(granted(house, Role.HR)) as client:
        assert client.head("/export/evidence.zip").status_code == 204
    assert n_kept() == before


def test_a_pack_that_is_being_made_holds_nobody_up(new_server: NewServer) -> None:
    """More requests wait for one than the server has threads, and others sign in meanwhile."""
    server = new_server()
    server.start()
    sealed(server)
    others = [server.newcomer(f"Nová Osoba {n}") for n in range(3)]
    with server.client(granted(server, Role.AUDITOR)) as client, ThreadPoolExecutor(45) as askers:
        cookies = dict(client.cookies)

        def ask(_: int) -> tuple[int, str]:
            with httpx.Client(base_url=server.url, cookies=cookies, timeout=PATIENCE) as asking:
                answer = asking.get("/export/evidence.zip")
            return answer.status_code, answer.headers.get("Retry-After", "")

        asked = [askers.submit(ask, n) for n in range(45)]
        for who in others:
            with server.client(who) as other:
                assert other.get("/my-record.json").status_code == 200
        assert {each.result() for each in asked} <= {(200, ""), (202, "5")}
        while (answer := client.get("/export/evidence.zip")).status_code == 202:
            assert answer.headers["Refresh"] == "5"
        assert answer.content.startswith(b"PK")
    server.close()


@pytest.mark.parametrize("number", ["0", "999999999", "-1", "1e1", "٣", "x" * 400])
def test_a_checkpoint_that_there_is_not_is_not_found(house: Server, number: str) -> None:
    with house.client(house.cast(Role.AUDITOR)) as client:
        assert client.get(f"/export/checkpoint/{number}.txt").status_code == 404


def test_a_record_without_events_says_what_comes_next(new_one: NewOne, new_server: NewServer) -> None:
    server = new_server()
    with server.database.writing() as connection:
        for emptied in (events, certificates):
            connection.execute(delete(emptied))
    server.start()
    reader = new_one(server, server.cast(Role.AUDITOR))
    assert reader.title() == reader.words("Nothing is recorded yet")
    expect(reader.page.locator(".st-key-verify, .st-key-evidence, .st-key-seals")).to_have_count(0)
    server.close()


def test_a_key_that_was_changed_stays_in_the_list_and_its_checkpoints_stay_good(
    new_one: NewOne, new_server: NewServer, tmp_path: Path
) -> None:
    file = tmp_path / "checkpoint.key"
    old = signing.opened(file)
    server = new_server(KODEX_CHECKPOINT_KEY=str(file))
    checkpoints.make(server.database, old, datetime.now(UTC))
    new = signing.changed(file)
    server.start()
    reader = new_one(server, server.cast(Role.AUDITOR))
    keys = table(reader.page.locator(".st-key-told_keys"))
    called = [f"{each.name} {each.id.hex()}" for each in (new.verifier, old.verifier)]
    assert keys == dict(zip(called, ("signs now", "retired"), strict=True))
    assert called[1] in table(reader.page.locator(".st-key-told_status")).values()
    saved = downloaded(reader, reader.link("Download the public keys"), tmp_path)
    assert saved.read_text() == signing.public_file(file).read_text()
    verify(reader)
    assert plain(reader.words("Everything within this database holds.")) in verdict(reader, "status")
    server.close()
