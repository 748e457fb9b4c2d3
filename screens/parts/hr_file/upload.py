"""HR's file on the screen: the upload, its faults, its changes, and the button that applies them."""

import streamlit as st

from people.hr_file.columns import Field
from people.hr_file.identities import Verdict, Verdicts
from people.hr_file.plan import Leavers
from screens.parts import page
from screens.parts.hr_file import applying, findings, preview, questions
from screens.parts.hr_file.applying import UPLOADER
from screens.parts.hr_file.preview import Choices, Preview, Upload, UploadedFiles
from screens.parts.session import Visit
from settings import Mode
from words import Words


def draw(visit: Visit) -> None:
    t = visit.words
    is_demonstration = visit.installation.settings.mode is Mode.DEMONSTRATION
    with st.container(gap="small", key="hr_file"):
        st.header(t("Update the directory from HR’s file"), anchor=False)
        st.markdown(
            t(
                "A demonstration takes no real people: a file is checked and shown here, and nothing is changed. "
                "Use a file with invented names."
            )
            if is_demonstration
            else t(
                "CSV, XLSX or ODS of at most 10 MB, as it comes from the HR system. Nothing changes "
                "before you have seen the changes."
            )
        )
        upload, shown = _uploaded(visit)
        applying.say_refusal(t)
        if upload is not None and shown is not None:
            _show(visit, upload, shown)
        if not applying.show_progress(visit) and upload is not None and shown is not None and not is_demonstration:
            applying.offer(visit, upload, shown)


def _uploaded(visit: Visit) -> tuple[Upload | None, Preview | None]:
    t = visit.words
    number = st.session_state.get(UPLOADER, 0)
    file = st.file_uploader(t("File with all people"), key=f"people_file_{number}")
    with st.expander(t("The columns have other names")):
        st.markdown(
            t(
                "Upload a mapping file: one line for each column, such as `id: Pers. č.` The fields are: {fields}."
            ).format(fields=", ".join(f"`{each}`" for each in Field))
        )
        mapping = st.file_uploader(t("Mapping file"), type=["yaml", "yml"], key=f"people_mapping_{number}")
    with st.container(key="filters_file"):
        leavers = st.selectbox(
            t("People who are not in the file"),
            list(Leavers),
            format_func=lambda each: _leavers_in_words(t, each),
            key="people_leavers",
            width=320,
        )
    if file is None:
        return None, None
    applying.forget_outcome()
    upload = Upload(file.getvalue(), mapping.getvalue() if mapping else None)
    choices = _choices(leavers or Leavers.DEACTIVATE, file.file_id)
    source = UploadedFiles(file.file_id, mapping.file_id if mapping else "", choices, visit.today)
    return upload, preview.of_upload(visit, upload, source)


def _leavers_in_words(t: Words, each: Leavers) -> str:
    return t("lose their access at once") if each is Leavers.DEACTIVATE else t("are only listed")


def _choices(leavers: Leavers, file_id: str) -> Choices:
    state = st.session_state
    of_all: Verdict | None = state.get(f"people_pairs_{file_id}")
    verdicts = Verdicts({}, of_all) if of_all else Verdicts(state.get(f"people_verdicts_{file_id}", {}))
    return Choices(leavers, bool(state.get(findings.SKIP_BAD)), state.get(f"people_encoding_{file_id}"), verdicts)


def _show(visit: Visit, upload: Upload, shown: Preview) -> None:
    t = visit.words
    if shown.taken:
        page.said(t.say(shown.taken))
    if shown.encoding:
        questions.ask_for_encoding(t, shown)
    if shown.faults:
        findings.show_faults(visit, upload, shown)
    if shown.pairs:
        questions.ask_for_pairs(t, shown)
    if shown.is_sound and not shown.undecided:
        findings.show_changes(visit, upload, shown)
