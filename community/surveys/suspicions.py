"""What flags and decisions are called, and the sentence that says why a flag stands."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_number, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

FLAGS: Mapping[str, Any] = {
    "too_fast": _l("Very fast"),
    "straight_lines": _l("Straight line"),
    "flat_grid": _l("Flat grid"),
    "pasted": _l("Pasted"),
    "nonsense": _l("Nonsense"),
    "duplicate": _l("Same words"),
    "contradicts": _l("Contradicts profile"),
    "inattentive": _l("Missed the reminder"),
}
# What each looks at, for whoever has never met it.
MEANINGS: Mapping[str, Any] = {
    "too_fast": _l("Took less than half the median time of those who were asked the same questions."),
    "straight_lines": _l("The same answer down a grid in which some rows mean the opposite."),
    "flat_grid": _l("Answers in a grid differ less than those of nineteen in twenty."),
    "pasted": _l("Words that seem to be copied in rather than written."),
    "nonsense": _l("Words that say nothing: keys hit at random, or one word over and over."),
    "duplicate": _l("The same long text as in somebody else’s response."),
    "contradicts": _l("An answer that differs from what the member’s profile says."),
    "inattentive": _l("A question that only reminds to read was answered otherwise."),
}
DECISIONS: Mapping[str, Any] = {
    "excluded": _l("Excluded"),
    "restored": _l("Taken in again"),
    "kept": _l("Kept"),
}
_PASTED: Mapping[str, Any] = {
    "question": _l("Most of what is written under “%(question)s” is the question itself."),
    "machine": _l("What is written under “%(question)s” speaks as a writing machine does."),
    "page": _l("What is written under “%(question)s” has an address or signs left over from a web page."),
}
_NONSENSE: Mapping[str, Any] = {
    "keys": _l("What is written under “%(question)s” looks like keys hit at random."),
    "repeated": _l("What is written under “%(question)s” is the same thing over and over."),
}


def why(kind: str, detail: Mapping[str, Any], questions: Mapping[str, str]) -> str:
    """Why a flag stands, with its figures; `questions` are the texts by code."""
    return str(_sentence(kind, detail, questions))


def _sentence(kind: str, detail: Mapping[str, Any], questions: Mapping[str, str]) -> object:
    question = questions.get(detail.get("question", ""), "")
    match kind:
        case "too_fast":
            return _(
                "Took %(seconds)s seconds. The median of %(n)s who were asked the same is %(median)s "
                "seconds.",
                seconds=format_number(detail["seconds"]),
                n=format_number(detail["n"]),
                median=format_number(detail["median"]),
            )
        case "straight_lines":
            return _(
                "“%(question)s”: the same answer in %(run)s of %(rows)s rows in a row, though some rows mean "
                "the opposite.",
                question=question,
                run=format_number(detail["run"]),
                rows=format_number(detail["rows"]),
            )
        case "flat_grid":
            return _(
                "“%(question)s”: the answers spread by %(sd)s; nineteen in twenty of %(n)s spread by at "
                "least %(bound)s.",
                question=question,
                sd=f"{detail['sd']:.2f}",
                n=format_number(detail["n"]),
                bound=f"{detail['p5']:.2f}",
            )
        case "pasted" if detail["why"] == "speed":
            return _(
                "Nobody types all that was written here in the %(seconds)s seconds it took.",
                seconds=format_number(detail["seconds"]),
            )
        case "pasted":
            return str(_PASTED[detail["why"]]) % {"question": question}
        case "nonsense":
            return str(_NONSENSE[detail["why"]]) % {"question": question}
        case "duplicate":
            return ngettext(
                "%(num)d other response has the same words under “%(question)s”.",
                "%(num)d other responses have the same words under “%(question)s”.",
                detail["others"],
                question=question,
            )
        case "contradicts":
            return _("“%(question)s” was answered otherwise than the profile says.", question=question)
        case _:
            return _("“%(question)s” asks for one certain answer and got another.", question=question)
