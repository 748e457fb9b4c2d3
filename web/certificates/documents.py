"""Certificates drawn for HTTP requests, signed by the installation's key."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from installation import installation
from progress.documents.certificate_files import Draw
from progress.documents.certificate_pdf import draw
from progress.documents.certificate_signature import signed_address
from progress.record.signing import UnusableKeyError


def drawer(request: Request) -> Draw:
    """Return the function that draws a certificate. Raises 503 with the reason if there is no key to sign with."""
    ours = installation()
    base = ours.settings.public_url or str(request.base_url).rstrip("/")
    try:
        key = ours.key
    except UnusableKeyError as error:
        raise HTTPException(503, str(error.reason)) from error
    return lambda found: draw(found, signed_address(found, f"{base}/verify/{found.number}", key))
