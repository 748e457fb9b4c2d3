"""The runs of the screens in one page."""

import re
import time
from html import unescape

from playwright.sync_api import Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

TITLE = re.compile("<h1>(.*?)</h1>")
"""Of a screen whose title has words from the directory in it."""

PATIENCE = 20
"""Seconds that a busy machine may take for one run."""


class Runs:
    """The runs of the screens in one page, as its WebSocket tells of them: the page itself says neither when a
    press has reached the server nor whether what it shows is of the last run."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.socket: WebSocket | None = None
        self.asked = 0
        self.is_under_way = False
        self.titles: list[str] = []
        self.elements: dict[tuple[int, ...], str] = {}
        """The fragment that each element on the screen belongs to, by its place; most belong to none."""
        page.on("websocket", self._opened)

    def await_a_page(self) -> None:
        """Forgets the page that is being left."""
        self.socket = None
        self.asked = 0
        self.is_under_way = False

    def await_end(self, asked: int = 0) -> None:
        """Waits until more runs than `asked` have been asked for, and until the last of them has ended."""
        until = time.monotonic() + PATIENCE
        while self.asked <= asked or self.is_under_way:
            if time.monotonic() > until:
                raise AssertionError(f"{self.asked} runs were asked for, under way: {self.is_under_way}")
            self.page.wait_for_timeout(5)

    def _opened(self, socket: WebSocket) -> None:
        self.socket = socket
        self.is_under_way = False
        socket.on("framesent", lambda frame: self._sent(socket, frame))
        socket.on("framereceived", lambda frame: self._received(socket, frame))

    def _sent(self, socket: WebSocket, frame: bytes | str) -> None:
        if socket is not self.socket or not isinstance(frame, bytes):
            return
        if BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.asked += 1
            self.is_under_way = True

    def _received(self, socket: WebSocket, frame: bytes | str) -> None:
        if socket is not self.socket or not isinstance(frame, bytes):
            return
        said = ForwardMsg.FromString(frame)
        match said.WhichOneof("type"):
            case "new_session" if again := set(said.metadata.run.fragment_ids):
                self.elements = {place: part for place, part in self.elements.items() if part not in again}
            case "new_session":
                self.titles, self.elements = [], {}
            case "delta" if said.delta.WhichOneof("type") == "new_element":
                self.elements[tuple(said.metadata.delta_path)] = said.delta.fragment_id
                drawn = said.delta.new_element
                lines = drawn.markdown.body.splitlines()
                self.titles += [line.removeprefix("# ") for line in lines if line.startswith("# ")]
                self.titles += [unescape(title) for title in TITLE.findall(drawn.html.body)]
            case "ref_hash":
                self.elements[tuple(said.metadata.delta_path)] = ""
            case "script_finished" if said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self.is_under_way = False
