"""From an empty production database to the first person certified, by the commands that operations.md gives."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import PATIENCE, SECRET, NewServer, Server, environment
from surroundings import HOME

PASSWORD = "vrbový proutek nad řekou 47"
PUBLIC = "https://kodex.example.com"


def commands(heading: str) -> list[list[str]]:
    """What the guide has somebody type below this heading, as arguments of manage.py."""
    guide = (HOME / "docs" / "operations.md").read_text("utf-8")
    section = guide.partition(f"## {heading}")[2].partition("\n## ")[0]
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL)).splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("kodex ")]


@pytest.fixture
def production(new_server: NewServer, migrated_sqlite: Path) -> Iterator[Server]:
    server = new_server(migrated_sqlite, KODEX_MODE="production", KODEX_SECRET=SECRET, KODEX_PUBLIC_URL=PUBLIC)
    server.start()
    yield server
    server.close()


def test_the_guide_ends_with_somebody_certified(production: Server, tmp_path: Path) -> None:
    def manage(arguments: list[str]) -> str:
        here = [each.replace("/var/backups/kodex", str(tmp_path)) for each in arguments]
        done = subprocess.run(
            [sys.executable, str(HOME / "manage.py"), *here],
            cwd=tmp_path,
            env=environment(**production.settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    *brought_in, invite = [each for each in commands("4. The first person of HR") if each[:2] != ["people", "import"]]
    assert invite[:2] == ["people", "invite"]
    for command in brought_in:
        manage(command)
    link = re.search(rf"{re.escape(PUBLIC)}(/set-password/\S+)", manage(invite))
    assert link is not None

    checked, dry_run, assigned, export, verify, everybody = commands("5. The first course")
    manage(checked)
    assert "7001 Hana Nová" in manage(dry_run)
    assert "1 person was assigned" in manage(assigned)

    with httpx.Client(base_url=production.url, timeout=PATIENCE) as client:
        assert client.post(link[1], data={"password": PASSWORD, "again": PASSWORD}).status_code == 303
        assert client.post("/sign-in", data={"account": "7001", "password": PASSWORD}).status_code == 303
        hana = production.somebody("7001")
        number = production.study.certify(hana).certificate_no
        document = client.get(f"/certificate/{number}.pdf")
        assert document.content.startswith(b"%PDF")
        assert "Hana Nová" in httpx.get(f"{production.url}/verify/{number}").text

    manage(export)
    assert str(number) in (tmp_path / "first.csv").read_text("utf-8")
    assert "Everything holds" in manage(verify)
    assert "0 people were assigned" in manage(everybody)
