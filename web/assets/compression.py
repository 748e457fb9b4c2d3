"""Compression of files that are the same for everybody.

Nothing else is compressed: a page with something secret in it, next to something that its reader was made to send,
would tell the secret by its length (BREACH).
"""

import gzip
import re
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec

BROTLI_QUALITY = 10
"""Of 11; the last step takes three times as long and saves a fiftieth."""
NEVER = "q=0"
_NEVER = re.compile(r"q=0(\.0*)?")


def _codings() -> dict[str, Callable[[bytes], bytes]]:
    """Return how to compress, by the name of the coding, the smallest first. Brotli saves a seventh, where it is
    installed."""
    found: dict[str, Callable[[bytes], bytes]] = {"gzip": partial(gzip.compress, mtime=0)}
    if find_spec("brotli"):
        found = {"br": partial(import_module("brotli").compress, quality=BROTLI_QUALITY), **found}
    return found


CODINGS = _codings()


def coding_for(accepted: str) -> str:
    """Return the coding to use by an `Accept-Encoding` header; "" for none."""
    weights = {}
    for each in accepted.lower().split(","):
        coding, _, weight = each.partition(";")
        weights[coding.strip()] = weight.replace(" ", "")
    others = weights.get("*", NEVER)
    return next((each for each in CODINGS if not _NEVER.fullmatch(weights.get(each, others))), "")
