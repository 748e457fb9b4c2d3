"""Corrections in words: the choices, the consequences of a plan, and the result."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from progress.completion.corrections import Correctable, Correction, Plan, What
from progress.completion.rules import SAID, Status, cycle_title
from progress.record.chains import Kind
from quizzes.content import Content
from words import Words


def choice(t: Words, content: Content, found: Correctable, zone: ZoneInfo, *, with_course: bool) -> str:
    """A choice among corrections. It reveals no answer."""
    text = _choice(t, found, t.short_date(found.at.astimezone(zone).date()))
    return f"{text}: {cycle_title(t, content, found.course_id, found.cycle)}" if with_course else text


def _choice(t: Words, found: Correctable, day: str) -> str:
    match found.what:
        case What.REVOKE:
            return t("Revoke the certificate of {day}", day=day)
        case What.EXEMPT:
            return t("Exempt the person from the course")
        case What.EQUIVALENT:
            return t("Record that something equivalent was done elsewhere")
        case What.VOID_EXEMPTION:
            return t("Void the exemption of {day}", day=day)
        case What.VOID_ATTEMPT:
            return t("Void attempt {n} of {day} ({result})", n=found.attempt, day=day, result=_result(t, found))
        case What.VOID_PRIOR:
            return t("Void the questions before the lesson, of {day}", day=day)


def _result(t: Words, found: Correctable) -> str:
    if found.passed is None:
        return t("not finished")
    return t("passed") if found.passed else t("not passed")


def consequences(t: Words, content: Content, plan: Plan) -> Iterator[str]:
    """The changes that a plan would make, a sentence each."""
    wish = plan.wish
    course = cycle_title(t, content, wish.course_id, wish.cycle)
    match wish.what:
        case What.REVOKE:
            yield t(
                "Certificate {number} is no longer valid from this moment. People who check it read that it was "
                "revoked and on which day, but not why.",
                number=plan.certificate_no,
            )
            yield t("Its document is not given out any more. This cannot be undone.")
        case What.VOID_ATTEMPT:
            voided = next(len(body["voids"]) for kind, body in plan.happened if kind is Kind.CORRECTED)
            yield t.plural(
                "{n} entry of the attempt does not count any more. It stays in the record, marked as void.",
                "{n} entries of the attempt do not count any more. They stay in the record, marked as void.",
                voided,
            )
            yield t.plural(
                "{n} attempt of this course is left that counts.",
                "{n} attempts of this course are left that count.",
                plan.attempts_left,
            )
        case What.VOID_PRIOR:
            yield t(
                "What was shown before the lesson does not count any more: the lesson is to be taken as usual. It "
                "stays in the record, marked as void."
            )
        case What.VOID_EXEMPTION:
            yield t("The exemption does not count any more: the course is to be taken. It stays in the record.")
        case What.EXEMPT | What.EQUIVALENT if wish.until is None:
            yield t("The course need not be taken. No certificate is issued.")
        case What.EXEMPT | What.EQUIVALENT:
            yield t(
                "The course need not be taken until {day}. No certificate is issued. Later it is due again.",
                day=t.date(wish.until),
            )
    if wish.what is What.EQUIVALENT and wish.done_on is not None:
        yield t("It rests on this: {what}, done on {day}.", what=wish.equivalent.strip(), day=t.date(wish.done_on))
    yield _status(t, course, plan.before, plan.after)
    yield from _anew(t, plan)


def _status(t: Words, course: str, before: Status, after: Status) -> str:
    if before is after:
        return t("The status in {course} stays “{status}”.", course=course, status=t.say(SAID[after]))
    return t(
        "The status in {course} changes from “{before}” to “{after}”.",
        course=course,
        before=t.say(SAID[before]),
        after=t.say(SAID[after]),
    )


def _anew(t: Words, plan: Plan) -> Iterator[str]:
    if plan.new_cycle is not None and plan.wish.due_on is not None:
        yield t(
            "The course is assigned again, from its beginning, due on {day}.",
            day=t.date(plan.wish.due_on),
        )
    elif plan.wish.what is What.REVOKE:
        yield t("The course is not assigned again.")


def done(t: Words, content: Content, made: Correction) -> str:
    """A correction that was made, as read back."""
    course = cycle_title(t, content, made.wish.course_id, made.wish.cycle)
    text = t("Corrected. The status in {course} is “{status}” now.", course=course, status=t.say(SAID[made.status]))
    if made.new_cycle is None:
        return text
    return text + " " + t("The course is assigned again, due on {day}.", day=t.date(made.new_cycle.due_on))
