"""A browser tab without a browser: signs in, opens the stream, presses buttons, times each rerun."""

import asyncio
import time
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

LONGEST_RERUN = 60
"""Seconds after which a rerun counts as lost."""


class BrokenScreenError(Exception):
    """The screen shows an error, or not what the person who plays needs to see."""


@dataclass(frozen=True)
class Widget:
    """Something on screen that can be used."""

    kind: str
    id: str
    form: str
    fragment: str = ""
    """Part of the screen that alone runs again when the widget is used; the whole screen if it is empty."""
    options: tuple[str, ...] = ()
    several: bool = False
    """True if more than one option may be chosen."""
    submits: bool = False
    is_primary: bool = False

    @property
    def key(self) -> str:
        """The key that the screen gives it; Streamlit's own id ends with it."""
        return self.id.split("-", 2)[-1]


def sign_in(server: str, employee_id: str) -> str:
    """Begin a session of that employee; return its cookies as a request header."""
    kept = CookieJar()
    form = urlencode({"person": employee_id}).encode()
    with build_opener(HTTPCookieProcessor(kept)).open(f"{server}/sign-in", form, LONGEST_RERUN) as first_page:
        first_page.read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in kept)


class Tab:
    """One tab on one page of a Streamlit server."""

    def __init__(self, server: str, page: str = "", cookies: str = "") -> None:
        self.server = server
        self.widgets: list[Widget] = []
        self._page = page
        self._cookies = cookies
        self._page_hash = ""
        self._query = ""
        self._values: dict[str, WidgetState] = {}
        self._drawn: dict[tuple[int, ...], Widget | None] = {}
        self._socket: ClientConnection | None = None

    async def open(self) -> float:
        """Connect and draw the page for the first time; return the seconds of that run."""
        self._socket = await connect(
            self.server.replace("http", "ws", 1) + "/_stcore/stream",
            origin=self.server,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": self._cookies} if self._cookies else {},
            max_size=None,
        )
        return await self._rerun()

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    def find(self, kind: str, key: str = "") -> Widget | None:
        """Return the first widget of that kind whose key begins with `key`."""
        return next((each for each in self.widgets if each.kind == kind and each.key.startswith(key)), None)

    def all_of(self, key: str) -> list[Widget]:
        """Return the widgets whose key begins with `key`, in the order of the screen."""
        return [each for each in self.widgets if each.key.startswith(key)]

    def choose(self, widget: Widget, *options: str) -> None:
        """Mark options inside a form; they are sent when the form is submitted."""
        state = WidgetState(id=widget.id)
        if widget.kind == "radio":
            (state.string_value,) = options
        else:
            state.string_array_value.data.extend(options)
        self._values[widget.id] = state

    def tick(self, box: Widget) -> None:
        """Tick a box inside a form; it is sent when the form is submitted."""
        self._values[box.id] = WidgetState(id=box.id, bool_value=True)

    async def choose_at_once(self, widget: Widget, *options: str) -> float:
        """Mark options outside a form, which are sent at once; return the seconds."""
        self.choose(widget, *options)
        return await self._rerun(fragment=widget.fragment)

    async def press(self, button: Widget) -> float:
        """Press a button and wait until the screen is drawn again; return the seconds."""
        return await self._rerun(WidgetState(id=button.id, trigger_value=True), fragment=button.fragment)

    async def _rerun(self, *triggers: WidgetState, fragment: str = "") -> float:
        if self._socket is None:
            raise BrokenScreenError("the tab is not open")
        request = self._request(triggers)
        request.rerun_script.fragment_id = fragment
        asked = request.SerializeToString()
        begun = time.perf_counter()
        async with asyncio.timeout(LONGEST_RERUN):
            await self._socket.send(asked)
            while not self._is_last(await self._socket.recv(decode=False)):
                pass
        return time.perf_counter() - begun

    def _request(self, triggers: tuple[WidgetState, ...]) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self._query
        if self._page_hash:
            state.page_script_hash = self._page_hash
        else:
            state.page_name = self._page
        state.widget_states.widgets.extend([*self._values.values(), *triggers])
        state.context_info.timezone = "Europe/Prague"
        state.context_info.locale = "cs-CZ"
        state.context_info.url = f"{self.server}/{self._page}"
        return message

    def _is_last(self, received: bytes) -> bool:
        """Apply one message; return True if the rerun ended with it."""
        message = ForwardMsg.FromString(received)
        match message.WhichOneof("type"):
            case "new_session":
                again = set(message.metadata.run.fragment_ids)
                kept = self._drawn.items() if again else ()
                self._drawn = {place: each for place, each in kept if each and each.fragment not in again}
            case "delta":
                self._draw(tuple(message.metadata.delta_path), message.delta)
            case "navigation":
                self._page_hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "page_not_found":
                raise BrokenScreenError(f"there is no page {self._page!r}")
            case "script_finished":
                return self._is_drawn(message.script_finished)
        return False

    def _draw(self, place: tuple[int, ...], delta: Delta) -> None:
        kind = delta.new_element.WhichOneof("type") if delta.HasField("new_element") else None
        if kind is None:
            return
        element = getattr(delta.new_element, kind)
        if kind == "exception":
            raise BrokenScreenError(f"{element.type}: {element.message}")
        self._drawn[place] = _widget(kind, element, delta.fragment_id)

    def _is_drawn(self, ended: int) -> bool:
        """Replace the screen by what the run drew. A run that was interrupted is followed by another."""
        if ended == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if ended not in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
            raise BrokenScreenError(f"the run ended with {ForwardMsg.ScriptFinishedStatus.Name(ended)}")
        self.widgets = [widget for _, widget in sorted(self._drawn.items()) if widget]
        alive = {widget.id for widget in self.widgets}
        self._values = {name: value for name, value in self._values.items() if name in alive}
        return True


def _widget(kind: str, element: Any, fragment: str) -> Widget | None:
    """Return the element as a widget, or None if it is not an enabled one that this client can use."""
    if kind not in {"radio", "button_group", "button", "checkbox"} or element.disabled:
        return None
    if kind == "button":
        return Widget(
            kind,
            element.id,
            element.form_id,
            fragment,
            submits=element.is_form_submitter,
            is_primary=element.type == "primary",
        )
    if kind == "checkbox":
        return Widget(kind, element.id, element.form_id, fragment)
    if kind == "radio":
        return Widget(kind, element.id, element.form_id, fragment, tuple(element.options))
    options = tuple(option.content for option in element.options)
    several = element.click_mode == element.MULTI_SELECT
    return Widget(kind, element.id, element.form_id, fragment, options, several)
