"""What states of surveys and kinds of surveys and questions are called on staff pages."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

STATES: Mapping[str, Any] = {
    "draft": _l("Draft"),
    "preview": _l("Preview"),
    "open": _l("Taking answers"),
    "closed": _l("Closed"),
    "told_back": _l("Told back"),
}
SURVEY_KINDS: Mapping[str, Any] = {
    "survey": _l("Survey"),
    "poll": _l("Quick poll"),
    "idea": _l("Question from an idea"),
}
ASKED_OF: Mapping[str, Any] = {
    "supporters": _l("Those who support it"),
    "unconvinced": _l("Those who saw it and did not support it"),
}


class KindWords(NamedTuple):
    """What a kind of question is called, and when to use it."""

    name: Any
    use: Any


KINDS: Mapping[str, KindWords] = {
    "single": KindWords(_l("Single choice"), _l("One of several answers.")),
    "several": KindWords(_l("Several choices"), _l("As many answers as apply.")),
    "yes_no": KindWords(_l("Yes or no"), _l("The shortest question there is.")),
    "rating5": KindWords(_l("Rating 1 to 5"), _l("How good, how much, how likely.")),
    "rating7": KindWords(_l("Rating 1 to 7"), _l("A finer scale, for comparing over time.")),
    "nps": KindWords(_l("NPS"), _l("Would they recommend us? 0 to 10.")),
    "csat": KindWords(_l("CSAT"), _l("How satisfied were they with one contact? 1 to 5.")),
    "ces": KindWords(_l("CES"), _l("How easy was it? 1 to 7.")),
    "number": KindWords(_l("Number"), _l("A figure, with its unit and bounds.")),
    "date": KindWords(_l("Date"), _l("A day.")),
    "short_text": KindWords(_l("Short text"), _l("A few words on one line.")),
    "long_text": KindWords(_l("Long text"), _l("Their own words; we read and sort them for you.")),
    "ranking": KindWords(_l("Ranking"), _l("Things put in order, the best first.")),
    "matrix": KindWords(_l("Matrix"), _l("Several statements on one scale.")),
    "allocation": KindWords(_l("100 points"), _l("Points shared out: how much each thing matters.")),
    "maxdiff": KindWords(_l("MaxDiff"), _l("Best and worst of small sets: what matters most, without ties.")),
    "kano": KindWords(_l("Kano"), _l("With and without a feature: must it be there, or does it delight?")),
    "pairwise": KindWords(_l("Pairs of ideas"), _l("Which of these two ideas? Members may add their own.")),
    "opinions": KindWords(
        _l("Opinion map"), _l("Agree, disagree or pass on statements; members write some too.")
    ),
    "moment": KindWords(_l("Moment of truth"), _l("What they expected, what they met, how much it matters.")),
    "picture": KindWords(_l("Picture"), _l("Choose a picture that says how it feels, then tell why.")),
}
GROUPS: Sequence[tuple[Any, Sequence[str]]] = (
    (_l("Choices"), ("single", "several", "yes_no")),
    (_l("Scales"), ("nps", "csat", "ces", "rating5", "rating7", "matrix")),
    (_l("Words and figures"), ("long_text", "short_text", "number", "date")),
    (_l("What matters most"), ("maxdiff", "ranking", "allocation", "kano")),
    (_l("Listening deeper"), ("pairwise", "opinions", "moment", "picture")),
)


class RowWords(NamedTuple):
    """What the things in a question's list are called: all of them, and one by its number."""

    all: Any
    one: Any


_ANSWERS = RowWords(_l("Possible answers"), _l("Possible answer"))
ROWS: Mapping[str, RowWords] = {
    "single": _ANSWERS,
    "several": _ANSWERS,
    "ranking": RowWords(_l("Things to put in order"), _l("Thing")),
    "matrix": RowWords(_l("Statements, one a row"), _l("Statement")),
    "allocation": RowWords(_l("Things to share points out to"), _l("Thing")),
    "maxdiff": RowWords(_l("Things to compare"), _l("Thing")),
    "kano": RowWords(_l("Features"), _l("Feature")),
}
COLUMNS = RowWords(_l("The scale, from low to high"), _l("Step"))
