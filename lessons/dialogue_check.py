"""Faults of a dialogue's graph. Found in the raw data, so that a fault elsewhere hides none of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lessons.check import Found, id_of, items_of
from lessons.reading import Place
from words import sentence

_Targets = Mapping[str, list[str]]
"""By the id of a node: where its replies lead."""


def between_nodes(data: dict[str, Any]) -> Iterator[Found]:
    """Yield the faults between the nodes and endings of a dialogue in the source language."""
    nodes, endings = items_of(data, "nodes"), items_of(data, "endings")
    for position, node in enumerate(nodes):
        if isinstance(node, dict):
            yield from _faults_of_node(node, ("nodes", position))
    places = {name: ("nodes", position) for position, node in enumerate(nodes) if (name := id_of(node))}
    ends = {name: ("endings", position) for position, ending in enumerate(endings) if (name := id_of(ending))}
    for name in places.keys() & ends.keys():
        what = sentence("a node and an ending have the id “{id}”; rename one", id=name)
        yield (*ends[name], "id"), what
    known = places.keys() | ends.keys()
    unknown = list(_unknown_targets(nodes, known))
    yield from unknown
    # Where a target or an id is missing, what seems unreachable may only be misspelt.
    if not unknown and len(known) == len(nodes) + len(endings) and nodes:
        yield from _faults_of_graph(nodes, places, ends)


def _faults_of_node(node: dict[str, Any], place: Place) -> Iterator[Found]:
    is_event = node.get("event") == "true"
    if is_event and "who" in node:
        yield (*place, "who"), sentence("an event is said by nobody; take out “who” or “event”")
    elif not is_event and "who" not in node:
        yield place, sentence("“who” is missing; name somebody, or write “event: true”")
    replies = [reply for reply in items_of(node, "choices") if isinstance(reply, dict)]
    best = [position for position, reply in enumerate(replies) if reply.get("best") == "true"]
    if replies and not best:
        yield (*place, "choices"), sentence("no reply is marked “best: true”; mark one")
    for position in best[1:]:
        yield (*place, "choices", position, "best"), sentence("two replies are marked “best: true”; keep one")
    yield from _same_replies(replies, (*place, "choices"))


def _same_replies(replies: Iterable[dict[str, Any]], place: Place) -> Iterator[Found]:
    found: set[str] = set()
    for position, reply in enumerate(replies):
        text = reply.get("text")
        said = " ".join(text.split()).casefold() if isinstance(text, str) else ""
        if said and said in found:
            yield (*place, position, "text"), sentence("two replies say the same; change one")
        found.add(said)


def same_replies(data: dict[str, Any]) -> Iterator[Found]:
    """Yield the replies at one node that have the same words, in any language."""
    for position, node in enumerate(items_of(data, "nodes")):
        if isinstance(node, dict):
            replies = (reply for reply in items_of(node, "choices") if isinstance(reply, dict))
            yield from _same_replies(replies, ("nodes", position, "choices"))


def _unknown_targets(nodes: list[Any], known: Iterable[str]) -> Iterator[Found]:
    for position, node in enumerate(nodes):
        replies = items_of(node, "choices") if isinstance(node, dict) else []
        for number, reply in enumerate(replies):
            target = reply.get("to") if isinstance(reply, dict) else None
            if isinstance(target, str) and target and target not in known:
                what = sentence("no node or ending has the id “{id}”; name one of them", id=target)
                yield ("nodes", position, "choices", number, "to"), what


def _faults_of_graph(nodes: list[Any], places: Mapping[str, Place], ends: Mapping[str, Place]) -> Iterator[Found]:
    leads = {node["id"]: _targets(items_of(node, "choices")) for node in nodes}
    first = nodes[0]["id"]
    reached = _reachable([first], leads)
    for name, place in {**places, **ends}.items():
        if name not in reached:
            yield place, sentence("no reply leads to “{id}”; let one lead there, or take it out", id=name)
    back: dict[str, list[str]] = {}
    for name, targets in leads.items():
        for target in targets:
            back.setdefault(target, []).append(name)
    comes_to_an_end = _reachable(ends, back)
    for name, place in places.items():
        if name in reached and name not in comes_to_an_end and leads[name]:
            yield place, sentence("from “{id}” no reply ever leads to an ending; let one lead out", id=name)
    best = {node["id"]: _targets(_best_of(node)) for node in nodes}
    if len(best) == sum(map(len, best.values())) and not _reachable([first], best) & ends.keys():
        yield places[first], sentence("the best replies lead round in a circle; let them come to an ending")


def _targets(replies: Iterable[Any]) -> list[str]:
    found = (reply.get("to") for reply in replies if isinstance(reply, dict))
    return [target for target in found if isinstance(target, str) and target]


def _best_of(node: dict[str, Any]) -> list[Any]:
    return [reply for reply in items_of(node, "choices") if isinstance(reply, dict) and reply.get("best") == "true"]


def _reachable(start: Iterable[str], leads: _Targets) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += leads.get(name, [])
    return found
