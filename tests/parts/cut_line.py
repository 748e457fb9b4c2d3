"""What is between a browser and a server, to be cut and mended."""

import socket
from contextlib import suppress
from threading import Thread

from serving import free_port


class Line:
    """What is between a browser and a server, to be cut and mended."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = free_port()
        self.near: list[socket.socket] = []
        self.far: list[socket.socket] = []
        self.mend()

    def mend(self) -> None:
        self.loses = False
        self.listener = socket.create_server(("127.0.0.1", self.port))
        Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def lose(self) -> None:
        """What the browser sends arrives no more, and it does not know."""
        self.loses = True

    def cut(self, *, is_noticed: bool) -> None:
        """The browser is cut off; whether the server notices is another matter."""
        _close(self.listener)
        for end in (*self.near, *(self.far if is_noticed else ())):
            _close(end)

    def close(self) -> None:
        self.cut(is_noticed=True)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                self.near.append(near)
                self.far.append(far)
                Thread(target=self._carry, args=(near, far), daemon=True).start()
                Thread(target=self._carry, args=(far, near), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while some := source.recv(65536):
                if not (self.loses and source in self.near):
                    target.sendall(some)
            target.shutdown(socket.SHUT_WR)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
