"""My record in words: the same sections for the screen and for the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from people import deputies, history, leave
from people.access import Role
from people.sign_in import accounts, identity_system, passwords
from progress.personal.event_words import ROLES, EventWords
from progress.personal.my_record import MyRecord
from progress.personal.notes import NOTES
from progress.personal.overview_words import (
    Section,
    Wording,
    certificates,
    directory_rows,
    enrolments,
    leave_periods,
    letters,
)
from progress.record.chains import Event
from progress.remarks.remarks import REMARKS
from progress.reminding.ledger import REMINDERS
from progress.reports import export_log, export_words


@dataclass(frozen=True)
class RecordWords:
    """One person's record in words."""

    record: MyRecord
    wording: Wording

    @cached_property
    def events(self) -> EventWords:
        return EventWords(self.record, self.wording.words)

    def sections(self) -> Iterator[Section]:
        """Return everything that is stored, without the kinds of which there is nothing."""
        t, record, overview = self.wording.words, self.record, self.record.overview
        yield enrolments(self.wording, overview)
        yield certificates(self.wording, overview)
        yield self.readings()
        yield Section(
            t("What the directory says"), (), directory_rows(t, overview.person, overview.manager, self.wording.today)
        )
        yield roles(self.wording, record)
        if record.of(deputies.DEPUTY_PERIODS):
            yield deputy_periods(self.wording, record)
        if record.of(leave.LEAVE):
            yield leave_periods(self.wording, record.of(leave.LEAVE))
        if len(record.of(history.PLACEMENTS)) > 1:
            yield placements(self.wording, record)
        yield from self._events_by_course()
        if record.of(REMINDERS):
            yield letters(self.wording, record.of(REMINDERS))
        if record.of(REMARKS):
            yield remarks(self.wording, record)
        if record.of(NOTES):
            yield self.notes()
        if record.of(identity_system.ACCOUNT):
            yield account(self.wording, record)
        if record.of(export_log.EXPORTS):
            yield exports(self.wording, record)
        yield sign_in(self.wording, record)

    def readings(self) -> Section:
        t, events = self.wording.words, self.events
        rows = [
            (self.wording.timestamp(each.at), events.reader(each), events.role(each), events.what_was_read(each))
            for each in self.record.readings
        ]
        return Section(
            t("Who read your record"),
            (t("When"), t("Who"), t("As"), t("What")) if rows else (),
            rows,
            note=""
            if rows
            else t("Nobody has opened it. If somebody in HR or an auditor does, you will see it here."),
        )

    def notes(self) -> Section:
        """Return what the person noted for themselves."""
        t = self.wording.words
        rows = [
            (
                self.wording.timestamp(each.at),
                self.wording.course(each.place.course_id, each.place.cycle),
                t("your pledge") if each.is_pledge else t("what moved you"),
                each.text(t.language) or t("I saw it the same way from the start"),
            )
            for each in self.record.of(NOTES)
        ]
        head = (t("When"), t("Course"), t("About"), t("What you noted"))
        note = t("Nobody else sees it. You can change it or take it back at any time.")
        return Section(t("What you noted for yourself"), head, rows, note)

    def _events_by_course(self) -> Iterator[Section]:
        """Return the events of each course and cycle, the latest first."""
        t = self.wording.words
        by_cycle: dict[tuple[str, int], list[Event]] = {}
        for event in self.record.events:
            if "course" in event.body:
                by_cycle.setdefault((event.body["course"], event.body["cycle"]), []).append(event)
        for cycle, events in sorted(by_cycle.items(), key=lambda each: each[1][-1].seq, reverse=True):
            yield Section(
                t("What happened: {course}", course=self.wording.course(*cycle)),
                (t("When"), t("What")),
                [(self.wording.timestamp(each.at), self.events.in_words(each)) for each in reversed(events)],
                is_long=True,
            )


def roles(wording: Wording, record: MyRecord) -> Section:
    t = wording.words
    rows = []
    for held in record.of(accounts.ROLES):
        is_granted = held.role in {Role.HR, Role.AUDITOR, Role.EDITOR}
        limit = t("limited to the unit {unit}", unit=held.unit) if held.unit else t("in the whole company")
        rows.append((t.say(ROLES[held.role]), limit if is_granted else t("by the directory")))
    return Section(t("Roles"), (), rows)


def deputy_periods(wording: Wording, record: MyRecord) -> Section:
    t = wording.words
    rows = [
        (f"{t.short_date(each.from_on)} – {t.short_date(each.until_on)}", each.manager.name, each.deputy.name)
        for each in record.of(deputies.DEPUTY_PERIODS)
    ]
    return Section(t("Deputies"), (t("When"), t("Manager"), t("Deputy")), rows)


def placements(wording: Wording, record: MyRecord) -> Section:
    t = wording.words
    rows = [
        (
            wording.timestamp(each.from_at),
            each.unit,
            each.manager.name if each.manager else "",
            t("open") if each.active else t("closed"),
        )
        for each in record.of(history.PLACEMENTS)
    ]
    head = (t("Since"), t("Unit"), t("Manager"), t("Access"))
    return Section(t("Your units and managers over time"), head, rows, is_long=True)


def account(wording: Wording, record: MyRecord) -> Section:
    t, stored = wording.words, record.of(identity_system.ACCOUNT)
    rows = [
        (t("Name"), f"{stored['given_name']} {stored['family_name']}".strip()),
        (t("User name"), stored["user_name"]),
        (t("Kind of e-mail"), stored["email_type"]),
    ]
    return Section(t("What the identity system says"), (), [row for row in rows if row[1]])


def exports(wording: Wording, record: MyRecord) -> Section:
    t = wording.words
    rows = []
    for each in record.of(export_log.EXPORTS):
        given = each.handed_out
        kind = f"{t.say(export_words.KINDS[given.kind])} ({given.format.upper()})"
        whose = f"{export_words.extent(t, given.extent)}; {export_words.selection(t, given.selection)}"
        rows.append((wording.timestamp(each.at), kind, whose, t.number(given.records)))
    head = (t("When"), t("What"), t("Whose records"), t("Number of records"))
    return Section(t("What you exported"), head, rows, is_long=True)


def remarks(wording: Wording, record: MyRecord) -> Section:
    t = wording.words
    rows = [
        (
            wording.timestamp(each.at),
            each.title(t.language),
            each.said,
            f"{wording.timestamp(each.answered_at)} {each.answer}" if each.answered_at else t("not answered yet"),
        )
        for each in record.of(REMARKS)
    ]
    head = (t("When"), t("About"), t("What you wrote"), t("Answer of the content editors"))
    note = t("The content editors read what you wrote without your name.")
    return Section(t("What you reported"), head, rows, note)


def sign_in(wording: Wording, record: MyRecord) -> Section:
    """Return the sessions, with the password and the one-time links in the note."""
    t, timestamp = wording.words, wording.timestamp
    rows = [(timestamp(each.begun_at), timestamp(each.seen_at), each.agent) for each in record.of(accounts.SESSIONS)]
    notes = []
    if changed_at := record.of(passwords.PASSWORD_CHANGED_AT):
        at = timestamp(changed_at)
        notes.append(t("Your password was set on {moment}; only what checks it is stored.", moment=at))
    for link in record.of(passwords.ONE_TIME_LINKS):
        until = timestamp(link.expires_at)
        notes.append(t("A one-time link was made for you; it is valid until {moment}.", moment=until))
    return Section(
        t("Where you are signed in"),
        (t("Since"), t("Last seen"), t("Browser")) if rows else (),
        rows,
        note=" ".join(notes),
        is_long=bool(rows),
    )
