"""A badge as a picture with its credential inside: an SVG, baked as Open Badges 3.0 define it."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from progress.completion.certificates import Certificate

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_PICTURE = Path(__file__).resolve().parent / "badge.svg"


def baked(certificate: Certificate, credential: str) -> bytes:
    """Return the picture with `credential`, a compact JWS, in it. Its text is for people who cannot see it."""
    said = f"<title>{escape(certificate.course_title)}</title><desc>{escape(certificate.issuer)}</desc>"
    carried = f"<openbadges:credential xmlns:openbadges={quoteattr(NAMESPACE)} verify={quoteattr(credential)}/>"
    before, mark, after = _PICTURE.read_text("utf-8").partition("<!-- credential -->")
    if not mark:
        raise ValueError(f"{_PICTURE.name} has no place for a credential")
    return f"{before}{said}{carried}{after}".encode()
