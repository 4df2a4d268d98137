"""What surveys show on pages of lower floors: the poll above a board, and what is asked about an idea."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import render_template
from markupsafe import Markup

from community.ideas.models import Idea
from community.infra import clock, language, web
from community.members.models import Member
from community.panels.models import Panel
from community.statistics.intervals import MIN_SHOWN
from community.surveys import earning, kinds, policy, wording
from community.surveys.kinds import Asked
from community.surveys.kinds.scales import Scale
from community.surveys.queries import asides
from community.surveys.queries.asides import Short
from community.surveys.showing import numbers

# Kinds that one click answers.
ONE_CLICK = ("single", "yes_no", "rating5", "rating7", "nps", "csat", "ces")


class Share(NamedTuple):
    """The share of those who chose something, and in words with the ends of its Wilson interval."""

    value: float
    words: str
    low: str = ""
    high: str = ""


class Choice(NamedTuple):
    """One button, or one line of the result: what is sent, what it says, and its share once there is one."""

    key: str
    text: str
    share: Share | None
    is_other: bool = False


class Shown(NamedTuple):
    """A question as it stands on somebody's page; `can_answer` and `shows_result` exclude each other."""

    short: Short
    asked: Asked
    choices: list[Choice]
    can_answer: bool
    shows_result: bool
    low: str
    high: str
    heard: Markup
    # What answering gives the viewer.
    points: int

    @property
    def is_one_click(self) -> bool:
        """Whether one click answers it."""
        return self.asked.kind in ONE_CLICK


def poll_above_board(*, panel: Panel, is_member: bool, along: Mapping[str, Any]) -> Markup:
    """The quick poll of a panel, for its members: a click answers it, then it shows the shares."""
    viewer = web.viewer()
    may_have_one = viewer is not None and is_member and along["has_poll"]
    short = asides.find_poll(panel.id, viewer) if may_have_one else None
    if short is None:
        return Markup("")
    shown = _shown(short, viewer, can_answer=not short.is_answered)
    return _piece("_poll", shown=shown, panel=panel)


def asked_about_idea(*, idea: Idea) -> Markup:
    """What the company asked around this idea: the question for whom it asks, the result for all readers."""
    viewer = web.viewer()
    shorts = asides.list_about_idea(idea.root_id or idea.id, viewer)
    now = clock.now()
    open_ones = [
        short.survey for short in shorts if not short.is_answered and policy.is_answerable(short.survey, now)
    ]
    asking = asides.ids_of_asking(open_ones, viewer) if viewer is not None else set()
    parts = [_shown(short, viewer, can_answer=short.survey.id in asking) for short in shorts]
    parts = [
        shown
        for shown in parts
        if shown.can_answer or shown.shows_result or shown.short.is_answered or shown.heard
    ]
    if not parts:
        return Markup("")
    return _piece("_about_idea", parts=parts, idea=idea)


def ask_about_idea(*, idea: Idea) -> Markup:
    """For those who ask members of the idea's panel: ask those around it one question."""
    viewer = web.viewer()
    if not idea.is_listed or not policy.can_ask_panels(viewer, [idea.panel_id]):
        return Markup("")
    return _piece("_ask_about_idea", idea=idea)


def _piece(name: str, **values: Any) -> Markup:
    return Markup(render_template(f"surveys/{name}.html", **values))  # noqa: S704 - the template escapes


def _shown(short: Short, viewer: Member | None, *, can_answer: bool) -> Shown:
    asked = wording.asked_of(
        short.question, short.version, seed=viewer.id if viewer is not None else 0, only_offered=can_answer
    )
    shows_result = short.survey.shows_results and not can_answer and (short.n or 0) >= MIN_SHOWN
    shares = _shares(short.figures) if shows_result else {}
    kind = kinds.of(asked.kind)
    low, high = (kind.low_words(asked), kind.high_words(asked)) if isinstance(kind, Scale) else ("", "")
    return Shown(
        short,
        asked,
        _choices(asked, shares),
        can_answer=can_answer,
        shows_result=shows_result and bool(shares),
        low=low,
        high=high,
        heard=Markup(language.text_in(short.survey.heard_html)),  # noqa: S704 - cleaned when it was stored
        points=earning.points_of(short.survey, viewer) if can_answer else 0,
    )


def _shares(figures: Mapping[str, Any] | None) -> dict[str, Share]:
    # Members see plain shares: what the answers were, not what they stand for.
    plain = (figures or {}).get("plain") or {}
    shares = plain.get("shares") or {}
    return {key: _share(each) for key, each in shares.items() if each}


def _share(found: Mapping[str, Any]) -> Share:
    n = found["n"]
    low, high = ("" if found[end] is None else numbers.share(found[end], n) for end in ("low", "high"))
    return Share(found["value"], numbers.share(found["value"], n), low, high)


def _choices(asked: Asked, shares: Mapping[str, Share]) -> list[Choice]:
    if asked.kind == "yes_no":
        pairs = [(key, kinds.of("yes_no").words(asked, {"choice": key}), False) for key in ("yes", "no")]
    elif isinstance(kind := kinds.of(asked.kind), Scale):
        pairs = [(str(point), str(point), False) for point in kind.points()]
    else:
        pairs = [(option.key, option.text, option.is_other) for option in asked.options]
    return [Choice(key, text, shares.get(key), is_other) for key, text, is_other in pairs]
