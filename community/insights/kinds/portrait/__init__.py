"""Portraits: who the members of a segment or panel are, what they love and miss, and how they say it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_

from community.feedback import queries as feedback
from community.insights import suppression, writing
from community.insights.figures import Cell, Claim, Column, Figure, Row, Section
from community.insights.kinds.contract import Collected, Kind, Progress
from community.insights.kinds.portrait import ideas, profile, talk, words
from community.insights.kinds.portrait.groups import MOST_GROUPS, Portrayed, groups_of, texts_of
from community.insights.kinds.portrait.talk import READ
from community.insights.queries import portrait as queries
from community.insights.scope import Scope

STEPS = 4
# What the summary takes from one table.
MOST_OF_ONE = 3


def collect(scope: Scope, progress: Progress, *, now: datetime) -> Collected:
    """A portrait of each segment of the scope, else of each panel, against everybody else in the panels."""
    groups = groups_of(scope)
    names = feedback.topic_names()
    total = len(groups) * STEPS + 1
    sections: list[Section] = []
    summary: list[Claim] = []
    shown: list[Portrayed] = []
    for number, group in enumerate(groups):

        def step(done: int, *, begun: int = number * STEPS) -> None:
            progress(begun + done, total)

        found = _portray(group, names, step, is_alone=len(groups) == 1, now=now)
        sections += found or [_kept_back(group)]
        summary += _summary(group, found, is_alone=len(groups) == 1)
        shown += [group] if found else []
    progress(total - 1, total)
    if not shown:
        return Collected(sections, (), (), n=0, people=0, warnings=[suppression.too_few()])
    # Groups may share people, and segments share their texts; each counts once.
    together = texts_of(shown, scope)
    members = queries.count_members(shown[0].everybody, or_(*(group.inside for group in shown)))[0]
    return Collected(
        sections=sections,
        summary=summary,
        sample=_sample(shown),
        n=together.items,
        people=members or together.people,
        warnings=_warnings(scope, groups),
        definitions=_definitions(),
    )


def _kept_back(group: Portrayed) -> Section:
    figure = Figure(
        key=f"{group.key}.hidden",
        title=group.name,
        columns=(Column("group", _("Group of people")), Column("people", _("Members"), "count")),
        rows=[Row({"group": group.name}, is_hidden=True)],
        n=0,
        unit=_("members"),
        notes=suppression.note(1),
    )
    return Section(f"{group.key}.hidden", group.name, [figure])


def _lead(group: Portrayed) -> str:
    """What makes somebody one of them, and how many they are."""
    if group.others:
        count = _(
            "%(count)s members, held against %(others)s others.",
            count=writing.count(group.count),
            others=writing.count(group.others),
        )
    else:
        count = _("%(count)s members.", count=writing.count(group.count))
    return f"{group.about} {count}" if group.about else count


def _portray(
    group: Portrayed, names: Mapping[int, str], step: Callable[[int], None], *, is_alone: bool, now: datetime
) -> list[Section]:
    """Who they are, what they say and what they want."""
    step(0)
    # A segment of few says nothing at all; a panel of few may have texts of many who have no account.
    if group.has_few_members and group.is_part:
        return []
    who = [] if group.has_few_members else profile.figures_of(group, now=now)
    step(1)
    said = talk.figures_of(group, names)
    step(2)
    wording = words.figure_of(group) if said else None
    step(3)
    liked = None if group.has_few_members else ideas.figure_of(group)
    parts = [
        ("who", _("Who they are"), who, _lead(group)),
        ("says", _("What they say"), [*said, *([wording] if wording else [])], ""),
        ("likes", _("What they want"), [liked] if liked else [], ""),
    ]
    return [
        Section(
            f"{group.key}.{key}",
            title if is_alone else _("%(group)s: %(part)s", group=group.name, part=title),
            figures,
            lead,
        )
        for key, title, figures, lead in parts
        if figures
    ]


def _summary(group: Portrayed, sections: Sequence[Section], *, is_alone: bool) -> list[Claim]:
    """What is proven of the group, of each of its tables a little; of several groups with their names."""
    said = [
        claim for section in sections for figure in section.figures for claim in figure.claims[:MOST_OF_ONE]
    ]
    if is_alone:
        return said
    return [
        replace(claim, text=_("%(group)s – %(claim)s", group=group.name, claim=claim.text)) for claim in said
    ]


def _sample(groups: Sequence[Portrayed]) -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = []
    for group in groups:
        here, elsewhere = group.total(also=READ)
        if not group.has_few_members:
            found.append((_("%(group)s: members", group=group.name), group.count))
        if not suppression.is_few(here.people):
            found += [
                (_("%(group)s: texts", group=group.name), here.items),
                (_("%(group)s: people who wrote them", group=group.name), here.people),
            ]
        if group.others and not group.has_few_members:
            found.append((_("%(group)s: everybody else", group=group.name), group.others))
        if group.can_compare and not suppression.is_few(elsewhere.people):
            found.append((_("%(group)s: texts of everybody else", group=group.name), elsewhere.items))
    return found


def _warnings(scope: Scope, groups: Sequence[Portrayed]) -> list[str]:
    found = []
    asked = len(scope.segment_ids) or len(scope.panel_ids)
    if asked > MOST_GROUPS:
        found.append(
            _("Only the first %(count)d of %(asked)d groups are portrayed.", count=MOST_GROUPS, asked=asked)
        )
    if any(not group.can_compare for group in groups):
        found.append(_("There is nobody to compare with: choose a segment, or more panels."))
    return found


def _definitions() -> list[tuple[str, str]]:
    return [
        (
            _("Everybody else"),
            _(
                "Of a segment: all others in the chosen panels, in texts also people without an account. Of "
                "a panel: the members and the texts of the other chosen panels."
            ),
        ),
        (_("Loved"), _("More texts are positive than negative, beyond chance.")),
        (_("Missed"), _("More texts are negative than positive, beyond chance.")),
        (_("Support"), _("Of those who have seen an idea, the share that supports it.")),
    ]


KIND = Kind(
    key="portrait",
    name=_l("Segment portrait"),
    about=_l(
        "Who the members of a segment are, what they love and miss, which words they use more than others, "
        "which ideas they prefer."
    ),
    collect=collect,
)
