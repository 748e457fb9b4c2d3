"""What a badge says, and its picture."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import jwt
from badge_of_one import ADDRESS, NAME, NUMBER, decoded

from progress.completion.certificates import Certificate
from progress.documents.badge_picture import baked
from progress.documents.open_badge import Place, credential, keys, signed
from progress.record.signing import Key
from quizzes.content import Course

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


# The picture


def test_the_picture_carries_the_credential(certificate: Certificate, place: Place, key: Key) -> None:
    text = signed(certificate, place, key)
    named = replace(certificate, course_title="Care & <b>trust</b>")
    root = ElementTree.fromstring(baked(named, text))
    carried = root.findall("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert [each.get("verify") for each in carried] == [text]
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Care & <b>trust</b>"
