"""A person's record in words: the same sections for the screen and for the document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from lessons.cards import CardKind
from people.access import Role
from people.directory import Person
from progress.completion import validity
from progress.completion.certificates import Certificate
from progress.completion.enrolments import Enrolment
from progress.completion.rules import SAID, cycle_title, status
from progress.completion.validity import State, Validity
from progress.personal import my_record
from progress.personal.my_record import DECISIONS, MyRecord, Overview
from progress.record.chains import Event, Kind, voided
from progress.reports import export_words
from quizzes import kinds
from quizzes.content import Content
from words import Sentence, Words, sentence

Rows = Sequence[Sequence[str]]

_ROLES: dict[Role, Sentence] = {
    Role.EMPLOYEE: sentence("Employee"),
    Role.MANAGER: sentence("Manager"),
    Role.HR: sentence("HR"),
    Role.AUDITOR: sentence("Auditor"),
    Role.EDITOR: sentence("Content editor"),
}
_CONFIDENCES = {
    "guess": sentence("I am guessing"),
    "likely": sentence("Fairly sure"),
    "sure": sentence("Certain"),
}


@dataclass(frozen=True)
class Section:
    """One kind of data: a table under a heading, or a sentence where there is none."""

    heading: str
    head: tuple[str, ...]
    """What the columns hold; none where the first column says it."""
    rows: Rows
    note: str = ""
    is_long: bool = False
    """Whether it is folded up on a screen."""


@dataclass(frozen=True)
class Decisions:
    """Tells what was decided about a person: who it was, why, and what is void since."""

    events: Sequence[Event]
    """Of the person; where it is not all of them, then with the attempts that a decision may be about."""
    named: Mapping[str, Person]
    words: Words

    def section(self, zone: ZoneInfo) -> Section:
        """All of it for somebody of HR or an auditor, the latest first."""
        t = self.words
        rows = [
            (_moment(t, event.at, zone), self.marked(event, self.tell(event)))
            for event in reversed(self.events)
            if event.kind in DECISIONS
        ]
        head = (t("When"), t("What")) if rows else ()
        return Section(t("What was decided"), head, rows, note="" if rows else t("Nothing was decided yet."))

    def marked(self, event: Event, told: str) -> str:
        """`told` with the mark of what was voided later."""
        t = self.words
        return t("Void: {entry}", entry=told) if event.seq in self._void else told

    def tell(self, event: Event) -> str:
        """One decision as a sentence."""
        t, body = self.words, event.body
        match event.kind:
            case Kind.ASSIGNED:
                return self._assigned(body)
            case Kind.EXEMPTED:
                return self._decided(self._exempted(body), body)
            case Kind.REVOKED:
                return self._decided(t("Certificate {number} was revoked.", number=body["certificate_no"]), body)
            case Kind.CORRECTED:
                return self._decided(self._voided(body), body)
            case Kind.ERASED:
                return _with_reason(t, t("The name and all else in the directory was erased."), body)
            case _:
                raise ValueError(event.kind)

    def _assigned(self, body: Mapping[str, Any]) -> str:
        t = self.words
        due = t.date(date.fromisoformat(body["due_on"]))
        by = self.named.get(body.get("by", ""))
        if by is not None and by.name:
            return t("The course was assigned by {name}, due on {day}.", name=by.name, day=due)
        return t("The course was assigned, due on {day}.", day=due)

    def _exempted(self, body: Mapping[str, Any]) -> str:
        t = self.words
        until = t.date(date.fromisoformat(body["until"])) if body["until"] else ""
        said = (
            t("The course need not be taken until {day}.", day=until) if until else t("The course need not be taken.")
        )
        if body["as"] == "exempt":
            return said
        day = t.date(date.fromisoformat(body["done_on"]))
        return said + " " + t("Something equivalent was done: {what}, on {day}.", what=body["equivalent"], day=day)

    def _voided(self, body: Mapping[str, Any]) -> str:
        t = self.words
        first = next((event for event in self.events if event.seq in body["voids"]), None)
        if first is not None and first.kind is Kind.ATTEMPT_STARTED:
            return t("Attempt {n} was voided.", n=first.body["number"])
        if first is not None and first.kind is Kind.EXEMPTED:
            return t("The exemption was voided: the course is to be taken.")
        return t("An earlier entry was voided.")

    def _decided(self, said: str, body: Mapping[str, Any]) -> str:
        """What HR did, with who it was and why."""
        t = self.words
        by = self.named.get(body["by"])
        if by is None:
            return _with_reason(t, said, body)
        name = by.name or t("somebody whose name was erased")
        if body.get("through"):
            who = t("Decided by {name}, by a command ({command}).", name=name, command=body["through"])
        else:
            who = t("Decided by {name}.", name=name)
        return _with_reason(t, f"{said} {who}", body)

    @cached_property
    def _void(self) -> Mapping[int, Event]:
        return voided(self.events)


@dataclass(frozen=True)
class Teller:
    """Tells one record in one language."""

    kept: MyRecord
    content: Content
    words: Words
    zone: ZoneInfo
    today: date

    def sections(self) -> Iterator[Section]:
        """All of it: who one is, who read it, where one stands, what happened."""
        t = self.words
        overview = self.kept.overview
        yield Section(
            t("What the directory says"), (), directory_rows(t, overview.person, overview.manager, self.today)
        )
        yield self.readings()
        yield Section(t("Roles"), (), [self._role(held.role, held.unit) for held in self.kept.roles])
        if self.kept.deputies:
            yield self._deputies()
        if len(self.kept.places) > 1:
            yield self._places()
        yield enrolments(t, self.content, overview, self.today, self.zone)
        yield certificates(t, overview, self.today, self.zone)
        yield from self._events()
        if self.kept.account:
            yield self._account()
        if self.kept.exports:
            yield self._exports()
        yield self._sign_in()

    def readings(self) -> Section:
        t = self.words
        rows = [(self._moment(each.at), self._reader(each), self._role_of(each)) for each in self.kept.readings]
        return Section(
            t("Who read your record"),
            (t("When"), t("Who"), t("As")) if rows else (),
            rows,
            note=""
            if rows
            else t("Nobody has opened it. If somebody in HR or an auditor does, you will see it here."),
        )

    def tell(self, event: Event) -> str:
        """One event as a sentence, and whether it was voided later."""
        return self._decisions.marked(event, self._told(event))

    def _told(self, event: Event) -> str:
        t, body = self.words, event.body
        match event.kind:
            case Kind.STARTED:
                return t("The course was started, version {version}.", version=body["course_version"])
            case Kind.CHECKED | Kind.CARD_SEEN:
                return self._card(event)
            case Kind.ATTEMPT_STARTED:
                return t.plural(
                    "Attempt {number} began: {n} question, {pass_mark} needed to pass.",
                    "Attempt {number} began: {n} questions, {pass_mark} needed to pass.",
                    len(body["questions"]),
                    number=body["number"],
                    pass_mark=t.percent(body["pass_mark"]),
                )
            case Kind.ANSWERED:
                return self._answer(event)
            case Kind.ATTEMPT_FINISHED:
                score, right = t.percent(body["score"]), t.number(body["right"])
                asked = t.out_of(body["asked"])
                if body["passed"]:
                    return t(
                        "The attempt was passed: {score}, {right} {of_asked} right.",
                        score=score,
                        right=right,
                        of_asked=asked,
                    )
                return t(
                    "The attempt was not passed: {score}, {right} {of_asked} right.",
                    score=score,
                    right=right,
                    of_asked=asked,
                )
            case Kind.COMMITTED:
                return t(
                    "The commitment was signed in this language: {language}.",
                    language=t.language_name(body["language"]),
                )
            case Kind.CERTIFIED:
                until = t.date(date.fromisoformat(body["valid_until"]))
                return t(
                    "Certificate {number} was issued, valid until {day}.", number=body["certificate_no"], day=until
                )
            case Kind.READ:
                return t(
                    "{name} read this record; role: {role}.", name=self._reader(event), role=self._role_of(event)
                )
            case Kind.REMINDED:
                return t("A reminder was sent.")
            case _:
                return self._decisions.tell(event)

    @cached_property
    def _decisions(self) -> "Decisions":
        return Decisions(self.kept.events, self.kept.named, self.words)

    def _card(self, event: Event) -> str:
        t, body = self.words, event.body
        title, decision = self._card_text(body)
        if event.kind is Kind.CARD_SEEN:
            return t("Card “{title}” was finished.", title=title)
        return self._chosen(t("Card “{title}”", title=title), kinds.in_words(decision, body["option"]), body["right"])

    def _card_text(self, body: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Return the card's title and its decision, as they were."""
        text = my_record.part_of(self.kept, body["edition"], self.words.language)
        part = body["card"].rpartition("/")[2]
        if part == CardKind.WHY:
            return text.get("why", {}).get("title", body["card"]), {}
        if part in {CardKind.DILEMMA, CardKind.ANSWER}:
            dilemma = text.get("dilemma", {})
            return dilemma.get("title", body["card"]), dilemma
        return text.get("title", body["card"]), text.get("check", {})

    def _answer(self, event: Event) -> str:
        t, body = self.words, event.body
        text = my_record.part_of(self.kept, self._asked.get((body["attempt"], body["question"]), ""), t.language)
        asked = t("Question “{title}”", title=text.get("title", body["question"]))
        said = self._chosen(asked, kinds.in_words(text, body["option"]), body["right"])
        if body["confidence"] is None:
            return said
        return said + " " + t("How sure: {confidence}.", confidence=t.say(_CONFIDENCES[body["confidence"]]))

    def _chosen(self, asked: str, option: str, is_right: bool | None) -> str:
        t = self.words
        answer = option.rstrip(".")
        if is_right is None:
            return t("{asked}: the answer was “{answer}”.", asked=asked, answer=answer)
        if is_right:
            return t("{asked}: the answer was “{answer}”, which is right.", asked=asked, answer=answer)
        return t("{asked}: the answer was “{answer}”, which is wrong.", asked=asked, answer=answer)

    @cached_property
    def _asked(self) -> dict[tuple[str, str], str]:
        """By attempt and question: the edition that was drawn."""
        return {
            (event.body["attempt"], question): sha256
            for event in self.kept.events
            if event.kind is Kind.ATTEMPT_STARTED
            for question, sha256 in event.body["questions"]
        }

    def _events(self) -> Iterator[Section]:
        """What happened in each course and cycle, the latest first."""
        t = self.words
        taken: dict[tuple[str, int], list[Event]] = {}
        for event in self.kept.events:
            if "course" in event.body:
                taken.setdefault((event.body["course"], event.body["cycle"]), []).append(event)
        for (course_id, cycle), happened in sorted(taken.items(), key=lambda each: each[1][-1].seq, reverse=True):
            yield Section(
                t("What happened: {course}", course=cycle_title(t, self.content, course_id, cycle)),
                (t("When"), t("What")),
                [(self._moment(each.at), self.tell(each)) for each in reversed(happened)],
                is_long=True,
            )

    def _deputies(self) -> Section:
        t = self.words
        rows = [
            (f"{t.short_date(each.from_on)} – {t.short_date(each.until_on)}", each.manager.name, each.deputy.name)
            for each in self.kept.deputies
        ]
        return Section(t("Deputies"), (t("When"), t("Manager"), t("Deputy")), rows)

    def _places(self) -> Section:
        t = self.words
        rows = [
            (
                self._moment(each.from_at),
                each.unit,
                each.manager.name if each.manager else "",
                t("open") if each.active else t("closed"),
            )
            for each in self.kept.places
        ]
        return Section(
            t("Your units and managers over time"),
            (t("Since"), t("Unit"), t("Manager"), t("Access")),
            rows,
            is_long=True,
        )

    def _account(self) -> Section:
        t, account = self.words, self.kept.account
        name = f"{account['given_name']} {account['family_name']}".strip()
        rows = [
            (t("Name"), name),
            (t("User name"), account["user_name"]),
            (t("Kind of e-mail"), account["email_type"]),
        ]
        return Section(t("What the identity system says"), (), [row for row in rows if row[1]])

    def _exports(self) -> Section:
        t = self.words
        rows = []
        for each in self.kept.exports:
            given = each.handed_out
            what = f"{t.say(export_words.KINDS[given.kind])} ({given.format.upper()})"
            of = f"{export_words.extent(t, given.extent)}; {export_words.selection(t, given.selection)}"
            rows.append((self._moment(each.at), what, of, t.number(given.records)))
        head = (t("When"), t("What"), t("Whose records"), t("Number of records"))
        return Section(t("What you exported"), head, rows, is_long=True)

    def _sign_in(self) -> Section:
        t = self.words
        rows = [(self._moment(each.begun_at), self._moment(each.seen_at), each.agent) for each in self.kept.sessions]
        notes = []
        if self.kept.password_changed_at is not None:
            at = self._moment(self.kept.password_changed_at)
            notes.append(t("Your password was set on {moment}; only what checks it is stored.", moment=at))
        notes += [
            t("A one-time link was made for you; it is valid until {moment}.", moment=self._moment(each.expires_at))
            for each in self.kept.links
        ]
        return Section(
            t("Where you are signed in"),
            (t("Since"), t("Last seen"), t("Browser")) if rows else (),
            rows,
            note=" ".join(notes),
            is_long=bool(rows),
        )

    def _role(self, role: Role, unit: str) -> tuple[str, ...]:
        t = self.words
        limit = t("limited to the unit {unit}", unit=unit) if unit else t("in the whole company")
        return (t.say(_ROLES[role]), limit if role in {Role.HR, Role.AUDITOR, Role.EDITOR} else t("by the directory"))

    def _role_of(self, reading: Event) -> str:
        return self.words.say(_ROLES[Role(reading.body["as"])])

    def _reader(self, reading: Event) -> str:
        t = self.words
        reader = self.kept.named.get(reading.body["by"])
        return reader.name if reader is not None and reader.name else t("somebody whose name was erased")

    def _moment(self, at: datetime) -> str:
        return _moment(self.words, at, self.zone)


def _moment(t: Words, at: datetime, zone: ZoneInfo) -> str:
    """In figures, so that a column of them is narrow; it breaks between the day and the time alone."""
    here = at.astimezone(zone)
    return f"{t.short_date(here.date())} {here:%H:%M}"


def directory_rows(t: Words, person: Person, manager: Person | None, today: date) -> Rows:
    """The directory's data of one person as of `today`; what it does not know is left out."""
    found = [
        (t("Name"), person.name),
        (t("Employee number"), person.employee_id),
        (t("E-mail"), person.email),
        (t("Unit"), person.unit),
        (t("Manager"), manager.name if manager else ""),
        (t("Language"), t.language_name(person.language) if person.language else ""),
        (t("In the company since"), t.date(person.starts_on) if person.starts_on else ""),
        (t("Last day"), t.date(person.ends_on) if person.ends_on else ""),
        (t("Number in the HR system"), person.external_id or ""),
        (t("Access"), t("open") if person.has_access(today) else t("closed")),
        (t("Erased"), t.date(person.erased_at.date()) if person.erased_at else ""),
    ]
    return [row for row in found if row[1]]


def enrolments(t: Words, content: Content, overview: Overview, today: date, zone: ZoneInfo) -> Section:
    rows = [
        (
            cycle_title(t, content, each.course_id, each.cycle),
            _where(t, each, overview, today, zone),
            t.short_date(each.due_on),
        )
        for each in overview.enrolments
    ]
    head = (t("Course"), t("Status"), t("Due")) if rows else ()
    return Section(t("Courses"), head, rows, note="" if rows else t("No course was assigned yet."))


def enrolment(
    t: Words, content: Content, taken: Enrolment, overview: Overview, today: date, zone: ZoneInfo
) -> Section:
    """One enrolment with all that is known of its course; never what was answered."""

    def day(at: datetime | None) -> str:
        return t.date(at.astimezone(zone).date()) if at else ""

    found = [
        (t("Status"), _where(t, taken, overview, today, zone)),
        (t("Assigned"), day(taken.assigned_at)),
        (t("Due"), t.date(taken.due_on)),
        (t("Started"), day(taken.started_at)),
        (t("Completed"), day(taken.completed_at)),
        (t("Attempts"), t.number(taken.attempts)),
        (t("Version of the course"), taken.course_version or ""),
    ]
    title = cycle_title(t, content, taken.course_id, taken.cycle)
    return Section(title, (), [row for row in found if row[1]])


def _where(t: Words, taken: Enrolment, overview: Overview, today: date, zone: ZoneInfo) -> str:
    """The status, with the score of the attempt that was passed; of a certificate that was replaced, that it was."""
    stands = validity.of(overview.certificates, overview.enrolments, today, zone).get(taken.certificate_no or "")
    replaced = stands is not None and stands.state is State.SUPERSEDED
    said = stands.said(t) if stands and replaced else t.say(SAID[status(taken, today)])
    return said if taken.score is None else f"{said}, {t.percent(taken.score)}"


def certificates(t: Words, overview: Overview, today: date, zone: ZoneInfo) -> Section:
    found = validity.of(overview.certificates, overview.enrolments, today, zone)
    rows = [(each.number, each.course_title, _valid(t, each, found[each.number])) for each in overview.certificates]
    head = (t("Certificate"), t("Course"), t("Valid")) if rows else ()
    return Section(t("Certificates"), head, rows, note="" if rows else t("No certificate was issued yet."))


def _valid(t: Words, certificate: Certificate, stands: Validity) -> str:
    """From when until when, and what else is to be known of it."""
    days = f"{t.short_date(certificate.valid_from)} – {t.short_date(certificate.valid_until)}"
    return days if stands.state is State.VALID else f"{days}: {stands.said(t)}"


def _with_reason(t: Words, said: str, body: Mapping[str, Any]) -> str:
    reason = body.get("reason")
    return said + " " + t("Reason: {reason}", reason=reason) if reason else said
