"""Voice of the panel: what was said, how it felt, what it was about, by whom, and what changed."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra.language import show_date
from community.insights import claims, suppression
from community.insights.figures import Cell, Claim, Section
from community.insights.kinds.contract import Collected, Kind, Progress
from community.insights.kinds.voice import feelings, groups, mix, topics, volume
from community.insights.kinds.voice.asked import Asked, look
from community.insights.scope import Scope

# What is proven in one table; more of it stands there.
MOST_OF_ONE = 3


def collect(scope: Scope, progress: Progress, *, now: datetime) -> Collected:
    """What people said in the scope, and what changed against the period before."""
    progress(0, 8)
    asked = look(scope, today=now.date())
    if asked.is_too_small:
        return Collected([], [claims.plain(suppression.too_few())], [], 0, 0)
    progress(1, 8)
    found = topics.find_topics(asked)
    steps: list[Callable[[], Section | None]] = [
        lambda: volume.tell_volume(asked),
        lambda: feelings.tell_feelings(asked),
        lambda: topics.tell_topics(asked, found),
        lambda: groups.tell_panels(asked, found),
        lambda: groups.tell_segments(asked),
        lambda: mix.tell_mix(asked),
    ]
    sections: list[Section] = []
    for number, step in enumerate(steps):
        progress(2 + number, 2 + len(steps) + 1)
        section = step()
        if section is not None:
            sections.append(section)
    progress(2 + len(steps), 2 + len(steps) + 1)
    words = topics.tell_words(asked, found)
    if words is not None:
        sections.append(words)
    return Collected(
        sections,
        _summary(sections, lead=topics.claim_topics(asked, found)),
        _sample(asked),
        asked.total.items,
        asked.total.people,
        warnings=_warnings(asked),
        definitions=_definitions(),
    )


def _summary(sections: list[Section], *, lead: list[Claim]) -> list[Claim]:
    """Whether more was said, how it felt and whether otherwise, the leading topic, what else is proven."""
    said = {figure.key: figure.claims for section in sections for figure in section.figures}
    always = [claim for key in ("volume.before", "sentiment", "score") for claim in said.get(key, ())]
    moved = said.get("sentiment.changes", ())
    # Beside what is proven nobody asks for what is not; that nothing is proven is said once.
    moved = [each for each in moved if each.verdict != "unproven"] or moved[:1]
    more = [
        claim
        for key in ("topics.changes", "panels", "segments", "kinds.changes")
        for claim in [each for each in said.get(key, ()) if each.verdict != "unproven"][:MOST_OF_ONE]
    ]
    return [*always, *moved, *lead, *more]


def _warnings(asked: Asked) -> list[str]:
    if not asked.has_before or asked.is_before_whole or asked.first_on is None:
        return []
    return [
        _(
            "Texts reach back to %(day)s only: the period before is not whole, so how much was said is not "
            "compared with it.",
            day=show_date(asked.first_on),
        )
    ]


def _sample(asked: Asked) -> list[tuple[str, Cell]]:
    unread = asked.total.items - asked.read.items
    return [
        (_("Texts"), asked.total.items),
        (_("People who wrote them"), asked.total.people),
        (_("Texts that were read"), asked.read.items),
        (_("Texts that wait to be read, or could not be"), unread),
        (_("Texts that were scored"), asked.scored.items),
        (_("Texts that were read and not scored"), asked.read.items - asked.scored.items),
        *(
            [
                (_("Texts of the period before"), asked.total_before.items),
                (_("People of the period before"), asked.total_before.people),
            ]
            if asked.has_before
            else []
        ),
    ]


def _definitions() -> list[tuple[str, str]]:
    return [
        (_("Text"), _("One message, idea, comment, answer or imported text that was not withdrawn.")),
        (
            _("Person"),
            _(
                "A member, or whoever an import calls by one name. Texts of whom nothing is known count as "
                "one person each. Intervals rest on no more texts than there are people."
            ),
        ),
        (_("Topic"), _("The main topic of a text: what a person said, else what was read in it.")),
        (_("Score"), _("How a text feels, from −1 (bad) to +1 (good).")),
        (
            _("Proven"),
            _(
                "The interval of the difference does not hold zero, and the test stands among all others of "
                "its table (Benjamini and Hochberg, at 5 per cent)."
            ),
        ),
        (
            _("Period before"),
            _("The days just before, as many as the period has, or as many whole months."),
        ),
    ]


KIND = Kind(
    "voice",
    _l("Voice of the panel"),
    _l("What was said: how much, how it felt, what about, by whom, and what changed."),
    collect,
)
