"""Certificates for people who may have them, drawn for HTTP requests and signed by the installation's key."""

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request

from installation import installation
from people import security_log
from people.access import Principal, sees_certificate_of
from progress.completion import certificates
from progress.completion.certificates import Certificate
from progress.documents.certificate_files import Draw
from progress.documents.certificate_pdf import draw
from progress.documents.certificate_signature import signed_address
from progress.record.signing import UnusableKeyError


def wanted(connection: Connection, principal: Principal, number: str) -> Certificate:
    """The certificate with this number; raises 404 where there is none that the principal may have. Which of the two
    it is, is not told; that somebody asked for another's is logged."""
    found = certificates.find(connection, number)
    if found is not None and not sees_certificate_of(connection, principal, found.person_key):
        security_log.note("certificate", person=principal.key, result="refused", of=found.person_key)
        found = None
    if found is None or found.is_erased:
        raise HTTPException(404)
    return found


def drawer(request: Request) -> Draw:
    """Return the function that draws a certificate. Raises 503 with the reason if there is no key to sign with."""
    installed = installation()
    base = installed.settings.public_url or str(request.base_url).rstrip("/")
    try:
        key = installed.key
    except UnusableKeyError as error:
        raise HTTPException(503, str(error.reason)) from error
    return lambda found: draw(found, signed_address(found, f"{base}/verify/{found.number}", key))
