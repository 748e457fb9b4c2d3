"""A certificate as an Open Badge 3.0: by the published schema, and by JWT libraries that are not ours."""

import base64
import gzip
import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import jsonschema
import jwt
import pytest
from cast import DUE, NOW
from joserfc import jws
from joserfc.jwk import KeySet
from revoking import revoke_on
from serving import Server
from studying import Study
from surroundings import HOME

from database import Database
from people.access import Principal, Role
from people.directory import Person
from progress.completion import certificates
from progress.completion.certificates import Certificate, StatusIndexes, new_issue
from progress.completion.enrolments import Enrolment
from progress.documents import open_badge
from progress.documents.badge_picture import baked
from progress.documents.open_badge import Place, credential, former_status, issuer, keys, signed, signed_status_list
from progress.record import signing
from progress.record.signing import Key
from quizzes.content import Course

PUBLISHED = HOME / "tests" / "published" / "open-badges-3.0"
SCHEMA = PUBLISHED / "ob_v3p0_achievementcredential_schema.json"
NUMBER = "KX-01234-56789-ABCDE-FGHJK-MNPQRS"
ADDRESS = f"https://kodex.example.com/verify/{NUMBER}"
NAME = "Žofie Řehořová-Ďásková"
NO_CLOCK = {"verify_exp": False, "verify_nbf": False}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return signing.opened(tmp_path_factory.mktemp("key") / "checkpoint.key")


@pytest.fixture
def place(zone: ZoneInfo) -> Place:
    return Place("https://kodex.example.com", zone)


@pytest.fixture
def certificate(course: Course) -> Certificate:
    person = Person("0f", "1", NAME, "z@example.com", "Sklad", None, "cs")
    enrolment = Enrolment("0f", course.id, 1, NOW, DUE, NOW, score=90, pass_mark=80, content_sha256=course.sha256)
    issue = replace(new_issue("Ukázková společnost", NOW, NOW.date()), number=NUMBER, status_index=131_072 + 5)
    return certificates.frozen(person, enrolment, course, issue, "cs")


def decoded(text: str, jwks: dict[str, Any]) -> dict[str, Any]:
    """By PyJWT, with the key that the badge names."""
    named = jwt.get_unverified_header(text)["kid"]
    found = jwt.PyJWKSet.from_dict(jwks)[named]
    claims: dict[str, Any] = jwt.decode(text, found, algorithms=["EdDSA"], options=NO_CLOCK)
    return claims


def faults(badge: dict[str, Any]) -> list[str]:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    checker = jsonschema.Draft201909Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in checker.iter_errors(badge)]


# The published schema


def test_the_schema_is_the_published_one() -> None:
    said = hashlib.sha256(SCHEMA.read_bytes()).hexdigest()
    assert said in (PUBLISHED / "NOTICE.md").read_text("utf-8")
    assert json.loads(SCHEMA.read_text("utf-8"))["$id"].startswith("https://purl.imsglobal.org/spec/ob/v3p0/")


def test_a_badge_keeps_the_schema(certificate: Certificate, place: Place, key: Key) -> None:
    assert faults(credential(certificate, place)) == []
    assert faults(decoded(signed(certificate, place, key), keys(key.verifiers, place))) == []


def test_one_from_before_words_were_kept_keeps_the_schema(certificate: Certificate, place: Place) -> None:
    assert faults(credential(replace(certificate, template=None, printed=None), place)) == []


@pytest.mark.parametrize("name", ["@context", "id", "type", "credentialSubject", "issuer", "validFrom"])
def test_a_badge_that_lacks_something_breaks_the_schema(certificate: Certificate, place: Place, name: str) -> None:
    badge = credential(certificate, place)
    del badge[name]
    assert faults(badge)


# What it says


def test_a_badge_says_what_the_certificate_says(certificate: Certificate, place: Place, course: Course) -> None:
    badge = credential(certificate, place)
    subject = badge["credentialSubject"]
    achievement = subject["achievement"]
    assert (badge["id"], badge["issuer"]["name"]) == (ADDRESS, "Ukázková společnost")
    assert (achievement["name"], achievement["version"]) == (certificate.course_title, course.entry.version)
    assert achievement["inLanguage"] == "cs"
    assert course.commitment("cs").split(",")[0] in achievement["criteria"]["narrative"].replace("\u00a0", " ")
    assert (subject["result"][0]["value"], achievement["resultDescription"][0]["requiredValue"]) == ("90", "80")
    assert subject["result"][0]["resultDescription"] == achievement["resultDescription"][0]["id"]
    assert badge["credentialStatus"] == {
        "id": "https://kodex.example.com/badge/status/1#5",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://kodex.example.com/badge/status/1",
    }


def test_a_badge_is_valid_to_the_end_of_its_last_day_where_the_company_is(
    certificate: Certificate, place: Place
) -> None:
    badge = credential(certificate, place)
    assert (badge["validFrom"], badge["validUntil"]) == ("2026-03-02T09:00:00Z", "2027-03-02T22:59:59Z")
    summer = credential(replace(certificate, valid_until=date(2027, 7, 1)), place)
    assert summer["validUntil"] == "2027-07-01T21:59:59Z"


def test_the_claims_are_those_that_open_badges_ask_for(certificate: Certificate, place: Place, key: Key) -> None:
    text = signed(certificate, place, key)
    header = jwt.get_unverified_header(text)
    assert header == {"alg": "EdDSA", "typ": "JWT", "kid": place.key(key.verifier)}
    claims = decoded(text, keys(key.verifiers, place))
    assert claims["iss"] == claims["issuer"]["id"]
    assert claims["jti"] == claims["id"]
    assert claims["sub"] == claims["credentialSubject"]["id"]
    for name, moment in (("nbf", claims["validFrom"]), ("exp", claims["validUntil"])):
        assert datetime.fromtimestamp(claims[name], UTC) == datetime.fromisoformat(moment)


def test_the_holder_is_a_hash_that_a_name_is_checked_against(certificate: Certificate, place: Place) -> None:
    badge = credential(certificate, place)
    (holder,) = badge["credentialSubject"]["identifier"]
    assert holder["identityHash"] == f"sha256${hashlib.sha256(f'{NAME}{NUMBER}'.encode()).hexdigest()}"
    assert not any(part in json.dumps(badge, ensure_ascii=False) for part in NAME.split())


def test_the_same_certificate_gives_the_same_badge(certificate: Certificate, place: Place, key: Key) -> None:
    assert signed(certificate, place, key) == signed(certificate, place, key)


# The signature


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_a_second_library_verifies_it(certificate: Certificate, place: Place, key: Key) -> None:
    """The first one is PyJWT, in every other test."""
    text = signed(certificate, place, key)
    found = jws.deserialize_compact(
        text.encode(), KeySet.import_key_set(keys(key.verifiers, place)), algorithms=["EdDSA"]
    )
    assert json.loads(found.payload)["id"] == ADDRESS


def test_no_altered_badge_passes(certificate: Certificate, place: Place, key: Key) -> None:
    chance, text, jwks = Random(11), signed(certificate, place, key), keys(key.verifiers, place)
    for _ in range(200):
        at = chance.randrange(len(text) - 1)  # the last letter has bits that mean nothing
        other = chance.choice([letter for letter in "ABCDabcd0123" if letter != text[at]])
        with pytest.raises((jwt.InvalidTokenError, KeyError)):
            decoded(f"{text[:at]}{other}{text[at + 1 :]}", jwks)
    assert decoded(text, jwks)["id"] == ADDRESS


def test_a_key_of_another_installation_does_not_verify_it(
    certificate: Certificate, place: Place, key: Key, tmp_path: Path
) -> None:
    other = signing.opened(tmp_path / "other.key")
    forged = keys(other.verifiers, place)
    forged["keys"][0]["kid"] = place.key(key.verifier)
    with pytest.raises(jwt.InvalidSignatureError):
        decoded(signed(certificate, place, key), forged)


def test_what_an_old_key_has_signed_stays_good(certificate: Certificate, place: Place, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    text = signed(certificate, place, signing.opened(file))
    assert decoded(text, keys(signing.changed(file).verifiers, place))["id"] == ADDRESS


def test_the_public_keys_hold_nothing_private(key: Key, place: Place) -> None:
    assert all(set(each) == {"kty", "crv", "x", "kid", "use", "alg"} for each in keys(key.verifiers, place)["keys"])


def test_a_status_from_before_there_were_lists_names_one_badge_alone(place: Place) -> None:
    assert former_status(NUMBER, place, is_revoked=False)["revokedCredential"] == []
    assert former_status(NUMBER, place, is_revoked=True)["revokedCredential"] == [{"id": ADDRESS, "revoked": True}]


def test_a_badge_from_before_there_was_a_did_still_finds_its_key(key: Key, place: Place) -> None:
    named = {each["kid"]: each["x"] for each in keys(key.verifiers, place)["keys"]}
    former = f"https://kodex.example.com/.well-known/jwks.json#{key.verifier.id.hex()}"
    assert named[former] == named[place.key(key.verifier)]


# Status lists


def places_set(encoded: str) -> set[int]:
    """As the standard says, from the first bit of the first byte."""
    assert encoded.startswith("u")
    packed = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert len(packed) * 8 == 131_072
    bits = "".join(f"{byte:08b}" for byte in packed)
    return {place for place, bit in enumerate(bits) if bit == "1"}


@pytest.mark.parametrize("places", [set(), {0}, {131_071}, {7, 8, 9, 100_000}])
def test_a_status_list_has_the_bits_of_what_is_revoked(places: set[int], place: Place, key: Key) -> None:
    text = signed_status_list(1, places, place, key, NOW)
    claims = decoded(text, keys(key.verifiers, place))
    assert places_set(claims["credentialSubject"]["encodedList"]) == places
    assert claims["iss"] == claims["issuer"] == "did:web:kodex.example.com"
    assert claims["id"] == claims["jti"] == "https://kodex.example.com/badge/status/1"
    assert claims["exp"] - claims["nbf"] == 24 * 3600


def test_each_certificate_has_a_place_of_its_own(assigned: Study, learner: Principal, manager: Principal) -> None:
    given = []
    for who in (learner, manager):
        number = assigned.certify(who).certificate_no or ""
        with assigned.database.reading() as connection:
            found = certificates.find(connection, number)
        assert found is not None
        assert assigned.chain(who)[-1].body["status_index"] == found.status_index
        given.append(found.status_index)
    assert len({*given}) == 2
    assert all(place is not None and 0 <= place < 131_072 for place in given)


def test_no_place_is_given_twice_and_a_list_half_full_is_followed_by_the_next(database: Database) -> None:
    with database.writing() as connection:
        taken = [{"status_index": place} for place in range(131_072) if place % 4]
        connection.execute(certificates.status_indexes.insert(), taken)
        places = StatusIndexes(connection)
        given = [places.new() for _ in range(200)]
    assert len(set(given)) == 200
    assert all(131_072 <= place < 2 * 131_072 for place in given)


# The issuer


@pytest.mark.parametrize(
    ("base", "did"),
    [
        ("https://kodex.example.com", "did:web:kodex.example.com"),
        ("https://kodex.example.com:8443", "did:web:kodex.example.com%3A8443"),
    ],
)
def test_the_issuer_is_a_did_of_its_address(base: str, did: str, key: Key, zone: ZoneInfo) -> None:
    document = issuer(key.verifiers, Place(base, zone))
    assert document["id"] == did
    assert [each["id"] for each in document["verificationMethod"]] == document["assertionMethod"]
    assert document["assertionMethod"][0] == f"{did}#{key.verifier.id.hex()}"


def test_the_key_that_signs_now_is_the_first_of_the_issuers(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    signing.opened(file)
    now = signing.changed(file)
    named = issuer(now.verifiers, place)["assertionMethod"]
    assert named[0] == place.key(now.verifier)
    assert len(named) == 2


# The picture


def test_the_picture_carries_the_credential(certificate: Certificate, place: Place, key: Key) -> None:
    text = signed(certificate, place, key)
    named = replace(certificate, course_title="Care & <b>trust</b>")
    root = ElementTree.fromstring(baked(named, text))
    carried = root.findall("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert [each.get("verify") for each in carried] == [text]
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Care & <b>trust</b>"


# Over HTTP


def test_a_learner_downloads_a_badge_that_anybody_can_verify(server: Server) -> None:
    holder = server.newcomer("Žofie Řehořová")
    number = server.study.certify(holder).certificate_no
    with server.client(holder) as client:
        answer = client.get(f"/badge/{number}.jwt")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vc+jwt")
    with server.client() as anybody:
        jwks = anybody.get(open_badge.KEYS).json()
        claims = decoded(answer.text, jwks)
        assert claims["jti"] == f"{server.url}/verify/{number}"
        told = anybody.get(f"/badge/{number}/status.json").json()
        assert anybody.get(claims["id"], headers={"Accept": "text/html"}).status_code == 200
    assert told == {"id": f"{server.url}/badge/{number}/status.json", "issuer": server.url, "revokedCredential": []}


def test_a_revoked_badge_is_listed_and_given_to_nobody(server: Server) -> None:
    holder = server.newcomer("Revoked Badge")
    number = server.study.certify(holder).certificate_no
    revoke_on(server, holder)
    with server.client(holder) as client:
        assert client.get(f"/badge/{number}.jwt").status_code == 410
        (listed,) = client.get(f"/badge/{number}/status.json").json()["revokedCredential"]
    assert listed == {"id": f"{server.url}/verify/{number}", "revoked": True}


def test_a_badge_is_for_those_who_may_have_its_document(server: Server) -> None:
    holder, stranger = server.newcomer("Holder of a badge"), server.newcomer("Stranger")
    number = server.study.certify(holder).certificate_no
    with server.client(stranger) as client:
        assert client.get(f"/badge/{number}.jwt").status_code == 404
    with server.client() as nobody:
        assert nobody.get(f"/badge/{number}.jwt").status_code == 401
    with server.client(server.cast(Role.HR)) as client:
        assert client.get(f"/badge/{number}.jwt").status_code == 200


@pytest.mark.parametrize("asked", ["x", "KX-00000-00000-00000-00000-000000", "..%2f..%2fetc"])
def test_a_badge_that_there_is_not_has_no_status(server: Server, asked: str) -> None:
    with server.client() as client:
        assert client.get(f"/badge/{asked}/status.json").status_code in {401, 404}
