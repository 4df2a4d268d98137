"""The report of how panels are: who is in them, who stays, who is asked and answers, who carries the talk."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.insights import claims, suppression
from community.insights.figures import Cell
from community.insights.kinds.contract import Collected, Kind, Progress
from community.insights.kinds.health import asking, composition, staying, talk
from community.insights.queries import health as queries
from community.insights.queries import scopes, survey_results
from community.insights.scope import Scope
from community.surveys.queries import profiles, results
from community.surveys.showing.words import words_of


def collect(scope: Scope, progress: Progress, *, now: datetime) -> Collected:
    """All that is known of the members of the panels, as they are now and as they were in the period."""
    progress(0, 5)
    stays = queries.list_stays(scope)
    members = sorted({stay.member_id for stay in stays if stay.stands})
    if suppression.is_few(len(members)) or not members:
        return Collected((), (), (), n=0, people=0, warnings=[suppression.too_few()])
    names = scopes.list_panel_names(scope.panel_ids)
    attributes = profiles.list_choice_attributes()
    targets = survey_results.find_targets(scope.targets_id)
    words = words_of(attributes, results.list_panel_names())
    progress(1, 5)
    sections = [composition.section_of(scope, members, attributes, targets=targets, words=words)]
    progress(2, 5)
    sections.append(staying.section_of(scope, stays, names, now=now))
    progress(3, 5)
    sections.append(asking.section_of(scope, stays, names, now=now))
    progress(4, 5)
    sections.append(talk.section_of(scope, members))
    joined = sum(scope.starts_at <= stay.joined_at < scope.ends_at for stay in stays)
    left = sum(stay.left_at is not None and scope.starts_at <= stay.left_at < scope.ends_at for stay in stays)
    sample: list[tuple[str, Cell]] = [
        (_("Members now"), len(members)),
        (_("Members ever"), len({stay.member_id for stay in stays})),
        (_("Joined in the period"), joined),
        (_("Left in the period"), left),
    ]
    return Collected(
        sections=sections,
        summary=claims.worth_saying(sections),
        sample=sample,
        n=len(members),
        people=len(members),
        definitions=_definitions(),
    )


def _definitions() -> list[tuple[str, str]]:
    return [
        (_("Response rate"), _("Of those who were told of a survey, the share that began to answer it.")),
        (_("Contact"), _("An invitation to a survey, or a reminder of one.")),
        (_("Lapsed"), _("Not here for 90 days, or no longer in a panel.")),
        (_("Distance to targets"), _("The share of members who would have to be others for all to fit.")),
    ]


KIND = Kind(
    key="health",
    name=_l("Panel health"),
    about=_l(
        "Who is in the panels against who should be, who stays, how many answer when asked, and how few "
        "carry the talk."
    ),
    collect=collect,
    heeds=frozenset({"segments", "targets"}),
)
