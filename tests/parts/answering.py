"""Answers to decisions of every kind on the wire, as a browser would send them."""

from collections.abc import Iterator

from browsing import plain
from streamlit.proto.WidgetStates_pb2 import WidgetState
from wire import Wire

from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer, Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot


def answer(wire: Wire, choice: Decision, wanted: Answer) -> None:
    """Fills the fields of the decision on the screen, and sends them."""
    fragment = wire.fragment()
    if isinstance(choice, Ordering):
        _put_in_order(wire, choice, list(wanted))
        states = []
    else:
        states = list(filled(wire, choice, wanted))
    wire.submit(*states, pressed(wire), fragment=fragment)


def pressed(wire: Wire) -> WidgetState:
    """The state of the button that sends the answer."""
    (button,) = [each for each in wire.elements("button") if each.is_form_submitter or "-submit_" in each.id]
    return WidgetState(id=button.id, trigger_value=True)


def filled(wire: Wire, choice: Decision, wanted: Answer) -> Iterator[WidgetState]:
    """The states of the fields of which a browser knows the value."""
    groups = [each for each in wire.elements("button_group") if "-answer_" in each.id]
    match choice:
        case Spot():
            (pills,) = groups
            numbers = {option.id: n for n, option in enumerate(choice.as_drawn("", "").options, start=1)}
            texts = {plain(each.content): each.content for each in pills.options}
            yield chosen(pills.id, *(texts[f"{numbers[each]} {plain(choice.option(each).text)}"] for each in wanted))
        case Multiple():
            for box in wire.elements("checkbox"):
                yield WidgetState(id=box.id, bool_value=box.id.rpartition("_")[2] in wanted)
        case Classify() if isinstance(wanted, dict):
            for group in groups:
                put = choice.category(wanted[group.id.rpartition("_")[2]])
                yield chosen(group.id, *(each.content for each in group.options if plain(each.content) == put.text))
        case _:
            (radio,) = wire.elements("radio")
            text = plain(choice.option(wanted).text)
            yield WidgetState(id=radio.id, string_value=next(each for each in radio.options if plain(each) == text))


def chosen(widget_id: str, *texts: str) -> WidgetState:
    """The state of a group of buttons."""
    state = WidgetState(id=widget_id)
    state.string_array_value.data[:] = texts
    return state


def _put_in_order(wire: Wire, choice: Ordering, wanted: list[str]) -> None:
    fragment = wire.fragment()
    for place, each in enumerate(wanted):
        while (order := _order(wire, choice)).index(each) > place:
            (up,) = [button for button in wire.elements("button") if button.id.endswith(f"_{each}_-1")]
            wire.submit(WidgetState(id=up.id, trigger_value=True), fragment=fragment)
            assert _order(wire, choice) != order


def _order(wire: Wire, choice: Ordering) -> list[str]:
    ups = [
        button.id.removesuffix("_-1").rpartition("_")[2]
        for button in wire.elements("button")
        if button.id.endswith("_-1")
    ]
    assert set(ups) == choice.ids
    return ups
