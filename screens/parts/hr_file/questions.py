"""Questions about HR's file that only HR can answer: its encoding, and who has a new number."""

import streamlit as st

from people.hr_file.csv_file import Encoding
from people.hr_file.identities import SAME_BY, Verdict
from screens.parts import page
from screens.parts.hr_file.preview import Preview
from words import Words

MOST_ONE_BY_ONE = 10
"""Pairs of people up to which HR may decide about each one alone."""


def ask_for_encoding(t: Words, preview: Preview) -> None:
    """Show names by which HR can see whether the encoding is right."""
    file_id = preview.source.file_id
    page.said(
        t(
            "Nothing in the file says what it is written in. As {encoding}, names in it are: {names}.",
            encoding=preview.encoding,
            names="; ".join(preview.examples),
        )
    )
    st.selectbox(
        t("What the file is written in"),
        [None, *Encoding],
        format_func=lambda each: each or t("as it looks: {encoding}", encoding=preview.encoding),
        key=f"people_encoding_{file_id}",
        width=320,
    )
    st.caption(t("If none of them fits, save the file as “CSV UTF-8” or as XLSX."))
    if preview.is_doubtful:
        st.checkbox(t("These names are spelled right."), key=f"people_spelled_{file_id}")


def ask_for_pairs(t: Words, preview: Preview) -> None:
    """Ask whether somebody new is somebody who would leave: about all of them at once, or about each of a few."""
    page.heading(
        t.plural(
            "{n} person who would leave may be somebody in the file under another number",
            "{n} people who would leave may be people in the file under other numbers",
            preview.pair_count,
        )
    )
    page.rows(
        [
            [
                *(pair.before.employee_id, pair.before.name),
                *(pair.entry.employee_id, pair.entry.name),
                t.say(SAME_BY[pair.by]),
            ]
            for pair in preview.pairs
        ],
        [t("Old number"), t("Name"), t("New number"), t("Name"), t("What is the same")],
    )
    if preview.pair_count > len(preview.pairs):
        st.caption(t("The first {n} are shown.", n=t.number(len(preview.pairs))))
    file_id = preview.source.file_id
    one_by_one = 1 < preview.pair_count <= MOST_ONE_BY_ONE
    st.radio(
        t("Who they are"),
        [Verdict.SAME, Verdict.TWO, *([None] if one_by_one else [])],
        index=None,
        format_func=lambda each: _verdict_in_words(t, each, preview.pair_count),
        key=f"people_pairs_{file_id}",
    )
    if one_by_one and not preview.source.choices.verdicts.of_others:
        _ask_one_by_one(t, preview)


def _verdict_in_words(t: Words, verdict: Verdict | None, n: int) -> str:
    match verdict:
        case Verdict.SAME:
            return t.plural("the same person, with a new number", "the same people, with new numbers", n)
        case Verdict.TWO:
            return t.plural("two people: one leaves, another comes", "others: these leave, those come", n)
        case None:
            return t("it differs: I decide below")


def _ask_one_by_one(t: Words, preview: Preview) -> None:
    file_id = preview.source.file_id
    verdicts: dict[tuple[str, str], Verdict] = {}
    for pair in preview.pairs:
        verdict = st.selectbox(
            f"{pair.numbers[0]} → {pair.numbers[1]}",
            list(Verdict),
            index=None,
            format_func=lambda each: _verdict_in_words(t, each, 1),
            placeholder=t("Who they are"),
            key=f"people_pair_{file_id}_{pair.numbers[0]}_{pair.numbers[1]}",
            width=420,
        )
        if verdict:
            verdicts[pair.numbers] = verdict
    if verdicts != st.session_state.get(f"people_verdicts_{file_id}", {}):
        st.session_state[f"people_verdicts_{file_id}"] = verdicts
        st.rerun()
