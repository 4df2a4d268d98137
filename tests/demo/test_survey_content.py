"""The surveys of the demo: complete in their languages, and inclined to answers that can be given."""

import re

import pytest

from community.demo import content

LANGUAGES = ("en", "zh_Hans", "zh_Hant")
SURVEYS = content.read("surveys")["survey"]
QUESTIONS = [(survey, question) for survey in SURVEYS for question in survey.get("question", ())]
HAN = re.compile(r"[\u4e00-\u9fff]")


def texts_of(survey: dict[str, object], *, of: tuple[str, ...]) -> list[dict[str, str]]:
    return [survey[name] for name in of if name in survey]  # type: ignore[misc]


@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey["key"])
def test_a_survey_speaks_all_of_its_languages(survey: dict[str, object]) -> None:
    languages = set(survey.get("languages", LANGUAGES))  # type: ignore[arg-type]
    for text in texts_of(survey, of=("title", "purpose", "thanks", "heard")):
        assert set(text) == languages
        assert all(bool(HAN.search(words)) == (locale != "en") for locale, words in text.items())


@pytest.mark.parametrize(("survey", "question"), QUESTIONS, ids=lambda each: each.get("key") or each["code"])
def test_a_question_speaks_them_too_and_its_answers_are_offered(
    survey: dict[str, object], question: dict[str, object]
) -> None:
    languages = set(survey.get("languages", LANGUAGES))  # type: ignore[arg-type]
    options = question.get("options", ())
    for text in (question["text"], *options):  # type: ignore[misc]
        assert set(text) & set(LANGUAGES) == languages
    keys = {option["key"] for option in options}  # type: ignore[attr-defined]
    for name in ("likely", "utilities", "weights", "pairs"):
        if keys and name in question:
            assert set(question[name]) <= keys  # type: ignore[arg-type]


@pytest.mark.parametrize(("survey", "question"), QUESTIONS, ids=lambda each: each.get("key") or each["code"])
def test_those_who_say_something_are_asked(survey: dict[str, object], question: dict[str, object]) -> None:
    asked = {
        person["key"]
        for person in content.list_members()
        if set(person["panels"]) & set(survey.get("panels", ()))
    }
    assert set(question.get("says", ())) <= asked  # type: ignore[arg-type]
