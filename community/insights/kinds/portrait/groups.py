"""Of whom portraits are drawn: segments against all others in the panels, or panels against each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_

from community.insights import suppression
from community.insights.queries import cube, people, scopes
from community.insights.queries import portrait as queries
from community.insights.queries.cube import NOBODY, Dimension, Group
from community.insights.scope import Scope
from community.members.models import Member
from community.panels import criteria
from community.panels import queries as panels

# More portraits than this nobody holds beside each other.
MOST_GROUPS = 6


@dataclass(frozen=True)
class Portrayed:
    """One group of members, with all that tells it and its texts from everybody else's."""

    id: int
    key: str
    name: str
    # What makes somebody one of them, in words.
    about: str
    # Conditions on `members`: whom the report is about at all, and who of them is in the group.
    everybody: ColumnElement[bool]
    inside: ColumnElement[bool]
    count: int
    others: int
    # Profile questions that decide who is in it: that they differ there says nothing.
    decided_by: frozenset[str]
    # Its texts, and those among which are all others'; None if there are none to compare with.
    scope: Scope
    whole: Scope | None
    # The segment's texts are part of the whole; a panel's are not.
    is_part: bool
    texts: Mapping[str, Any]

    @property
    def has_few_members(self) -> bool:
        """Whether so few are in it, or outside of it, that they could be told from each other."""
        return not self.count or suppression.is_few(self.count) or suppression.is_few(self.others)

    @property
    def can_compare(self) -> bool:
        """Whether there is somebody to compare them with: other members, or texts of other panels."""
        return self.whole is not None and (self.others > 0 or not self.is_part)

    def read(
        self, by: tuple[Dimension, ...], *, also: Mapping[str, Any]
    ) -> tuple[dict[Any, Group], dict[Any, Group]]:
        """The texts of the group and those of all others, by these dimensions."""
        here = {group.key: group for group in cube.read(self.scope, by, also=also)}
        if self.whole is None:
            return here, {}
        whole = {group.key: group for group in cube.read(self.whole, by, also=also)}
        if not self.is_part:
            return here, whole
        rest = {key: less(group, here.get(key)) for key, group in whole.items()}
        return here, {key: group for key, group in rest.items() if group.items}

    def total(self, *, also: Mapping[str, Any]) -> tuple[Group, Group]:
        """All texts of the group, and all texts of the others."""
        here, elsewhere = self.read((), also=also)
        return here.get((), NOBODY), elsewhere.get((), NOBODY)


def texts_of(groups: Sequence[Portrayed], scope: Scope) -> Group:
    """The texts that were read of all the groups together, each counted once."""
    if groups[0].is_part:
        together = replace(scope, segment_ids=tuple(group.id for group in groups))
    else:
        together = replace(scope, panel_ids=tuple(group.id for group in groups))
    return cube.count_all(together, also={"is_read": (True,)})


def less(whole: Group, part: Group | None) -> Group:
    """What is left when a part is taken out whose people are all in it, and nobody else's texts."""
    if part is None:
        return whole
    return Group(
        whole.key,
        **{
            name: getattr(whole, name) - getattr(part, name)
            for name in whole.__dataclass_fields__
            if name != "key"
        },
    )


def groups_of(scope: Scope) -> list[Portrayed]:
    """The groups that the scope asks for: its segments, else its panels."""
    if scope.segment_ids:
        return _segments(scope)[:MOST_GROUPS]
    return _panels(scope)[:MOST_GROUPS]


def _segments(scope: Scope) -> list[Portrayed]:
    vocabulary = panels.get_vocabulary()
    whole = replace(scope, segment_ids=())
    everybody = people.is_in(whole)
    found = []
    for segment in people.list_segments(scope.segment_ids):
        inside = panels.members_who(segment.rule, vocabulary)
        count, others = queries.count_members(everybody, inside)
        is_known = criteria.is_understood(segment.rule, vocabulary)
        found.append(
            Portrayed(
                id=segment.id,
                key=f"segment-{segment.id}",
                name=segment.name,
                about=_("%(rule)s.", rule=criteria.describe(segment.rule, vocabulary)) if is_known else "",
                everybody=everybody,
                inside=inside,
                count=count,
                others=others,
                decided_by=frozenset(
                    condition["attribute"]
                    for condition in criteria.conditions_in(segment.rule)
                    if "attribute" in condition
                ),
                scope=replace(scope, segment_ids=(segment.id,)),
                whole=whole,
                is_part=True,
                texts={"segment": segment.id},
            )
        )
    return found


def _panels(scope: Scope) -> list[Portrayed]:
    everybody = people.is_in(scope)
    found = []
    for panel_id, name in scopes.list_panel_names(scope.panel_ids).items():
        inside = and_(Member.state == "active", people.stands_in((panel_id,)))
        count, others = queries.count_members(everybody, inside)
        rest = tuple(each for each in scope.panel_ids if each != panel_id)
        found.append(
            Portrayed(
                id=panel_id,
                key=f"panel-{panel_id}",
                name=name,
                about=_("Members of this panel."),
                everybody=everybody,
                inside=inside,
                count=count,
                others=others,
                decided_by=frozenset(),
                scope=replace(scope, panel_ids=(panel_id,)),
                whole=replace(scope, panel_ids=rest) if rest else None,
                is_part=False,
                texts={"panel": panel_id},
            )
        )
    return found
