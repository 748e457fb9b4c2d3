"""A key in the folder of the database is warned of."""

from pathlib import Path

import pytest
from bundled import content_in
from producing import OWN
from serving import NewServer


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
        content_in(tmp_path)
        catalogue = tmp_path / "lessons" / "catalogue.yaml"
        own = catalogue.read_text("utf-8").replace("example.com", "acme.example")
        catalogue.write_text(own.replace("Ukázková společnost", "Acme"), "utf-8")
        server.settings["KODEX_CONTENT"] = str(tmp_path)
    server.start()
    server.close()
    assert ("whose contacts are invented" in server.said()) is not is_own
