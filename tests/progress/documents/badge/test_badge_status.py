"""Status lists of badges."""

import base64
import gzip

import pytest
from badge_of_one import decoded
from cast import NOW
from studying import Study

from database import Database
from people.access import Principal
from progress.completion import certificates
from progress.completion.certificates import StatusIndexes
from progress.documents.open_badge import Place, keys, signed_status_list
from progress.record.signing import Key


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
