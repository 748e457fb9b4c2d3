"""Names and lists in the reader's own alphabet, in Python and in both databases alike."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import column, literal, select, union_all

from database import Database
from database.collation import collated, sort_key

CZECH = "Alena Cibulka Čapek Člověk Dana Holub Hynek Chalupa Chvíle Iva Řehák Sova Šimek Zeman Žák".split()


def test_czech_letters_follow_the_ones_that_they_come_from() -> None:
    shuffled = Random(1).sample(CZECH, len(CZECH))
    assert sorted(shuffled, key=lambda each: sort_key(each, "cs")) == CZECH


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("cs", ["Čáp", "Čap Adam", "Čap Boris"]),
        ("cs", ["čáp", "ČAPEK", "čaroděj"]),
        ("cs", ["Ňouma", "Novák", "Nováková", "Novotná"]),
        ("en", ["Capek", "Čapek Z", "Chalupa", "Cibulka"]),
        ("de", ["Adler", "Ärger", "Auto", "Österreich", "Oz"]),
    ],
)
def test_accents_case_and_spaces_do_not_decide(language: str, names: list[str]) -> None:
    keys = [sort_key(each, language) for each in names]
    assert keys == sorted(keys)


@pytest.mark.parametrize("language", ["cs", "en"])
def test_the_database_orders_as_python_does(database: Database, language: str) -> None:
    names: list[str] = [*CZECH, "chyba", "c~", "Łukasz", "žů", "ř r", "čč", "CH", "Zz", ""]
    rows = union_all(*(select(literal(name).label("name")) for name in names)).subquery()
    asked: Any = select(rows.c.name, collated(rows.c.name, language)).order_by(
        collated(rows.c.name, language), rows.c.name
    )
    with database.reading() as connection:
        found = [tuple(row) for row in connection.execute(asked)]
    assert all(key == sort_key(name, language) for name, key in found)
    keys = [key for _, key in found]
    assert keys == sorted(keys)


def test_the_order_is_of_code_points_whatever_the_database_has(database: Database) -> None:
    compiled = str(collated(column("name"), "cs").compile(database.engine))
    assert ('COLLATE "C"' in compiled) is (database.engine.dialect.name == "postgresql")
