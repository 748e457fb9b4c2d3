"""The same certificate gives the same bytes."""

import hashlib
import io
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pikepdf
from cast import NOW
from issuing import ADDRESS, issued
from surroundings import HOME

from progress.documents import certificate_pdf
from quizzes.content import Course


def test_the_same_certificate_gives_the_same_bytes_at_any_time_and_in_any_process(course: Course) -> None:
    certificate = issued(course)
    here = hashlib.sha256(certificate_pdf.draw(certificate, ADDRESS)).hexdigest()
    script = (
        "import hashlib, pickle, sys; from progress import certificate_pdf;"
        "drawn = certificate_pdf.draw(*pickle.load(sys.stdin.buffer)); print(hashlib.sha256(drawn).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps((certificate, ADDRESS)), cwd=HOME, capture_output=True
    )
    assert run.stdout.decode().strip() == here, run.stderr.decode()


def test_the_document_is_dated_by_the_certificate(course: Course) -> None:
    later = replace(issued(course), issued_at=NOW + timedelta(days=1))
    with pikepdf.open(io.BytesIO(certificate_pdf.draw(later, ADDRESS))) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260303090000")
