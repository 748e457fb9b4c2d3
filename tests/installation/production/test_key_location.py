"""A key in the folder of the database is warned of."""

import shutil
from pathlib import Path

import pytest
from producing import OWN
from serving import NewServer
from surroundings import HOME


@pytest.mark.parametrize(
    ("place", "is_warned_of"), [("checkpoint.key", True), ("keys/checkpoint.key", True), ("", False)]
)
def test_a_key_in_the_folder_of_the_database_is_warned_of(
    new_server: NewServer, real: Path, place: str, is_warned_of: bool
) -> None:
    server = new_server(real, **OWN)
    if place:
        server.settings["KODEX_CHECKPOINT_KEY"] = str(server.file.parent / place)
    server.start()
    server.close()
    assert ("lies in the folder of the database" in server.said()) is is_warned_of


@pytest.mark.parametrize("is_own", [True, False])
def test_the_invented_company_is_warned_of(new_server: NewServer, real: Path, tmp_path: Path, is_own: bool) -> None:
    """Certificates are issued in its name."""
    server = new_server(real, **OWN)
    if is_own:
        for part in ("lessons", "quizzes"):
            shutil.copytree(HOME / part / "customer-privacy", tmp_path / part / "customer-privacy")
        catalogue = (HOME / "lessons" / "catalogue.yaml").read_text("utf-8")
        own = catalogue.replace("example.com", "acme.example").replace("Ukázková společnost", "Acme")
        (tmp_path / "lessons" / "catalogue.yaml").write_text(own, "utf-8")
        server.settings["KODEX_CONTENT"] = str(tmp_path)
    server.start()
    server.close()
    assert ("whose contacts are invented" in server.said()) is not is_own
