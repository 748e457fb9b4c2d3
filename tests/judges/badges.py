"""Asks openbadgeslib about a baked badge, its issuer and its status: python badges.py SERVER DID PICTURE

SERVER is where the addresses of the badge's issuer are really answered: a did:web names an https address, and the
tests have a server on loopback. Writes as JSON whether the badge is valid, and why not. Runs in the judges' own
environment.
"""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

server, did, picture = sys.argv[1:]


def download(address: str) -> bytes:
    with urlopen(server + urlsplit(address).path) as answer:
        return answer.read()


try:
    credential = OB3Verifier.extract_token_from_svg(Path(picture).read_bytes())
    verifier = OB3Verifier.for_issuer_did(did, download=download)
    found = verifier.verify(credential, check_status=True, download=download)
    sys.stdout.write(json.dumps({"valid": True, "why": "", "name": found.achievement.name}))
except OB3VerificationError as error:
    sys.stdout.write(json.dumps({"valid": False, "why": str(error), "name": ""}))
