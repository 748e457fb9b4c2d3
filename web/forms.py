"""What a form of a plain page sends, read with a bound on how much that may be."""

from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

LONGEST = 64 * 1024
"""Bytes. Two passwords of the greatest length, every character of them encoded, are about half as long."""
MOST_FIELDS = 20


async def read(request: Request) -> dict[str, str]:
    """The first value of each field; raises 413 before more than that is read, and 400 when it is no form."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            raise HTTPException(413)
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
    # NUL, which PostgreSQL takes in no text, is in nobody's name and in no password.
    return {name: values[0].replace("\0", "") for name, values in found.items()}
