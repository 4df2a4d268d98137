"""The report on ideas: which lead by which way of ranking, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.insights import claims, suppression
from community.insights.figures import Claim, Section
from community.insights.kinds.contract import Collected, Kind, Progress
from community.insights.kinds.ideas import answers, ranking
from community.insights.queries import ideas as queries
from community.insights.queries import scopes
from community.insights.scope import Scope
from community.statistics.intervals import MIN_SHOWN

STEPS = 4


def collect(scope: Scope, progress: Progress, *, now: datetime) -> Collected:
    """All about the ideas that were published in the period, as they stand now."""
    progress(0, STEPS)
    lines, people = queries.list_ideas(scope), queries.count_people(scope)
    if people < MIN_SHOWN:
        return Collected([], [claims.plain(suppression.too_few())], [], 0, 0)
    progress(1, STEPS)
    ranked = ranking.Ranked(scope, lines)
    progress(2, STEPS)
    told = answers.read(scope, lines, scopes.list_panel_names(scope.panel_ids), now=now)
    volume, fate = answers.volume_of(told), answers.fate_of(told)
    progress(3, STEPS)
    sections = [volume, ranking.section_of(ranked), fate]
    sample = [
        (_("Ideas published in the period"), len(lines)),
        (_("Ideas merged into these"), queries.count_merged(scope)),
        (_("People who wrote, met or support them"), people),
        (_("Ideas that enough people met to be ranked"), len(ranked.standings)),
    ]
    warnings = []
    if scope.segment_ids:
        warnings.append(
            _("The segments narrow whose support is counted; all ideas of the panels are in the report.")
        )
    return Collected(
        sections, _summary(sections), sample, len(lines), people, warnings, ranking.definitions_of(ranked)
    )


def _summary(sections: Sequence[Section]) -> list[Claim]:
    """What is said first: nothing of ways of ranking that agree, of panels unchanged, of too few."""
    return [
        claim
        for section in sections
        for figure in section.figures
        for number, claim in enumerate(figure.claims)
        if figure.key != "idea_agreement" and (claim.verdict != "unproven" or (number == 0 and claim.test))
    ]


KIND = Kind(
    "ideas",
    _l("Ideas"),
    _l("Which ideas lead by which way of ranking, how far they came, and how long answers took."),
    collect,
    heeds=frozenset({"segments", "topics", "languages", "targets", "value"}),
)

__all__ = ["KIND", "collect"]
