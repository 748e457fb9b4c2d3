"""A key in the folder of the database is warned of."""

from pathlib import Path

import pytest
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
