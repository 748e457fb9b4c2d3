"""Evidence packs of a record with one certificate, and what their verifier says."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from progress.record import signing

RunOf = Callable[..., tuple[int, str]]


def signed_anew(pack: Path, key: signing.Key, change: Callable[[str, bytes], bytes]) -> Path:
    """What somebody can do who has a key of their own: change files, and sign a statement that fits."""
    import hashlib

    other = pack.with_name("forged.zip")
    with zipfile.ZipFile(pack) as before, zipfile.ZipFile(other, "w") as after:
        files = {each: change(each, before.read(each)) for each in before.namelist()}
        files["public-keys.txt"] = f"{key.verifier}\n".encode()
        text = files["manifest.txt"].decode().rpartition("\n\n")[0] + "\n"
        lines = [line for line in text.splitlines() if not line.startswith("sha256 ")]
        lines += [
            f"sha256 {hashlib.sha256(data).hexdigest()} {name}"
            for name, data in sorted(files.items())
            if name != "manifest.txt"
        ]
        files["manifest.txt"] = signing.signed("".join(f"{line}\n" for line in lines), key).encode()
        for name, data in files.items():
            after.writestr(name, data)
    return other


REASON = "Sick leave until June"
"""Why `telling.correct` corrects."""


def statement(pack: Path) -> dict[str, str]:
    with zipfile.ZipFile(pack) as file:
        lines = file.read("manifest.txt").decode().partition("\n\n")[0].splitlines()[2:]
    return dict(line.split(" ", 1) for line in lines if not line.startswith("sha256 "))


def told(pack: Path, name: str) -> list[dict[str, object]]:
    with zipfile.ZipFile(pack) as file:
        return [json.loads(line) for line in file.read(name).splitlines()]
