"""In which ways and languages it was said: kinds of texts and languages, over time and against before."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _

from community.feedback import wording
from community.insights import claims, suppression
from community.insights.figures import Figure, Section
from community.insights.kinds.measures import figure_of_changes
from community.insights.kinds.voice.asked import READ, READ_TEXTS, Asked
from community.insights.kinds.voice.tables import (
    Parted,
    changes_how,
    changes_of,
    figure_of_parts,
    figure_over_time,
    share_how,
)
from community.insights.queries import cube
from community.insights.queries.cube import Dimension
from community.insights.scope import Scope


class _Mix(NamedTuple):
    """One way of sorting texts: what it is called in the report's titles."""

    dimension: Dimension
    names: Mapping[Any, str]
    title: str
    over_time: str
    against_before: str
    head: str


def tell_mix(asked: Asked) -> Section | None:
    """Kinds and languages; None if too few texts were read."""
    if not asked.read.people or suppression.is_few(asked.read.people):
        return None
    kinds = _Mix(
        "kind",
        {**{key: str(name) for key, name in wording.KINDS.items()}, None: _("Of no kind")},
        _("Kinds"),
        _("Kinds over time"),
        _("Kinds against the period before"),
        _("Kind"),
    )
    languages = _Mix(
        "language",
        {**{key: str(name) for key, name in wording.LANGUAGES.items()}, None: _("Not known")},
        _("Languages"),
        _("Languages over time"),
        _("Languages against the period before"),
        _("Language"),
    )
    figures = [*_tell(asked, kinds), *_tell(asked, languages)]
    return Section("mix", _("In which ways and languages"), figures)


def _tell(asked: Asked, mix: _Mix) -> list[Figure]:
    key = f"{mix.dimension}s"
    found = {group.key[0]: group for group in cube.read(asked.scope, (mix.dimension,), also=READ)}
    parts = [
        Parted(each, name, found[each], {**READ_TEXTS, mix.dimension: each})
        for each, name in mix.names.items()
        if each in found
    ]
    parts.sort(key=lambda part: -part.group.items)
    hidden = _hidden(asked.scope, mix.dimension, [(part.key, part.group.people) for part in parts])
    shown = {part.key: part.name for at, part in enumerate(parts) if at not in hidden}
    figures = [
        figure_of_parts(
            parts,
            asked.read,
            key=key,
            title=mix.title,
            head=mix.head,
            how=share_how(_("the texts that were read")),
            description=_("Which share of the texts each of them has."),
            hidden=hidden,
        )
    ]
    if len(shown) > 1:
        figures += [*_changes(asked, mix, parts, hidden, key=key), _over_time(asked, mix, shown, key=key)]
    return figures


def _over_time(asked: Asked, mix: _Mix, shown: Mapping[Any, str], *, key: str) -> Figure:
    return figure_over_time(
        asked,
        mix.dimension,
        shown,
        also=READ,
        key=f"{key}.time",
        title=mix.over_time,
        head=mix.head,
        how=share_how(_("the texts of the week or month that were read")),
        description=_("How their shares went over the period."),
    )


def _changes(
    asked: Asked, mix: _Mix, parts: list[Parted], hidden: frozenset[int], *, key: str
) -> list[Figure]:
    base = cube.count_all(asked.before, also=READ)
    if not base.people or suppression.is_few(base.people):
        return []
    before = {group.key[0]: group for group in cube.read(asked.before, (mix.dimension,), also=READ)}
    earlier = [(part.key, before[part.key].people if part.key in before else 0) for part in parts]
    figure = figure_of_changes(
        changes_of(parts, before, base=base, read=asked.read),
        key=f"{key}.changes",
        title=mix.against_before,
        unit=_("texts"),
        n=asked.read.items,
        people=asked.read.people,
        how=changes_how(),
        description=_("By how much the share of each of them moved."),
        kept_back=hidden | _hidden(asked.before, mix.dimension, earlier),
    )
    return [claims.with_proven_first(figure)]


def _hidden(scope: Scope, dimension: Dimension, people: list[tuple[Any, int]]) -> frozenset[int]:
    return suppression.kept_back(
        [count for _key, count in people],
        together=lambda some: (
            cube.count_all(scope, also={**READ, dimension: [people[at][0] for at in some]}).people
        ),
    )
