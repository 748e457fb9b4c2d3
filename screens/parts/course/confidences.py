"""Words for how sure a learner is, by value."""

from words import Words


def confidences(t: Words) -> dict[str, str]:
    return {"guess": t("I am guessing"), "likely": t("Fairly sure"), "sure": t("Certain")}
