"""A mail server of the test's own, and letters to it."""

from letters import MailServer

from mail import Letter, Post

SENDER = "kodex@example.com"

LETTER = Letter("jana@example.com", "Žluťoučký kůň", "Úpěl ďábelské ódy.\n")


def post(server: MailServer, scheme: str = "smtp", user: str = "") -> Post:
    return Post(f"{scheme}://{user}127.0.0.1:{server.port}", SENDER)


def to(number: int) -> Letter:
    return Letter(f"{number}@example.com", "A letter", f"To {number}.\n")


def arrived(server: MailServer) -> list[str]:
    return [server.letters.get_nowait()["X-Handed-To"] for _ in range(server.letters.qsize())]
