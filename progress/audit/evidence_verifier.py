"""Verify an evidence pack of Kodex, offline, with only Python's standard library and `cryptography`."""

import argparse
import base64
import hashlib
import json
import re
import stat
import sys
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Keys = dict[tuple[str, bytes], Ed25519PublicKey]
"""By name and id."""
Json = dict[str, Any]
FORMAT = "kodex evidence 2"
STATUSES = ("valid", "expired", "superseded", "revoked", "voided")
COUNTED = (*STATUSES, "corrected", "unsealed")
"""The numbers in the statement, besides that of all certificates. A certificate has one status, and can also be
corrected and unsealed."""


CLOCK_SET_BACK = timedelta(days=1)
"""How much earlier than its event a certificate may say that it was issued."""
BROKEN = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""Exceptions raised by a file that is damaged or malformed."""


class Outcome(IntEnum):
    """The result, which is also the exit code. 2 is left to a command line that makes no sense."""

    HOLDS = 0
    FAILS = 1
    HOLDS_WITH_EXCEPTIONS = 3
    """The evidence is sound, and proves that certificates were revoked, corrected or are not sealed yet."""
    UNTRUSTED = 4
    """The files agree with one another, and no signature was checked against a key that the reader trusts."""


class Wrong(Exception):  # noqa: N818 - its text is printed, and nobody else catches it
    """Something does not hold; has the sentence that says what."""


def public_keys(text: str) -> Keys:
    """The keys in a file of C2SP verifier keys."""
    keys: Keys = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, key_id, key = line.split("+", 2)
        keys[name, bytes.fromhex(key_id)] = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    return keys


def signed_text(note: str, keys: Keys, what: str) -> str:
    """The text of a note (C2SP signed-note) that one of `keys` signed; raises `Wrong` if none did."""
    text, gap, below = note.rpartition("\n\n")
    text += "\n"
    for line in below.splitlines() if gap and note.endswith("\n") else ():
        _, name, signature = line.split(" ")
        raw = base64.b64decode(signature, validate=True)
        key = keys.get((name, raw[:4]))
        if key is None:
            continue
        try:
            key.verify(raw[4:], text.encode())
        except InvalidSignature:
            continue
        return text
    raise Wrong(f"{what} is not signed by a key that you trust")


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def event_hash(event: Json) -> str:
    lines = (
        "kodex event 1",
        *(str(event[name]) for name in ("person_key", "seq", "kind", "at", "previous_hash", "body")),
    )
    return sha256("\n".join(lines).encode()).hex()


def leaf_hash(event: Json) -> bytes:
    return sha256(b"\0" + f"kodex head 1\n{event['person_key']}\n{event['seq']}\n{event['hash']}".encode())


def root_by(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a path leads to from the leaf at `index` of `size` (RFC 6962, section 2.1.1)."""
    steps: list[bool] = []
    at, width = index, size
    while width > 1:
        half = 1 << (width - 1).bit_length() - 1
        steps.append(at < half)
        at, width = (at, half) if at < half else (at - half, width - half)
    if not 0 <= index < size or len(steps) != len(path):
        raise Wrong("its path does not fit the checkpoint")
    for is_left, sibling in zip(reversed(steps), path, strict=True):
        leaf = sha256(b"\1" + (leaf + sibling if is_left else sibling + leaf))
    return leaf


class Pack:
    """A ZIP file, or the folder it was unpacked into."""

    def __init__(self, place: str | Path | IO[bytes]) -> None:
        self.folder = Path(place) if isinstance(place, (str, Path)) and Path(place).is_dir() else None
        self.zip = None if self.folder else zipfile.ZipFile(place)
        self.names = frozenset(self._names())

    def _names(self) -> list[str]:
        """The names of all files; raises `Wrong` if one is ambiguous, or an entry is anything but a plain file."""
        names = self._in_folder(self.folder) if self.folder else [_plain_entry(each) for each in self._entries()]
        met: dict[str, str] = {}
        for name in names:
            same = unicodedata.normalize("NFC", name).casefold()
            if same in met:
                raise Wrong(f"there are two files of one name: {shown(met[same])} and {shown(name)}")
            met[same] = name
        return names

    def _entries(self) -> list[zipfile.ZipInfo]:
        return self.zip.infolist() if self.zip else []

    @staticmethod
    def _in_folder(folder: Path) -> list[str]:
        names = []
        for each in folder.rglob("*"):
            if "__pycache__" in each.parts or (each.is_dir() and not each.is_symlink()):
                continue
            if each.is_symlink():
                raise Wrong(f"{shown(each.name)} is a link, and no file")
            names.append(each.relative_to(folder).as_posix())
        return names

    def open(self, name: str) -> IO[bytes]:
        try:
            return self.zip.open(name) if self.zip else (self.folder or Path()).joinpath(name).open("rb")
        except (KeyError, OSError, zipfile.BadZipFile) as error:
            raise Wrong(f"{shown(name)} is missing or damaged") from error

    def read(self, name: str) -> bytes:
        try:
            with self.open(name) as file:
                return file.read()
        except (OSError, zipfile.BadZipFile) as error:
            raise Wrong(f"{shown(name)} is missing or damaged") from error

    def text(self, name: str) -> str:
        return self.read(name).decode()

    def sha256(self, name: str) -> str:
        try:
            with self.open(name) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        except (OSError, zipfile.BadZipFile) as error:
            raise Wrong(f"{shown(name)} is missing or damaged") from error

    def lines(self, name: str) -> Iterator[Json]:
        """The objects of a file with one per line, read one by one: together they can be larger than memory."""
        with self.open(name) as file:
            for line in file:
                yield json.loads(line)


def _plain_entry(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; raises `Wrong` if it is not a plain file."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 1:
        raise Wrong(f"{shown(entry.filename)} is encrypted")
    if kind not in {0, stat.S_IFREG} or entry.is_dir():
        raise Wrong(f"{shown(entry.filename)} is a folder or a link, and no file")
    if entry.filename != entry.orig_filename or not re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)*", entry.filename):
        raise Wrong(f"{shown(entry.orig_filename)} is a name that no file of a pack has")
    return entry.filename


def shown(text: str) -> str:
    """`text` made safe to print: nothing in it moves the cursor or hides the rest."""
    return "".join(each if each.isprintable() else "?" for each in text)


def check_manifest(pack: Pack, keys: Keys) -> dict[str, str]:
    """Return the statement, after checking that every file is the one it names and that there is no other."""
    text = signed_text(pack.text("manifest.txt"), keys, "the statement in manifest.txt")
    first, _, *lines = text.splitlines()
    if first == "kodex evidence 1":
        raise Wrong("it is of an older form, which can leave out that a certificate was revoked: ask for a new pack")
    if first != FORMAT:
        raise Wrong("manifest.txt is not the statement of an evidence pack")
    statement = dict(line.split(" ", 1) for line in lines if not line.startswith("sha256 "))
    named: dict[str, str] = {}
    for line in lines:
        if line.startswith("sha256 "):
            _, digest, name = line.split(" ", 2)
            if name in named:
                raise Wrong(f"the statement names {shown(name)} twice")
            named[name] = digest
    for name, digest in named.items():
        if pack.sha256(name) != digest:
            raise Wrong(f"{shown(name)} is not the file that was signed")
    if surplus := pack.names - named.keys() - {"manifest.txt"}:
        raise Wrong(f"{shown(min(surplus))} was put in afterwards")
    return statement


def check_checkpoint(pack: Pack, keys: Keys, statement: dict[str, str]) -> tuple[int, bytes]:
    """Return (size, root) of the signed checkpoint, after checking that it is the one in the statement."""
    lines = signed_text(pack.text("checkpoint.txt"), keys, "the checkpoint").splitlines()
    size, root = int(lines[1]), base64.b64decode(lines[2])
    if (str(size), root.hex()) != (statement["size"], statement["root"]):
        raise Wrong("the checkpoint is not the one that the statement names")
    return size, root


def check_content(pack: Pack) -> dict[str, Json]:
    """Return every part of the content by its SHA-256, after checking that each is named by its own."""
    parts: dict[str, Json] = {}
    for name in pack.names:
        if name.startswith("content/"):
            data = pack.read(name)
            if f"content/{sha256(data).hex()}.json" != name:
                raise Wrong(f"{name} does not have the fingerprint that it is named by")
            parts[sha256(data).hex()] = json.loads(data)
    return parts


def check_proof(proof: Json, size: int, root: bytes) -> None:
    """Check that the events follow from one another, and that the sealed one leads to the checkpoint's root.

    Only the chain and the statement vouch for later events. `sealed` is null if none of the events was sealed."""
    events = proof["events"]
    for before, event in zip([None, *events[:-1]], events, strict=True):
        if event_hash(event) != event["hash"]:
            raise Wrong(f"event {event['seq']} was altered")
        if before and (event["seq"], event["previous_hash"]) != (before["seq"] + 1, before["hash"]):
            raise Wrong(f"event {event['seq']} does not follow from the one before it")
        if before and event["person_key"] != before["person_key"]:
            raise Wrong(f"event {event['seq']} is somebody else's")
    if proof["sealed"] is None:
        return
    head = next((event for event in events if event["seq"] == proof["sealed"]), None)
    if head is None:
        raise Wrong("the event that is sealed is not among its events")
    if root_by(leaf_hash(head), proof["leaf"], size, [bytes.fromhex(each) for each in proof["path"]]) != root:
        raise Wrong("its events do not lead to the checkpoint")


def bodies(events: Iterable[Mapping[str, Any]], *kinds: str) -> list[tuple[Mapping[str, Any], Json]]:
    """The events of these kinds with their bodies. Other bodies are not parsed: most events are answers."""
    return [(event, json.loads(event["body"])) for event in events if event["kind"] in kinds]


def standing(events: Sequence[Mapping[str, Any]], number: str, sealed: int | None, day: str) -> Json:
    """The state of a certificate on `day`, by the events of its holder from the assignment of its cycle on.

    `sealed` is the number of the last event that the checkpoint includes. The result has the certificate's `status`,
    `sealed` (true if everything about it is), and `corrections`: its revocation and everything that was voided in its
    cycle, with reason and author. Raises `Wrong` if no event issues it."""
    decisive = bodies(events, "certified", "revoked", "corrected")
    issued = [each for each in decisive if each[0]["kind"] == "certified" and each[1]["certificate_no"] == number]
    if not issued:
        raise Wrong("no event issues it")
    event, certificate = issued[0]
    theirs = [(each, body) for each, body in decisive if _corrects(each, body, certificate)]
    kinds = {each["seq"]: each["kind"] for each in events}
    last = max([event["seq"], *(each["seq"] for each, _ in theirs)])
    return {
        "status": _status(decisive, event, certificate, day),
        "sealed": sealed is not None and last <= sealed,
        "corrections": [_correction(each, body, kinds) for each, body in theirs],
    }


def _corrects(event: Mapping[str, Any], body: Json, certificate: Json) -> bool:
    """True if the event revokes the certificate, or voids something in its cycle."""
    if event["kind"] == "revoked":
        return bool(body["certificate_no"] == certificate["certificate_no"])
    about = (certificate["course"], certificate["cycle"])
    return event["kind"] == "corrected" and (body["course"], body["cycle"]) == about


def _status(
    decisive: Sequence[tuple[Mapping[str, Any], Json]], issued: Mapping[str, Any], certificate: Json, day: str
) -> str:
    revoked = {body["certificate_no"] for event, body in decisive if event["kind"] == "revoked"}
    if certificate["certificate_no"] in revoked:
        return "revoked"
    if any(event["seq"] > issued["seq"] for event, body in decisive if _corrects(event, body, certificate)):
        return "voided"
    if certificate["valid_until"] < day:
        return "expired"
    is_replaced = any(
        event["kind"] == "certified"
        and body["course"] == certificate["course"]
        and body["cycle"] > certificate["cycle"]
        and body["certificate_no"] not in revoked
        for event, body in decisive
    )
    return "superseded" if is_replaced else "valid"


def _correction(event: Mapping[str, Any], body: Json, kinds: dict[int, str]) -> Json:
    voids = [kinds.get(seq) for seq in body.get("voids", ())]
    what = "certificate" if event["kind"] == "revoked" else "exemption" if "exempted" in voids else "attempt"
    return {
        "event": event["seq"],
        "kind": event["kind"],
        "of": what,
        "at": event["at"],
        "reason": body["reason"],
        "by": body["by"],
    }


def check_certificate(certificate: Json, proof: Json, parts: dict[str, Json], day: str) -> None:
    """Check that the certificate agrees with the events about it, and that the content it rests on is in the pack."""
    certified = bodies(proof["events"], "certified")
    issuing = [(event, body) for event, body in certified if body["certificate_no"] == certificate["number"]]
    if not issuing:
        raise Wrong("no event issues it")
    event, issued = issuing[0]
    about = (event["person_key"], issued["course"], issued["cycle"])
    if (certificate["person_key"], certificate["course_id"], certificate["cycle"]) != about:
        raise Wrong("whose it is, or of which course, is not what was recorded when it was issued")
    earlier = datetime.fromisoformat(event["at"]) - datetime.fromisoformat(certificate["issued_at"])
    if not timedelta() <= earlier < CLOCK_SET_BACK:
        raise Wrong("the time of its issue is not what was recorded")
    for field in (
        *("course_version", "content_sha256", "commitment_sha256", "language", "score", "pass_mark"),
        *("valid_from", "valid_until"),
    ):
        if issued[field] != certificate[field]:
            raise Wrong(f"its {field} is not what was recorded when it was issued")
    if "printed_sha256" in issued:
        printed = sha256((certificate["printed"] or "").encode()).hex()
        if (certificate["template"], printed) != (issued["template"], issued["printed_sha256"]):
            raise Wrong("the words that are printed on it are not those that it was issued with")
        if certificate["printed"] and json.loads(certificate["printed"])["issuer"] != certificate["issuer"]:
            raise Wrong("the company is not the one that is printed on it")
    if certificate["name"]:
        holder = json.dumps(
            [certificate["salt"], certificate["name"], certificate["unit"]], ensure_ascii=False, separators=(",", ":")
        )
        if sha256(holder.encode()).hex() != issued["holder_sha256"]:
            raise Wrong("the name or the unit on it is not the one that it was issued to")
    stands = standing(proof["events"], certificate["number"], proof["sealed"], day)
    if stands != {field: certificate[field] for field in stands}:
        raise Wrong(f"by its events it is {stands['status']}; the pack says {certificate['status']}, or else")
    course = parts.get(certificate["content_sha256"])
    if course is None:
        raise Wrong("the course that was taught is not in the pack")
    titles = course["course"]["title"]
    its_language = [titles[each] for each in (certificate["language"],) if each in titles]
    if certificate["course_title"] not in (its_language or titles.values()):
        raise Wrong("the course had another name")
    for part in (*course["lessons"], *course["questions"], certificate["commitment_sha256"]):
        if part not in parts:
            raise Wrong(f"a part of the course that was taught is not in the pack: {part}")
    for _, drawn in bodies(proof["events"], "attempt started", "prior started"):
        if any(digest not in parts for _, digest in drawn["questions"]):
            raise Wrong("a question that was asked is not in the pack")
    for _, waived in bodies(proof["events"], "waived"):
        if any(digest not in parts for _, digest in waived["cards"]):
            raise Wrong("a card that was waived is not in the pack")


def check_index(pack: Pack, statuses: dict[str, str]) -> None:
    """Check that the table in index.html has the same certificates with the same statuses."""
    rows = re.findall(r'<tr data-certificate="([^"]*)" data-status="([^"]*)">', pack.text("index.html"))
    if len(rows) != len(statuses) or dict(rows) != statuses:
        raise Wrong("the table in index.html does not say what the certificates say")


def exceptions_of(certificate: Json) -> Iterator[str]:
    """Sentences about everything a reader has to know besides the issue of the certificate."""
    for each in certificate["corrections"]:
        done = "it was revoked" if each["kind"] == "revoked" else f"an {each['of']} was voided"
        time = each["at"].replace("T", " at ")[:19]
        yield f"{done} on {time} UTC, because: {shown(each['reason'])} (event {each['event']}, by {each['by']})"
    if not certificate["sealed"]:
        yield "it, or what came of it later, was recorded after the checkpoint, and is not sealed yet"


class Tally:
    """Certificates counted while they are checked."""

    def __init__(self) -> None:
        self.statuses: dict[str, str] = {}
        """By number."""
        self.counted: Counter[str] = Counter()
        """By the names of `COUNTED`."""
        self.wrong = 0
        self.nameless = 0

    def add(self, certificate: Json) -> None:
        self.statuses[certificate["number"]] = certificate["status"]
        self.counted[certificate["status"]] += 1
        self.counted["corrected"] += any(each["kind"] == "corrected" for each in certificate["corrections"])
        self.counted["unsealed"] += not certificate["sealed"]
        self.nameless += not certificate["name"]


def verify(pack: Pack, keys: Keys, say: Callable[[str], object]) -> Outcome:
    """Call `say` with what holds and what does not. Whether the keys are trusted is for the caller to know."""
    statement = check_manifest(pack, keys)
    say(f"The statement is signed, and all {len(pack.names)} files are those that were signed.")
    size, root = check_checkpoint(pack, keys, statement)
    say(f"The checkpoint is signed: {size} heads of chains, root {root.hex()}.")
    parts = check_content(pack)
    say(f"The content is whole: {len(parts)} parts, each with the fingerprint that it is named by.")
    tally = Tally()
    for certificate, proof in zip(pack.lines("certificates.jsonl"), pack.lines("proofs.jsonl"), strict=True):
        number = certificate["number"]
        try:
            if proof["certificate_no"] != number or number in tally.statuses:
                raise Wrong("the proof beside it is of another")
            check_proof(proof, size, root)
            check_certificate(certificate, proof, parts, statement["day"])
        except Wrong as error:
            tally.wrong += 1
            say(f"{shown(number)} does NOT hold: {error}.")
        for exception in exceptions_of(certificate):
            say(f"{shown(number)}: {exception}.")
        tally.add(certificate)
    check_counts(tally, statement)
    check_index(pack, tally.statuses)
    return conclusion(tally, statement, say)


def check_counts(tally: Tally, statement: dict[str, str]) -> None:
    """Check that the pack has as many certificates of each status as the statement says."""
    n = len(tally.statuses)
    if str(n) != statement["certificates"]:
        raise Wrong(f"there are {n} certificates; the statement says {statement['certificates']}")
    for name in COUNTED:
        if str(tally.counted[name]) != statement[name]:
            raise Wrong(f"{tally.counted[name]} certificates are {name}; the statement says {statement[name]}")


def conclusion(tally: Tally, statement: dict[str, str], say: Callable[[str], object]) -> Outcome:
    n, counted = len(tally.statuses), tally.counted
    say(f"{n - tally.wrong} of {n} certificates stand in the record as they were issued.")
    if counted["expired"]:
        say(f"{counted['expired']} of them had expired by {statement['day']}.")
    if counted["superseded"]:
        say(f"{counted['superseded']} of them had been replaced by a newer certificate.")
    if tally.nameless:
        say(f"{tally.nameless} of them do not say whose they are any more: the name was erased.")
    asked = "Asked for: course {course}, issued {issued}; by {asked}; made {time}."
    say(asked.format_map(statement))
    if tally.wrong:
        say("Not all of it holds.")
        return Outcome.FAILS
    if found := {name: counted[name] for name in ("revoked", "voided", "corrected", "unsealed") if counted[name]}:
        say(f"It holds as evidence, with exceptions, which are named above: {_in_words(found, n)}.")
        return Outcome.HOLDS_WITH_EXCEPTIONS
    return Outcome.HOLDS


def _are(n: int) -> str:
    return "was" if n == 1 else "were"


def _in_words(found: dict[str, int], n: int) -> str:
    texts = {
        "revoked": "{k} of {n} certificates {are} revoked",
        "voided": "{k} of {n} certificates {are} voided",
        "corrected": "in {k} of {n} something was voided on the way to the certificate",
        "unsealed": "{k} of {n} not sealed yet (ask human resources to seal a checkpoint, and for a new pack)",
    }
    return "; ".join(texts[name].format(k=k, n=n, are=_are(k)) for name, k in found.items())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "pack", nargs="?", default=Path(__file__).parent, help="the ZIP, or the folder it is unpacked in"
    )
    parser.add_argument("--key", help="the public keys that you trust; without it, those in the pack are taken")
    given = parser.parse_args(arguments)
    try:
        pack = Pack(given.pack)
        keys = public_keys(Path(given.key).read_text() if given.key else pack.text("public-keys.txt"))
        outcome = verify(pack, keys, print)
    except Wrong as error:
        print(f"It does NOT hold: {error}.")
        return Outcome.FAILS
    except BROKEN as error:
        print(f"It does NOT hold: this is no whole evidence pack ({type(error).__name__}: {error}).")
        return Outcome.FAILS
    if outcome is not Outcome.FAILS and not given.key:
        print(
            "The signature was NOT checked against a key that you trust: whoever forges a pack puts keys of their "
            "own into it. Get the company's public keys by another way, and give them with --key."
        )
        return Outcome.UNTRUSTED
    if outcome is Outcome.HOLDS:
        print("All of it holds.")
    return outcome


if __name__ == "__main__":
    sys.exit(main())
