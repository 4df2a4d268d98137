"""What a map of opinions shows: its groups, and what all of them agree on."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.statistics.intervals import MIN_SHOWN
from community.surveys.showing import numbers
from community.surveys.showing.blocks import Block, Figures
from community.surveys.showing.parts import Question

# Why there are no groups of opinion.
REASONS: Mapping[str, Any] = {
    "too few people": _l("Too few people voted often enough to form two groups of ten."),
    "silhouette": _l("People do not fall apart into groups: opinions shade into each other."),
    "stability": _l("With other people drawn from the same votes, the groups would be others."),
    "chance": _l("The votes hang together no more than chance would have it."),
}


def groups_of_opinion(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """The groups, what sets each apart, and what all agree on."""
    told = question.names.statements
    data = {
        "verdict": plain["verdict"],
        "reason": REASONS[plain["reason"]] if plain["reason"] else "",
        "n": plain["n"],
        "votes": plain["votes"],
        "placed": plain["placed"],
        "one_sided": plain["one_sided"],
        "hidden_groups": plain["hidden_groups"],
        "silhouette": numbers.mean(plain["silhouette"], 0) if plain["silhouette"] is not None else "",
        "stability": numbers.mean(plain["stability"], 0) if plain["stability"] is not None else "",
        "groups": [
            {
                "name": chr(ord("A") + at),
                "size": group["size"],
                "statements": [
                    {
                        "text": told[each["statement"]],
                        "direction": each["direction"],
                        "share": numbers.share(each["share"], each["votes"]),
                        "votes": each["votes"],
                        "ratio": numbers.points(each["ratio"], 0),
                    }
                    for each in group["statements"]
                    if each["statement"] in told and each["votes"] >= MIN_SHOWN
                ],
            }
            for at, group in enumerate(plain["groups"])
        ],
    }
    return [Block("opinions", _("Groups of opinion"), data=data), *consensus(question, plain)]


def consensus(question: Question, plain: Figures) -> list[Block]:
    """What all groups agree on, for whoever may see it."""
    told = question.names.statements
    rows = [
        {
            "text": told[each["statement"]],
            "agreement": numbers.mean(each["agreement"], 0),
            "bar": numbers.show({"value": each["agreement"]}, numbers.SHARE),
            "agree": each["agree"],
            "disagree": each["disagree"],
            "passed": each["passed"],
            "seen": each["seen"],
            "share": numbers.share(each["agree"] / each["seen"], each["seen"]) if each["seen"] else "–",
        }
        for each in plain["consensus"]
        if each["statement"] in told and each["seen"] >= MIN_SHOWN
    ]
    return [Block("consensus", _("What all groups agree on"), data=rows)] if rows else []
