"""Forms of plain pages, read with a bound on their size. Starlette has none for forms of this kind."""

from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES = 64 * 1024
"""Two passwords of the greatest length, with every character encoded, take about half of it."""
MOST_FIELDS = 20


async def read(request: Request) -> dict[str, str]:
    """Return the first value of each field.

    Raises 413 before more than `MOST_BYTES` are read, and 400 for no form.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
    # NUL, which PostgreSQL takes in no text, is in nobody's name and in no password.
    return {name: values[0].replace("\0", "") for name, values in found.items()}
