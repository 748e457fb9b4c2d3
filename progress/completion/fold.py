"""The fold: a person's enrolments worked out from their events, and the stored ones compared with that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, delete, insert, true

from progress.completion import enrolments, event_bodies
from progress.completion.enrolments import Attempt, CycleKey, Enrolment, Prior, Response, Sitting, as_row
from progress.record import chains
from progress.record.chains import OF_THE_PERSON, Event, Kind, voided


def fold(chain: Sequence[Event]) -> dict[CycleKey, Enrolment]:
    """All enrolments of one person, from their whole chain. Voided events don't count, except that the questions of
    a voided attempt were seen. Raises one of `UNREADABLE` where the events make no sense."""
    # In Python 3.11, looking up a member of an enumeration takes longer than most of what follows.
    assigned, drawn = Kind.ASSIGNED, frozenset({Kind.ATTEMPT_STARTED, Kind.PRIOR_STARTED})
    void = voided(chain)
    folded: dict[CycleKey, Enrolment] = {}
    latest: dict[CycleKey, Event] = {}
    for event in chain:
        kind = event.kind
        if kind in OF_THE_PERSON:
            continue
        body: event_bodies.OfCycle = event.body
        key = (body["course"], body["cycle"])
        if event.seq in void:
            if kind in drawn and key in folded:
                _meet(folded[key], event)
            continue
        if kind is assigned:
            folded[key] = _assigned(event)
        else:
            _apply(folded.get(key), event, kind)
        latest[key] = event
    for key, event in latest.items():
        folded[key].last_at = event.at  # only now: to read a timestamp takes as long as most changes
    return folded


def after(enrolment: Enrolment | None, event: Event) -> Enrolment:
    """The enrolment after one more event, which must not be a correction: that changes what was before."""
    return advance(None if enrolment is None else _copied(enrolment), event)


def advance(enrolment: Enrolment | None, event: Event) -> Enrolment:
    """Like `after`, but change `enrolment` itself, which nothing else may hold: copying takes most of the time."""
    kind = event.kind
    if kind is Kind.ASSIGNED:
        return _assigned(event)
    changed = _apply(enrolment, event, kind)
    changed.last_at = event.at
    return changed


def _copied(enrolment: Enrolment) -> Enrolment:
    """A copy that shares nothing that the fold changes."""
    attempt, prior = enrolment.attempt, enrolment.prior
    if attempt is not None:
        attempt = replace(attempt, responses=dict(attempt.responses))
    if prior is not None:
        prior = replace(prior, responses=dict(prior.responses))
    cards, checks = dict(enrolment.cards), dict(enrolment.checks)
    return replace(enrolment, cards=cards, checks=checks, attempt=attempt, prior=prior)


def _apply(enrolment: Enrolment | None, event: Event, kind: Kind) -> Enrolment:
    """Change `enrolment` as `event` says, except for its `last_at`, and return it."""
    if enrolment is None:
        raise ValueError(f"{kind} without an assignment: {event.person_key} {event.seq}")
    change = _CHANGES[kind]
    if change is not None:
        change(enrolment, event)
    return enrolment


def _assigned(event: Event) -> Enrolment:
    body: event_bodies.Assigned = event.body
    at = event.at
    return Enrolment(
        person_key=event.person_key,
        course_id=body["course"],
        cycle=body["cycle"],
        assigned_at=at,
        due_on=date.fromisoformat(body["due_on"]),
        started_at=None,
        language=None,
        course_version=None,
        content_sha256=None,
        attempts=0,
        score=None,
        pass_mark=None,
        failed_at=None,
        passed_at=None,
        committed_at=None,
        completed_at=None,
        certificate_no=None,
        valid_from=None,
        valid_until=None,
        exempted_at=None,
        exempted_as=None,
        exempted_until=None,
        revoked_at=None,
        last_at=at,
        cards_done=0,
        cards={},
        checks={},
        attempt=None,
        met=(),
        prior=None,
        waived=(),
        rule=body.get("rule"),
        first_due_on=None,
    )


def _due_moved(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.DueMoved = event.body
    if enrolment.first_due_on is None:
        enrolment.first_due_on = enrolment.due_on
    enrolment.due_on = date.fromisoformat(body["due_on"])


def _started(enrolment: Enrolment, event: Event) -> None:
    _note_version(enrolment, event.body)
    enrolment.started_at = event.at


def _note_version(
    enrolment: Enrolment, body: event_bodies.Started | event_bodies.AttemptStarted | event_bodies.PriorStarted
) -> None:
    enrolment.course_version = body["course_version"]
    enrolment.content_sha256 = body["content_sha256"]
    enrolment.language = body["language"]


def _checked(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.CardChecked = event.body
    enrolment.checks[body["card"]] = body["option"]


def _replied(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.Replied = event.body
    earlier = enrolment.replies(body["card"])[: body["number"] - 1]
    enrolment.checks[body["card"]] = [*earlier, body["option"]]


def _card_seen(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.CardSeen = event.body
    enrolment.cards[body["card"]] = event.written_at
    _count_cards(enrolment)


def _waived(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.Waived = event.body
    enrolment.waived = tuple(card for card, _ in body["cards"])
    _count_cards(enrolment)


def _count_cards(enrolment: Enrolment) -> None:
    enrolment.cards_done = len(enrolment.cards) + sum(card not in enrolment.cards for card in enrolment.waived)


def _meet(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.AttemptStarted | event_bodies.PriorStarted = event.body
    questions = (question for question, _ in body["questions"])
    enrolment.met = tuple(dict.fromkeys((*enrolment.met, *questions)))


def _attempt_started(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.AttemptStarted = event.body
    _meet(enrolment, event)
    _note_version(enrolment, body)
    enrolment.attempts = body["number"]
    enrolment.attempt = Attempt(
        id=body["attempt"],
        number=body["number"],
        seed=body["seed"],
        questions=tuple((question, sha256) for question, sha256 in body["questions"]),
        pass_mark=body["pass_mark"],
    )


def _prior_started(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.PriorStarted = event.body
    _meet(enrolment, event)
    _note_version(enrolment, body)
    enrolment.prior = Prior(
        id=body["attempt"],
        seed=body["seed"],
        questions=tuple((question, sha256) for question, sha256 in body["questions"]),
        pass_mark=body["pass_mark"],
        unchanged=tuple((card, sha256) for card, sha256 in body["unchanged"]),
    )


def _prior_answered(enrolment: Enrolment, event: Event) -> None:
    _respond(enrolment.prior, event)


def _prior_finished(enrolment: Enrolment, event: Event) -> None:
    _finish(enrolment, enrolment.prior, event)


def _answered(enrolment: Enrolment, event: Event) -> None:
    _respond(enrolment.attempt, event)


def _respond(sitting: Sitting | None, event: Event) -> None:
    body: event_bodies.Answered = event.body
    if sitting is not None:
        sitting.responses[body["question"]] = Response(
            body["option"], body["right"], body["confidence"], body["language"], event.written_at
        )


def _attempt_finished(enrolment: Enrolment, event: Event) -> None:
    _finish(enrolment, enrolment.attempt, event)
    if enrolment.attempt is not None and not enrolment.attempt.passed:
        enrolment.failed_at = event.at


def _finish(enrolment: Enrolment, sitting: Attempt | Prior | None, event: Event) -> None:
    body: event_bodies.AttemptFinished | event_bodies.PriorFinished = event.body
    if sitting is None:
        return
    sitting.right, sitting.score, sitting.passed = body["right"], body["score"], body["passed"]
    if body["passed"]:
        enrolment.passed_at, enrolment.score, enrolment.pass_mark = event.at, body["score"], sitting.pass_mark


def _committed(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.Committed = event.body
    enrolment.committed_at, enrolment.language = event.at, body["language"]


def _certified(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.Certified = event.body
    enrolment.completed_at = event.at
    enrolment.certificate_no = body["certificate_no"]
    enrolment.valid_from = date.fromisoformat(body["valid_from"])
    enrolment.valid_until = date.fromisoformat(body["valid_until"])


def _exempted(enrolment: Enrolment, event: Event) -> None:
    body: event_bodies.Exempted = event.body
    enrolment.exempted_at, enrolment.exempted_as = event.at, body["as"]
    enrolment.exempted_until = date.fromisoformat(body["until"]) if body["until"] else None


def _revoked(enrolment: Enrolment, event: Event) -> None:
    enrolment.revoked_at = event.at


_CHANGES: Mapping[Kind, Callable[[Enrolment, Event], None] | None] = {
    Kind.DUE_MOVED: _due_moved,
    Kind.STARTED: _started,
    Kind.CHECKED: _checked,
    Kind.REPLIED: _replied,
    Kind.CARD_SEEN: _card_seen,
    Kind.PRIOR_STARTED: _prior_started,
    Kind.PRIOR_ANSWERED: _prior_answered,
    Kind.PRIOR_FINISHED: _prior_finished,
    Kind.WAIVED: _waived,
    Kind.ATTEMPT_STARTED: _attempt_started,
    Kind.ANSWERED: _answered,
    Kind.ATTEMPT_FINISHED: _attempt_finished,
    Kind.COMMITTED: _committed,
    Kind.CERTIFIED: _certified,
    Kind.EXEMPTED: _exempted,
    Kind.REVOKED: _revoked,
    Kind.REFRESHED: None,
    Kind.REMINDED: None,
    Kind.CORRECTED: None,
}
"""By kind: the change to an enrolment besides its `last_at`. A table, because `match` would look up one member of
the enumeration after the other, for each of millions of events."""


# The stored enrolments against the fold


def differing_keys(
    stored: Mapping[CycleKey, Enrolment | None], folded: Mapping[CycleKey, Enrolment]
) -> list[CycleKey]:
    """The enrolments of one person that are not stored as their events say, missing and surplus ones included."""
    return sorted(key for key in stored.keys() | folded.keys() if key not in folded or stored.get(key) != folded[key])


def differing(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """(person key, course id, cycle) of everybody's enrolments that are not stored as the events say."""
    stored = enrolments.stored(connection, true(), {"yield_per": 1000})
    folded = ((chain[0].person_key, fold(chain)) for chain in chains.chains(connection))
    here, there = next(stored, None), next(folded, None)
    while here or there:
        person_key = min(each[0] for each in (here, there) if each)
        ours: Mapping[CycleKey, Enrolment | None] = {}
        theirs: Mapping[CycleKey, Enrolment] = {}
        if here and here[0] == person_key:
            ours, here = here[1], next(stored, None)
        if there and there[0] == person_key:
            theirs, there = there[1], next(folded, None)
        for key in differing_keys(ours, theirs):
            yield (person_key, *key)


def rebuild(connection: Connection) -> int:
    """Mend the table from the events, and return how many rows were wrong."""
    wrong = list(differing(connection))
    table = enrolments.enrolments
    for person_key in sorted({person_key for person_key, _, _ in wrong}):
        connection.execute(delete(table).where(table.c.person_key == person_key))
        folded = fold(chains.chain(connection, person_key))
        if folded:
            connection.execute(insert(table), [as_row(enrolment) for enrolment in folded.values()])
    return len(wrong)
