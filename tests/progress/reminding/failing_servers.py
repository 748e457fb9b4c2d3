"""Mail servers that fail: at a step of the conversation, with an answer, by hanging, or by cutting the line."""

import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

STEPS = ("greeting", "ehlo", "mail", "rcpt", "data", "end")
CUT = "cut"
HANG = "hang"
_VERBS = {"ehlo": "ehlo", "helo": "ehlo", "mail": "mail", "rcpt": "rcpt", "data": "data"}
_WELL = {"greeting": "220 here", "ehlo": "250 here", "mail": "250 ok", "rcpt": "250 ok"}
_WELL |= {"data": "354 go on", "end": "250 ok"}


@dataclass
class FailingServer:
    """Answers as `answers` say for a step, and well at the others. `taken` are the letters whose end it has seen."""

    answers: dict[str, str]
    taken: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._stopped = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as heard:
            if not self._answer(line, "greeting"):
                return
            for command in heard:
                verb = command.decode().split()[0].lower()
                if verb == "quit":
                    line.sendall(b"221 bye\r\n")
                    return
                step = _VERBS.get(verb)
                if step is None:
                    line.sendall(b"250 ok\r\n")
                    continue
                if not self._answer(line, step):
                    return
                if step == "data" and self.answers.get("data", "354").startswith("354"):
                    self.taken.append(self._letter(heard))
                    if not self._answer(line, "end"):
                        return

    @staticmethod
    def _letter(heard: Iterable[bytes]) -> bytes:
        lines = []
        for each in heard:
            if each == b".\r\n":
                break
            lines.append(each)
        return b"".join(lines)

    def _answer(self, line: socket.socket, step: str) -> bool:
        answer = self.answers.get(step, _WELL[step])
        if answer == HANG:
            self._stopped.wait()
        if answer in {HANG, CUT}:
            return False
        line.sendall(f"{answer}\r\n".encode())
        return True
