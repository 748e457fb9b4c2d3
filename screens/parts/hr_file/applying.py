"""Applying HR's file: confirmed on the screen, done by a background job, and its outcome read back."""

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from people.access import Act, require
from people.hr_file import importing
from people.hr_file.columns import WrongMappingError
from people.hr_file.importing import Done, FaultyFileError, NotImportedError
from screens.parts import page, progress
from screens.parts.hr_file import findings, preview
from screens.parts.hr_file.preview import Preview, Upload
from screens.parts.session import Visit
from web import background
from web.background import Job, Report, StoppedError
from words import Sentence, Words, sentence

UPLOADER = "people_round"
"""Number of the uploader: after a file was applied the next one gets a new uploader, which is empty."""
_DONE = "people_done"
_REFUSED = "people_refused"
_JOB = "people_job"


def offer(visit: Visit, upload: Upload, shown: Preview) -> None:
    """Draw the button, and what has to be confirmed before it."""
    t = visit.words
    if not shown.is_sound or shown.undecided or not shown.written:
        return
    if shown.loses_own_access:
        page.complaint(
            t("You would lose your own access: you are not in the file, or it says that you have left. Check it.")
        )
        return
    agreed = not shown.lost or st.checkbox(
        t.plural(
            "{n} person loses access at once and is signed out. I have checked that.",
            "{n} people lose access at once and are signed out. I have checked that.",
            shown.lost,
        ),
        key=f"people_agreed_{st.session_state.get(UPLOADER, 0)}",
    )
    if not st.button(t("Change the directory"), type="primary"):
        return
    if not agreed:
        page.complaint(t("Tick the box first: people would lose their access."))
        return
    if shown.is_doubtful and not st.session_state.get(f"people_spelled_{shown.source.file_id}"):
        page.complaint(t("Look at the names first and say whether they are spelled right."))
        return
    require(visit.principal, Act.CHANGE_PEOPLE)
    job = background.start(lambda report: _applied(visit, upload, shown, report), shown.written)
    st.session_state[_JOB] = job
    progress.show(visit, job, _how_far, "people_written")


def show_progress(visit: Visit) -> bool:
    """Draw the bar of a job that this tab has started and that has not ended. Returns whether there is one."""
    job: Job[Done] | None = st.session_state.get(_JOB)
    if job is None:
        return False
    progress.show(visit, job, _how_far, "people_written")
    return True


def take_outcome() -> None:
    """Store what came of a job that has ended, before anything of the directory is drawn."""
    job: Job[Done] | None = st.session_state.get(_JOB)
    if job is None or not job.has_ended:
        return
    del st.session_state[_JOB]
    preview.forget()
    try:
        st.session_state[_DONE] = job.result.result()
        st.session_state[UPLOADER] = st.session_state.get(UPLOADER, 0) + 1
    except NotImportedError as error:
        st.session_state[_REFUSED] = error.reason
    except (FaultyFileError, WrongMappingError):
        st.session_state[_REFUSED] = importing.CHANGED_MEANWHILE
    except UnknownOutcomeError:
        st.session_state[_REFUSED] = page.UNKNOWN_OUTCOME
    except (SQLAlchemyError, StoppedError):
        st.session_state[_REFUSED] = sentence("It could not be saved. Nothing was changed; try again.")


def say_refusal(t: Words) -> None:
    refused: Sentence | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        page.complaint(t.say(refused))


def say_what_was_done(t: Words) -> None:
    """Stays until the next file is chosen: a click at the same time draws the screen once more."""
    done: Done | None = st.session_state.get(_DONE)
    if done is None:
        return
    with st.container(gap="small", key="explained"):
        page.heading(t("The directory is in step with the file"))
        left_out = [(t("rows left out"), done.skipped)] if done.skipped else []
        rest = [(t("unchanged"), done.unchanged), (t("have access now"), done.active)]
        findings.count(t, done.counts, [*left_out, *rest], key="counts_after")


def forget_outcome() -> None:
    st.session_state.pop(_DONE, None)


def _how_far(t: Words, written: int, total: int) -> str:
    if not written:
        return t("The file is being compared with the directory…")
    if written == total:
        return t("All {n} are written and are being read back…", n=t.number(total))
    return t("{n} {of_total} people written", n=t.number(written), of_total=t.out_of(total))


def _applied(visit: Visit, upload: Upload, shown: Preview, report: Report) -> Done:
    """Do what the preview said, and nothing else."""
    choices = shown.source.choices
    return importing.apply(
        visit.database,
        preview.read(upload, choices.encoding),
        choices.leavers,
        visit.today,
        visit.now,
        skip_bad=choices.skip_bad,
        verdicts=choices.verdicts,
        agreed=shown.fingerprint,
        on_progress=report,
    )
