"""Streamlit's WebSocket without a browser: what is said on the wire, byte by byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from typing import Any

from browsing import plain
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

STREAM = "/_stcore/stream"
PATIENCE = 60


def opened(
    url: str, cookies: CookieJar | None = None, origin: str | None = None, session: str = ""
) -> ClientConnection:
    """A WebSocket to the server at `url`, from a page of that server unless another origin is named."""
    held = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies or ())
    return _open(url, held, origin or url, session)


def _open(url: str, held: str, origin: str, session: str, **headers: str) -> ClientConnection:
    protocols: list[Any] = ["streamlit", "no-token", session] if session else ["streamlit"]
    return connect(
        url.replace("http", "ws", 1) + STREAM,
        origin=origin,  # type: ignore[arg-type]
        subprotocols=protocols,
        additional_headers={**headers, "Cookie": held} if held else headers,
        max_size=None,
        compression=None,
        open_timeout=PATIENCE,
    )


class Wire:
    """One tab: sends what a browser sends, keeps all that comes back."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[bytes] = []
        self.session = ""
        self.page = ""
        self.query = ""
        self.deltas: list[tuple[tuple[int, ...], Delta]] = []

    def visit(self, page_name: str = "", query: str = "") -> None:
        """Opens a screen by its address."""
        self.query = query
        self._run(BackMsg(rerun_script={"page_name": page_name, "query_string": query}))

    def submit(self, *states: WidgetState, fragment: str = "") -> None:
        """Runs the screen that is open once more, or one fragment of it, with the widgets in these states."""
        again = BackMsg(
            rerun_script={"page_script_hash": self.page, "query_string": self.query, "fragment_id": fragment}
        )
        again.rerun_script.widget_states.widgets.extend(states)
        self._run(again)

    def fragment(self) -> str:
        """The fragment on the screen; nothing where there is none."""
        return next((delta.fragment_id for _, delta in self.deltas if delta.fragment_id), "")

    def _run(self, message: BackMsg) -> None:
        self.deltas = []
        self.connection.send(message.SerializeToString())
        while not self._is_last(self.connection.recv(PATIENCE)):
            pass

    def _is_last(self, frame: bytes | str) -> bool:
        if isinstance(frame, str):
            raise TypeError("Streamlit speaks in bytes")
        self.frames.append(frame)
        said = ForwardMsg.FromString(frame)
        match said.WhichOneof("type"):
            case "new_session":
                self.session = said.new_session.initialize.session_id or self.session
                self.deltas = []
            case "navigation":
                self.page = said.navigation.page_script_hash
            case "page_info_changed":
                self.query = said.page_info_changed.query_string
            case "delta":
                self.deltas.append((tuple(said.metadata.delta_path), said.delta))
            case "script_finished":
                return said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def elements(self, kind: str) -> list[Any]:
        """The elements of that kind on the screen, in their order."""
        return [
            getattr(delta.new_element, kind)
            for _, delta in self.deltas
            if delta.WhichOneof("type") == "new_element" and delta.new_element.WhichOneof("type") == kind
        ]

    def held(self) -> str:
        """All the text that has come over the wire so far."""
        return plain(b"\n".join(self.frames).decode("utf-8", "ignore"))


@contextmanager
def connected(url: str, cookie: str = "", origin: str = "", session: str = "", **headers: str) -> Iterator[Wire]:
    """A tab of whoever sends `cookie`, closed in the end."""
    with _open(url, cookie, origin or url, session, **headers) as connection:
        yield Wire(connection)
