"""The record as somebody holds it who may write anything into the database, and has no key."""

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from lessons.model import canonical
from progress.completion import enrolments
from progress.completion.fold import fold
from progress.record import checkpoints
from progress.record.chains import FIRST_HASH, Event, Kind, hash_of
from progress.record.merkle import Tree

Row = dict[str, Any]


@dataclass
class Ledger:
    """All that the record is made of, read whole and written back whole."""

    chains: dict[str, list[Row]] = field(default_factory=dict)
    """By person: rows of `events`, their bodies read."""
    sealed: list[Row] = field(default_factory=list)
    checkpoints: list[Row] = field(default_factory=list)
    enrolments: list[Row] = field(default_factory=list)
    certificates: list[Row] = field(default_factory=list)

    def head_sealed_last(self, person: str) -> int:
        """The number of the last event that is sealed; 0 where none is."""
        return max((row["seq"] for row in self.sealed if row["person_key"] == person), default=0)

    # What covers a change up

    def renumber(self, *people: str) -> None:
        for person in people:
            for number, event in enumerate(self.chains[person], start=1):
                event.update(person_key=person, seq=number)

    def rehash(self, *people: str) -> None:
        """Makes whole chains of what is there."""
        self.renumber(*people)
        for person in people:
            before = FIRST_HASH
            for event in self.chains[person]:
                event["previous_hash"] = before
                before = event["hash"] = hash_of(as_event(event))

    def order(self, *people: str) -> None:
        """No event happens after the one that follows it."""
        for person in people:
            latest = max((event["at"] for event in self.chains[person]), default="")
            for event in reversed(self.chains[person]):
                latest = event["at"] = min(latest, event["at"])

    def refold(self, *people: str) -> None:
        """Derives enrolments and certificates anew, as far as what the events say makes sense."""
        issued = {}
        for person in people:
            try:
                folded = fold([as_event(row) for row in self.chains[person]])
            except (ValueError, KeyError):
                continue
            self.enrolments = [row for row in self.enrolments if row["person_key"] != person]
            self.enrolments += [_as_kept(enrolments.as_row(each)) for each in folded.values()]
            issued |= {
                event["body"]["certificate_no"]: event
                for event in self.chains[person]
                if event["kind"] == Kind.CERTIFIED
            }
        self.certificates = [
            row for row in self.certificates if row["person_key"] not in people or row["number"] in issued
        ]
        for row in self.certificates:
            if event := issued.get(row["number"]):
                row.update(person_key=event["person_key"], issued_at=min(row["issued_at"], event["at"]))

    def reseal(self) -> None:
        """Seals what is there now as if it had always been so: every head at its place, every tree anew."""
        places = {(row["person_key"], row["seq"]) for row in self.sealed}
        kept = []
        for row in self.sealed:
            chain = self.chains.get(row["person_key"], [])
            seq = min(row["seq"], len(chain))
            if seq and (seq == row["seq"] or (row["person_key"], seq) not in places):
                places.add((row["person_key"], seq))
                kept.append({**row, "seq": seq, "hash": chain[seq - 1]["hash"]})
        self.sealed = [{**row, "leaf": leaf} for leaf, row in enumerate(kept)]
        for checkpoint in self.checkpoints:
            checkpoint["size"] = min(checkpoint["size"], len(self.sealed))
            tree = Tree()
            for row in self.sealed[: checkpoint["size"]]:
                tree.add(checkpoints.leaf(row["person_key"], row["seq"], row["hash"]))
            checkpoint["subtrees"] = json.dumps([each.hex() for each in tree.full])


def as_event(row: Row) -> Event:
    return Event.from_stored({**row, "body": canonical(row["body"])})


def _as_kept(row: Row) -> Row:
    """As SQLite keeps it: moments and days are text."""
    moments = {name for name, value in row.items() if isinstance(value, datetime)}
    days = {name for name, value in row.items() if hasattr(value, "isoformat")} - moments
    kept = {
        **row,
        **{name: enrolments.enrolments.c[name].type.process_bind_param(row[name], None) for name in moments},
    }
    return {**kept, **{name: row[name].isoformat() for name in days}}


TABLES = ("events", "sealed_heads", "checkpoints", "enrolments", "certificates")


def read(file: Path) -> Ledger:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        events, *others = (
            [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in TABLES
        )
    ledger = Ledger({}, *others)
    for event in events:
        ledger.chains.setdefault(event["person_key"], []).append({**event, "body": json.loads(event["body"])})
    return ledger


def write(file: Path, ledger: Ledger) -> None:
    events = [{**row, "body": canonical(row["body"])} for chain in ledger.chains.values() for row in chain]
    everything = (events, ledger.sealed, ledger.checkpoints, ledger.enrolments, ledger.certificates)
    with closing(sqlite3.connect(file)) as connection:
        for table, rows in zip(TABLES, everything, strict=True):
            connection.execute(f"DELETE FROM {table}")
            _insert(connection, table, rows)
        connection.commit()


def _insert(connection: Any, table: str, rows: Iterable[Row]) -> None:
    for row in rows:
        names, places = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(row.values()))
