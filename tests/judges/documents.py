"""Asks page-validation (PDF/UA-1, PDF/A-2b) and outloud (PDF/UA-1, WCAG 2.2) about PDFs: python documents.py FILE …

Writes what they find as JSON: for each file, a line a fault. Runs in the judges' own environment.
"""

import json
import sys

import outloud
from page import ValidationProfile, validate_pdf

PROFILES = (ValidationProfile.PDF_UA_1, ValidationProfile.PDF_A_2B)
WANTED = {"LNK-010"}
"""An address that leads nowhere when it is pressed: what is to be kept for decades has no link."""


def faults(file: str) -> list[str]:
    found = [
        f"{profile.value} {fault.rule_id}: {fault.message}"
        for profile in PROFILES
        for fault in validate_pdf(file, profile=profile).failures
    ]
    heard = [each for each in outloud.check(file).findings if each.severity != "info" and each.rule not in WANTED]
    return found + [f"outloud {each.rule}: {each.message}" for each in heard]


sys.stdout.write(json.dumps({file: faults(file) for file in sys.argv[1:]}))
