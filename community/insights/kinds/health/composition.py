"""Who is in the panels, held against what the customers look like."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Column, Figure, Row, Section
from community.insights.queries import health as queries
from community.insights.scope import Scope
from community.members.models import ProfileAttribute
from community.statistics.intervals import share
from community.surveys import weighting
from community.surveys.models import WeightTargets
from community.surveys.showing.words import Words

Profile = Mapping[str, Sequence[str]]


def section_of(
    scope: Scope,
    members: Sequence[int],
    attributes: Sequence[ProfileAttribute],
    *,
    targets: WeightTargets | None,
    words: Words,
) -> Section:
    """The composition by each margin of the targets; without targets by each profile question."""
    answers = queries.list_profiles(scope, attributes)
    profiles = [answers.get(member_id, {}) for member_id in members]
    if targets is None:
        figures = [
            figure
            for attribute in attributes
            if (figure := _as_told(attribute.key, profiles, words)) is not None
        ]
        lead = _("Nothing to hold it against was chosen: this is what members tell of themselves.")
    else:
        figures = [_against(margin, profiles, words, targets) for margin in targets.margins]
        lead = _("Held against “%(name)s” (%(source)s).", name=targets.name, source=targets.source)
    return Section("composition", _("Who is in the panels"), figures, lead)


def distance(shares: Mapping[str, float], targets: Mapping[str, float]) -> float:
    """How far the shares are from their targets, 0 to 1: sum |share - target| / 2, both adding up to 1."""
    keys = shares.keys() | targets.keys()
    return sum(abs(shares.get(key, 0.0) - targets.get(key, 0.0)) for key in keys) / 2


def _against(
    margin: Mapping[str, Any], profiles: Sequence[Profile], words: Words, targets: WeightTargets
) -> Figure:
    name = str(margin["attribute"])
    total = sum(margin["targets"].values()) or 1.0
    wanted = {str(key): size / total for key, size in margin["targets"].items()}
    column = weighting.column_of(profiles, name, wanted)
    counts = Counter(category for category in column if category is not None)
    known = counts.total()
    keys = [*wanted, *sorted(counts.keys() - wanted.keys())]
    hidden = suppression.kept_back([counts[key] for key in keys])
    if suppression.is_few(known):
        hidden = frozenset(range(len(keys)))
    rows: list[Row] = []
    for key in keys:
        found = share(counts[key], known)
        cells: dict[str, Cell] = {
            "category": words.option(name, key),
            "people": counts[key],
            "share": found.value if found else None,
            "target": wanted.get(key, 0.0),
            "difference": found.value - wanted.get(key, 0.0) if found else None,
        }
        rows.append(Row(cells))
    rows = suppression.keep_back(rows, hidden, named_by=("category",))
    title = _("By “%(question)s”, against the customers", question=words.margin(name))
    key = f"composition-{name}"
    said = []
    # If all is kept back it counts together, and nothing is apart.
    if known and len(hidden) < len(keys):
        # What is kept back counts together: its shares by themselves could be reckoned from the distance.
        of = {key: "~" if at in hidden else key for at, key in enumerate(keys)}
        away = distance(_joined({key: counts[key] / known for key in keys}, of), _joined(wanted, of))
        said = [
            claims.plain(
                _(
                    "By “%(question)s” the members are %(share)s away from the customers: so many would have "
                    "to be others.",
                    question=words.margin(name),
                    share=writing.percent(away),
                ),
                figure=key,
            )
        ]
    return Figure(
        key=key,
        title=title,
        columns=(
            Column("category", words.margin(name)),
            Column("people", _("Members"), "count"),
            Column("share", _("Share"), "share"),
            Column("target", _("Among customers"), "share"),
            Column("difference", _("Difference"), "points"),
        ),
        rows=rows,
        n=known,
        unit=_("members"),
        people=known,
        how=_(
            "All members who told it, counted and not drawn, so without interval. The distance is the sum of "
            "all differences without their signs, halved."
        ),
        chart=Chart("dots", x="category", y="difference", palette="change", description=title)
        if len(rows) - len(hidden) > 1
        else None,
        claims=said,
        notes=[*suppression.note(len(hidden)), *_unknown(len(profiles) - known)],
    )


def _as_told(name: str, profiles: Sequence[Profile], words: Words) -> Figure | None:
    counts = Counter(option for profile in profiles for option in profile.get(name, ()))
    known = sum(bool(profile.get(name)) for profile in profiles)
    if not known:
        return None
    options = words.options.get(name, {})
    keys = [key for key in options if counts[key]]
    title = _("By “%(question)s”", question=words.margin(name))
    columns = (
        Column("category", words.margin(name)),
        Column("people", _("Members"), "count"),
        Column("share", _("Share"), "share"),
    )
    hidden = suppression.kept_back([counts[key] for key in keys])
    if suppression.is_few(known):
        hidden = frozenset(range(len(keys)))
    rows = suppression.keep_back(
        [
            Row({"category": options[key], "people": counts[key], "share": counts[key] / known})
            for key in keys
        ],
        hidden,
        named_by=("category",),
    )
    return Figure(
        key=f"composition-{name}",
        title=title,
        columns=columns,
        rows=rows,
        n=known,
        unit=_("members"),
        people=known,
        how=_("All members who told it, counted and not drawn, so without interval."),
        chart=Chart("bars", x="category", y="share", description=title)
        if len(rows) - len(hidden) > 1
        else None,
        notes=[*suppression.note(len(hidden)), *_unknown(len(profiles) - known)],
    )


def _joined(shares: Mapping[str, float], of: Mapping[str, str]) -> dict[str, float]:
    joined: dict[str, float] = {}
    for key, value in shares.items():
        joined[of[key]] = joined.get(of[key], 0.0) + value
    return joined


def _unknown(count: int) -> list[str]:
    # How many of few do not tell says nothing of whom.
    return (
        [_("%(count)s members do not tell, or are in several.", count=writing.count(count))] if count else []
    )
