"""Surveys as staff write them, for the tests of asking."""

from typing import Any

from community.members.models import Member
from community.panels.models import Panel
from community.surveys.actions import building, questions
from community.surveys.drafting import Draft
from community.surveys.models import Question, Survey
from tests.factories.panels import make_panel

ENGLISH = ("en",)
BOTH = ("en", "zh_Hans")


def begin(
    by: Member,
    *,
    panel: Panel | None = None,
    languages: tuple[str, ...] = ENGLISH,
    start: str = "empty",
    **given: Any,
) -> Survey:
    """A draft with a title in each of its languages."""
    settings: building.Settings = {
        "title": {"en": "How was it?", "zh_Hans": "怎么样？"},
        "languages": languages,
        "panel_ids": [(panel or make_panel()).id],
    }
    return building.create_survey(by, settings=settings, start=start, **given)


def ask(survey: Survey, by: Member, kind: str = "yes_no", **given: Any) -> Question:
    """One more question, in English and Chinese."""
    return questions.add_question(survey, by=by, kind=kind, draft=draft(**given))


def draft(**given: Any) -> Draft:
    """A question in English and Chinese, with options in short: a list of English words."""
    given.setdefault("text", {"en": "Was it good?", "zh_Hans": "好吗？"})
    given["options"] = [
        {"text": {"en": option, "zh_Hans": f"{option}（中）"}} if isinstance(option, str) else option
        for option in given.get("options", ())
    ]
    return Draft(**given)
