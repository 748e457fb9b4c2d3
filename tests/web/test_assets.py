"""Files that are the same for everybody: compressed, kept by browsers, and nothing else is compressed."""

import re
from hashlib import sha256

import pytest
from serving import Server
from surroundings import HOME

from web.assets import files
from web.assets.compression import coding_for

FONTS = HOME / "web" / "static" / "fonts"
A_YEAR = "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("*", "br"),
        ("gzip;q=0", ""),
        ("br; q=0.000, *", "gzip"),
        ("*;q=0", ""),
        ("identity", ""),
        ("", ""),
        (";;q=,", ""),
    ],
)
def test_a_file_is_compressed_as_its_browser_takes_it_the_smallest_first(accepted: str, coding: str) -> None:
    assert coding_for(accepted) == coding


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_each_form_of_a_file_has_a_tag_of_its_own(server: Server, coding: str) -> None:
    path = "/app/static/kodex.js"
    with server.client() as client:
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        small = client.get(path, headers={"Accept-Encoding": coding})
        assert small.headers["content-encoding"] == coding
        assert "content-encoding" not in plain.headers
        assert small.content == plain.content == (HOME / "web/static/kodex.js").read_bytes()
        assert int(small.headers["content-length"]) < len(plain.content) / 2
        assert small.headers["etag"] != plain.headers["etag"]
        assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        known = {"Accept-Encoding": coding, "If-None-Match": f'"other", W/{small.headers["etag"]}'}
        again = client.get(path, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        known["If-None-Match"] = plain.headers["etag"]
        assert client.get(path, headers=known).status_code == 200
        assert client.head(path).content == b""


def test_only_an_address_that_changes_with_the_file_is_kept_for_good(server: Server) -> None:
    with server.client(server.newcomer("Mezipaměť Trvalá")) as client:
        page = client.get("/", headers={"Accept": "text/html"}).text
        linked = re.findall(r'"(/app/static/[^"]+\?v=[0-9a-f]+)"', page)
        assert len(linked) >= 5
        for address in [*linked, *files.streamlits_scripts()[:3]]:
            assert client.get(address).headers["cache-control"] == A_YEAR, address
        for address in ("/app/static/kodex.css", "/app/static/kodex.css?v=0", "/app/static/kodex-icon.svg"):
            assert client.get(address).headers["cache-control"] == "public, max-age=3600", address


def test_a_typeface_bears_its_own_hash_and_its_licence_lies_beside_it() -> None:
    faces = [*FONTS.glob("*.woff2")]
    assert faces
    for face in faces:
        assert face.name.split(".")[1] == sha256(face.read_bytes()).hexdigest()[:8], face.name
    styles = "".join((HOME / "web/static" / name).read_text("utf-8") for name in ("fonts.css", "kodex.css"))
    assert set(re.findall(r"fonts/([\w.-]+)", styles)) == {face.name for face in faces}
    licences = {file.name for file in FONTS.glob("LICENSE-*")}
    assert licences == {"LICENSE-ibm-plex-sans", "LICENSE-material-symbols", "LICENSE-source-serif-4"}


def test_nothing_about_a_person_is_compressed(server: Server) -> None:
    """Its length would tell what is in it to whoever can make its reader ask for it with words of their own."""
    with server.client(server.newcomer("Nestlačená Tajná")) as client:
        for path in ("/", "/account", "/sign-in?next=/lesson", "/_stcore/health", "/verify/KX-1"):
            answer = client.get(path, headers={"Accept": "text/html", "Accept-Encoding": "gzip, br"})
            assert "content-encoding" not in answer.headers, path


def test_streamlits_style_sheet_brings_no_typeface_that_ours_stand_in_for() -> None:
    style = files.Asset(files.STREAMLITS_STYLE, files._sources()["/app/static/streamlit.css"]()).content.decode()
    assert "KaTeX_Main" in style
    assert "Source Sans" not in style
    assert "Material" not in style
    assert "url(../" not in style


def test_the_scripts_that_are_loaded_early_are_there() -> None:
    assert len(files.streamlits_scripts()) > 30
    assert len(files.scripts("Html", "purify.es", "Button")) == 3
