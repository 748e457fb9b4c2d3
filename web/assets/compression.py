"""Compression of files that are the same for everybody.

Nothing else is compressed: a page with something secret in it, next to something that its reader was made to send,
would tell the secret by its length (BREACH).
"""

import gzip
import re
from collections.abc import Callable
from functools import partial

import brotli

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    # Of 11. The highest ones take seconds at each start; this one takes a tenth, and is a tenth smaller than gzip.
    "br": partial(brotli.compress, quality=7),
    "gzip": partial(gzip.compress, mtime=0),
}
"""How to compress, by the name of the coding, the smallest first."""
NEVER = "q=0"
_NEVER = re.compile(r"q=0(\.0*)?")


def coding_for(accepted: str) -> str:
    """Return the coding to use by an `Accept-Encoding` header; "" for none."""
    weights = {}
    for each in accepted.lower().split(","):
        coding, _, weight = each.partition(";")
        weights[coding.strip()] = weight.replace(" ", "")
    others = weights.get("*", NEVER)
    return next((each for each in CODINGS if not _NEVER.fullmatch(weights.get(each, others))), "")
