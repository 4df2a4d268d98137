"""What each line of a member's statement says: a plain sentence, and what else there is to know about it."""

from datetime import datetime
from typing import NamedTuple, TypeVar

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

from community.analysis.script import chinese_of
from community.infra.language import show_date, text_in
from community.loyalty import reasons
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.models import Award

# A title that is no longer kept.
FORGOTTEN = "…"
Text = TypeVar("Text", str, Markup)


def _(message: str) -> str:
    # Filled in afterwards, so that what members wrote is escaped where it becomes part of a page.
    return str(gettext(message))


class Line(NamedTuple):
    """One line: points that came to what is free to spend or left it, and what was there afterwards.

    `path` leads to what it is for and is empty where the reader may not go; gate and rule are empty where
    no rule gave the points; `debt_paid` is the part of them that paid what was owed.
    """

    id: int
    kind: str
    amount: int
    balance_after: int
    at: datetime
    rule: str | None
    rule_number: int | None
    rule_made_at: datetime | None
    gate: str | None
    title: str | None
    path: str
    award_state: str | None
    reason: str | None
    limited_by: str | None
    bonus: int | None
    note: str | None
    reward_name: dict[str, str] | None
    redemption_id: int | None
    quantity: int | None
    message: str | None
    adjusted_because: str | None
    came_at: datetime | None
    debt_paid: int


def sentence(line: Line) -> str:
    """The line as one sentence, in the reader's language."""
    # Without the plus: spreadsheets would take what begins with it for a formula.
    return _fill(line, str, points=written(line.amount))


def sentence_html(line: Line) -> Markup:
    """The same for a page: the points stand out, and what they are for is a link where the reader may go."""
    points = Markup('<strong class="points-amount">%s</strong>') % signed(line.amount)
    return _fill(line, Markup, points=points)


def more(line: Line) -> list[str]:
    """Further sentences that belong under the line."""
    said = []
    if line.kind == "mature":
        if line.bonus:
            said.append(
                ngettext(
                    "%(num)d of them is for the first time.",
                    "%(num)d of them are for the first time.",
                    line.bonus,
                )
            )
        if line.limited_by:
            said.append(reasons.sentence(line.limited_by))
    if line.debt_paid:
        said.append(
            ngettext(
                "%(num)d of them paid what you owed.", "%(num)d of them paid what you owed.", line.debt_paid
            )
        )
    if line.kind == "claw_back":
        said.append(reasons.sentence(line.reason or ""))
        said.append(line.note or "")
        if line.balance_after < 0:
            said.append(owed(-line.balance_after))
    if line.kind == "release":
        said.append(line.message or "")
    return [words for words in said if words]


def why_given(line: Line) -> str:
    """Why the points of a rule were given, where that is still known."""
    is_given = line.kind == "mature" and line.award_state == "matured"
    return reasons.sentence(line.reason or "") if is_given else ""


def rule_in_words(line: Line) -> str:
    """Which version of which rule moved the points, empty where none did."""
    if line.rule is None or line.rule_number is None:
        return ""
    return _("By the rule “%(rule)s”, version %(number)s, made on %(date)s.") % {
        "rule": CONTRIBUTIONS[line.rule].name,
        "number": line.rule_number,
        "date": show_date(line.rule_made_at),
    }


def path_of(line: Line) -> str:
    """Where the line leads; empty where the reader may not go, or there is nowhere to go."""
    return line.path if line.redemption_id is None else f"/me/rewards/{line.redemption_id}"


def owed(points: int) -> str:
    """What a debt means."""
    return str(
        ngettext(
            "You owe %(num)d point: the next one you earn pays it first.",
            "You owe %(num)d points: the next ones you earn pay them first.",
            points,
        )
    )


def until_accepted(award: Award) -> str:
    """What has to happen before pending points are given."""
    needed, supporters = award.version.supporters_needed, CONTRIBUTIONS[award.rule].supporters
    by_members = needed is not None and supporters is not None
    values = {"num": needed, "supporters": supporters, "date": show_date(award.waits_until)}
    if by_members and award.waits_until is not None:
        words = _(
            "It waits until a moderator accepts it, until there are %(num)s %(supporters)s, or until "
            "%(date)s if nothing speaks against it."
        )
    elif by_members:
        words = _("It waits until a moderator accepts it, or until there are %(num)s %(supporters)s.")
    elif award.waits_until is not None:
        words = _("It waits until a moderator accepts it, or until %(date)s if nothing speaks against it.")
    else:
        words = _("It waits until a moderator accepts it.")
    return words % values


def why_not(award: Award) -> str:
    """Why an award gave nothing."""
    return reasons.sentence(award.reason or award.limited_by)


def what_for_html(award: Award, path: str) -> Markup:
    """What an award is for, as part of a sentence on a page; a link if there is a path."""
    return _said(award.rule, award.title, path, Markup)


def signed(amount: int) -> str:
    """A number of points with its sign, as the reader's language writes it."""
    return f"+{written(amount)}" if amount > 0 else written(amount)


def written(amount: int) -> str:
    """A number of points as the reader's language writes it, with a minus that is as wide as a plus."""
    shown = str(format_decimal(abs(amount), locale=get_locale() or "en"))
    return f"−{shown}" if amount < 0 else shown


def _fill(line: Line, text: type[Text], *, points: Text) -> Text:
    return text(_message(line)) % {
        "points": points,
        "said": _said(line.rule, line.title, line.path, text) if line.rule is not None else "",
        "reward": _shown(text_in(line.reward_name or {}), path_of(line), text),
        "count": line.quantity or 1,
        "reason": line.adjusted_because or FORGOTTEN,
        "date": show_date(line.at),
        "came": show_date(line.came_at),
    }


def _message(line: Line) -> str:
    match line.kind:
        case "mature" if line.award_state == "matured" and line.reason == "restored":
            return _("%(points)s for %(said)s, which counts again since %(date)s")
        case "mature" if line.gate == "acceptance":
            return _("%(points)s for %(said)s, accepted on %(date)s")
        case "mature":
            return _("%(points)s for %(said)s, on %(date)s")
        case "claw_back":
            return _("%(points)s: what you had for %(said)s was taken back on %(date)s")
        case "hold" if (line.quantity or 1) > 1:
            return _("%(points)s for “%(reward)s”, %(count)s of them, on %(date)s")
        case "hold":
            return _("%(points)s for “%(reward)s”, on %(date)s")
        case "release":
            return _("%(points)s back from “%(reward)s”, which came to nothing, on %(date)s")
        case "expire" if line.came_at is not None:
            return _("%(points)s: points you had since %(came)s expired on %(date)s")
        case "adjust" if line.amount > 0:
            return _("%(points)s given by hand on %(date)s: %(reason)s")
        case "adjust":
            return _("%(points)s taken by hand on %(date)s: %(reason)s")
    raise ValueError(f"no line of a statement is made by {line.kind}")


def _said(rule: str, title: str | None, path: str, text: type[Text]) -> Text:
    return text(CONTRIBUTIONS[rule].said) % {"title": _shown(title, path, text)}


def _shown(name: str | None, path: str, text: type[Text]) -> str:
    """A name as a page or a file shows it."""
    if text is str or not name:
        return name or FORGOTTEN
    lang = chinese_of(name)
    shown = Markup('<span lang="%s">%s</span>') % (lang, name) if lang else Markup("%s") % name
    return Markup('<a href="%s">%s</a>') % (path, shown) if path else shown
