"""Commitment and certificate: signing the one, and the other as its proof."""

import streamlit as st

from progress.completion import certificates
from progress.completion.enrolments import Enrolment
from progress.completion.rules import Step, standing
from quizzes.content import Course
from screens.parts import marks, navigation, page
from screens.parts.course import actions, drawn_certificate, learner, noting, position
from screens.parts.session import Visit, current


def to_sign(visit: Visit, course: Course, enrolment: Enrolment) -> None:
    t = visit.words
    page.opening(
        course.title(visit.language),
        t("Sign the commitment, and you are done"),
        t(
            "You passed with {score}. The certificate is issued as soon as you sign.",
            score=t.percent(enrolment.score or 0),
        ),
    )
    with st.form("commitment", border=False):
        st.markdown(f"> {t.set(course.commitment(visit.language))}")
        complaint = st.empty()
        st.checkbox(t("I agree, and I will act by it."), key=f"agreed_{course.id}")
        pressed = st.form_submit_button(
            t("Sign and get the certificate"), type="primary", on_click=actions.sign, args=(course.id,)
        )
        if pressed and st.session_state.get(f"agreed_{course.id}"):
            navigation.again(actions.sign, course.id)
        elif pressed:
            with complaint:
                page.complaint(t("Tick the box to sign."))
    st.caption(
        t(
            "We record what you sign: version {version}, in English, under your name, with the time.",
            version=course.entry.version,
        )
    )


def signed(visit: Visit, course: Course, enrolment: Enrolment) -> None:
    t = visit.words
    with visit.database.reading() as connection:
        certificate = certificates.find(connection, enrolment.certificate_no or "")
    if certificate is None or enrolment.revoked_at is not None:
        st.switch_page("home.py")
    page.opening(
        course.title(visit.language),
        t("You are certified until {day}", day=t.date(certificate.valid_until)),
        t(
            "Signed and issued on {moment}. Anybody who holds the certificate can check it by its number or QR code.",
            moment=t.moment(certificate.issued_at, visit.zone),
        ),
    )
    shown = marks.of_course(visit.content, course, visit.language)
    if shown:
        marks.marks(t, shown, {mark.principle for mark in shown})
    drawn_certificate.draw(certificate, shown)
    page.files(
        [
            (f"/certificate/{certificate.number}.pdf", t("Open the certificate (PDF)")),
            (f"/badge/{certificate.number}.svg", t("Download the Open Badge")),
            (f"/badge/{certificate.number}.jwt", t("Its credential alone (JWT)")),
            (f"/verify/{certificate.number}", t("See what others see")),
        ],
        first_is_primary=True,
    )
    noting.pledge(visit, course, enrolment)


visit = current()
found = learner.asked_for(visit)
if found is None:
    st.switch_page("home.py")
course, enrolment = found
learner.notice(visit)
stands = standing(enrolment, course)
match stands.next_step:
    case Step.COMMITMENT:
        position.draw(visit, course, enrolment, stands, visit.words("Commitment"))
        to_sign(visit, course, enrolment)
    case Step.NOTHING:
        position.draw(visit, course, enrolment, stands, visit.words("Done"))
        signed(visit, course, enrolment)
    case _:
        st.switch_page("home.py")
