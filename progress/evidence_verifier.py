"""Verifies an evidence pack of Kodex, offline, with Python's standard library and `cryptography` alone."""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Keys = dict[tuple[str, bytes], Ed25519PublicKey]
"""By name and id."""
Json = dict[str, Any]


class Wrong(Exception):  # noqa: N818 - it is said, and not caught by strangers
    """Something does not hold; carries the sentence that says what."""


def public_keys(text: str) -> Keys:
    """The keys of a file of C2SP verifier keys."""
    keys: Keys = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, key_id, key = line.split("+", 2)
        keys[name, bytes.fromhex(key_id)] = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    return keys


def signed_text(note: str, keys: Keys, what: str) -> str:
    """The text of a signed note (C2SP signed-note) that one of `keys` has signed."""
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
    """A ZIP or a folder it was unpacked into."""

    def __init__(self, place: str | Path) -> None:
        self.place = Path(place)
        self.zip = None if self.place.is_dir() else zipfile.ZipFile(self.place)

    def names(self) -> set[str]:
        if self.zip:
            return {each.filename for each in self.zip.infolist()}
        files = (each for each in self.place.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
        return {each.relative_to(self.place).as_posix() for each in files}

    def read(self, name: str) -> bytes:
        try:
            return self.zip.read(name) if self.zip else (self.place / name).read_bytes()
        except (KeyError, OSError, zipfile.BadZipFile) as error:
            raise Wrong(f"{name} is missing or damaged") from error

    def text(self, name: str) -> str:
        return self.read(name).decode()


def check_manifest(pack: Pack, keys: Keys) -> dict[str, str]:
    """Every file is the one that the statement names; gives the statement."""
    text = signed_text(pack.text("manifest.txt"), keys, "the statement in manifest.txt")
    said = dict(line.split(" ", 1) for line in text.splitlines()[2:] if not line.startswith("sha256 "))
    hashes = (line.split(" ", 2)[1:] for line in text.splitlines() if line.startswith("sha256 "))
    named = {name: digest for digest, name in hashes}
    if text.splitlines()[0] != "kodex evidence 1":
        raise Wrong("manifest.txt is not the statement of an evidence pack")
    for name, digest in named.items():
        if sha256(pack.read(name)).hex() != digest:
            raise Wrong(f"{name} is not the file that was signed")
    if surplus := pack.names() - named.keys() - {"manifest.txt"}:
        raise Wrong(f"{sorted(surplus)[0]} was put in afterwards")
    return said


def check_checkpoint(pack: Pack, keys: Keys, said: dict[str, str]) -> tuple[int, bytes]:
    """(size, root) of the signed checkpoint, which is the one of the statement."""
    lines = signed_text(pack.text("checkpoint.txt"), keys, "the checkpoint").splitlines()
    size, root = int(lines[1]), base64.b64decode(lines[2])
    if (str(size), root.hex()) != (said["size"], said["root"]):
        raise Wrong("the checkpoint is not the one that the statement names")
    return size, root


def check_content(pack: Pack) -> dict[str, Json]:
    """Every part of the content has the SHA-256 that it is named by; gives them all."""
    parts: dict[str, Json] = {}
    for name in pack.names():
        if name.startswith("content/"):
            data = pack.read(name)
            if f"content/{sha256(data).hex()}.json" != name:
                raise Wrong(f"{name} does not have the fingerprint that it is named by")
            parts[sha256(data).hex()] = json.loads(data)
    return parts


def check_proof(proof: Json, size: int, root: bytes) -> None:
    """The events follow from one another, and the last of them stands under the checkpoint's root."""
    events = proof["events"]
    for before, event in zip([None, *events[:-1]], events, strict=True):
        if event_hash(event) != event["hash"]:
            raise Wrong(f"event {event['seq']} was altered")
        if before and (event["seq"], event["previous_hash"]) != (before["seq"] + 1, before["hash"]):
            raise Wrong(f"event {event['seq']} does not follow from the one before it")
        if before and event["person_key"] != before["person_key"]:
            raise Wrong(f"event {event['seq']} is somebody else's")
    if root_by(leaf_hash(events[-1]), proof["leaf"], size, [bytes.fromhex(each) for each in proof["path"]]) != root:
        raise Wrong("its events do not lead to the checkpoint")


def check_certificate(certificate: Json, proof: Json, parts: dict[str, Json]) -> bool:
    """The certificate says what the event says that issued it, and it rests on content that is here."""
    bodies = [(event["kind"], json.loads(event["body"])) for event in proof["events"]]
    issued = [
        body for kind, body in bodies if kind == "certified" and body["certificate_no"] == certificate["number"]
    ]
    if not issued:
        raise Wrong("no event issues it")
    for field in (
        *("course_version", "content_sha256", "commitment_sha256", "language", "score", "pass_mark"),
        *("valid_from", "valid_until"),
    ):
        if issued[0][field] != certificate[field]:
            raise Wrong(f"its {field} is not what was recorded when it was issued")
    if "printed_sha256" in issued[0]:
        printed = sha256((certificate["printed"] or "").encode()).hex()
        if (certificate["template"], printed) != (issued[0]["template"], issued[0]["printed_sha256"]):
            raise Wrong("the words that are printed on it are not those that it was issued with")
    if certificate["name"]:
        holder = json.dumps(
            [certificate["salt"], certificate["name"], certificate["unit"]], ensure_ascii=False, separators=(",", ":")
        )
        if sha256(holder.encode()).hex() != issued[0]["holder_sha256"]:
            raise Wrong("the name or the unit on it is not the one that it was issued to")
    course = parts.get(certificate["content_sha256"])
    if course is None:
        raise Wrong("the course that was taught is not in the pack")
    for part in (*course["lessons"], *course["questions"], certificate["commitment_sha256"]):
        if part not in parts:
            raise Wrong(f"a part of the course that was taught is not in the pack: {part}")
    for kind, body in bodies:
        if kind == "attempt started" and any(digest not in parts for _, digest in body["questions"]):
            raise Wrong("a question that was asked is not in the pack")
    return any(kind == "revoked" and body["certificate_no"] == certificate["number"] for kind, body in bodies)


def verify(pack: Pack, keys: Keys, say: Callable[[str], object]) -> bool:
    """Says what holds and what does not; gives whether all of it does."""
    said = check_manifest(pack, keys)
    say(f"The statement is signed, and all {len(pack.names())} files are those that were signed.")
    size, root = check_checkpoint(pack, keys, said)
    say(f"The checkpoint is signed: {size} heads of chains, root {root.hex()}.")
    parts = check_content(pack)
    say(f"The content is whole: {len(parts)} parts, each with the fingerprint that it is named by.")
    certificates = [json.loads(line) for line in pack.text("certificates.jsonl").splitlines()]
    proofs = [json.loads(line) for line in pack.text("proofs.jsonl").splitlines()]
    if len(certificates) != int(said["certificates"]) or len(proofs) != len(certificates):
        raise Wrong(f"there are {len(certificates)} certificates; the statement says {said['certificates']}")
    wrong = revoked = nameless = 0
    for certificate, proof in zip(certificates, proofs, strict=True):
        try:
            check_proof(proof, size, root)
            revoked += check_certificate(certificate, proof, parts)
            nameless += not certificate["name"]
        except Wrong as error:
            wrong += 1
            say(f"{certificate['number']} does NOT hold: {error}.")
    say(f"{len(certificates) - wrong} of {len(certificates)} certificates stand in the record as they were issued.")
    if revoked:
        say(f"{revoked} of them were revoked afterwards.")
    if nameless:
        say(f"{nameless} of them do not say whose they are any more: the name was erased.")
    say(f"Asked for: course {said['course']}, issued {said['issued']}; made {said['time']}.")
    return not wrong


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
        holds = verify(pack, keys, print)
    except Wrong as error:
        print(f"It does NOT hold: {error}.")
        return 1
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        print(f"It does NOT hold: this is no whole evidence pack ({type(error).__name__}: {error}).")
        return 1
    if not given.key:
        print("The keys are those in the pack itself: get them from the company by another way, and give --key.")
    print("All of it holds." if holds else "Not all of it holds.")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
