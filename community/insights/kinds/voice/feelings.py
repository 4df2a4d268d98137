"""How it felt: sentiments and scores, over time and against the period before."""

from dataclasses import replace

from flask_babel import gettext as _

from community.insights import claims, suppression
from community.insights.figures import Claim, Column, Figure, Section
from community.insights.kinds.measures import Change, Counted, figure_of_changes
from community.insights.kinds.voice.asked import (
    READ_TEXTS,
    SCORED,
    SCORED_TEXTS,
    SENTIMENTS,
    Asked,
    score_sample,
    sentiment_name,
)
from community.insights.kinds.voice.tables import (
    Parted,
    cut_note,
    figure_of_parts,
    figure_of_scores,
    figure_over_time,
    hidden_pieces,
    share_how,
)
from community.insights.queries import cube
from community.insights.queries.cube import NOBODY
from community.statistics.tracking import two_means


def tell_feelings(asked: Asked) -> Section | None:
    """Sentiments now, over time and against before, and the mean score; None if too few texts are scored."""
    if not asked.scored.people or suppression.is_few(asked.scored.people):
        return None
    changes = _changes(asked)
    figures = [_sentiments(asked), *([changes] if changes else []), _over_time(asked), _scores(asked)]
    return Section("feelings", _("How it felt"), figures)


def claim_score(asked: Asked) -> list[Claim]:
    """Whether the mean score moved."""
    scored_before = cube.count_all(asked.before, also=SCORED)
    if suppression.is_few(scored_before.people) or not scored_before.people:
        return []
    before, now = score_sample(scored_before), score_sample(asked.scored)
    if before is None or now is None:
        return []
    return [
        claims.change(
            _("Mean score"),
            before.mean,
            now.mean,
            found=claims.judge([two_means(before, now)])[0],
            kind="score",
            figure="score",
        )
    ]


def _sentiments(asked: Asked) -> Figure:
    found = {group.key[0]: group for group in cube.read(asked.scope, ("sentiment",), also=SCORED)}
    figure = figure_of_parts(
        [
            Parted(each, sentiment_name(each), found.get(each, NOBODY), {**READ_TEXTS, "sentiment": each})
            for each in SENTIMENTS
        ],
        asked.scored,
        key="sentiment",
        title=_("Sentiment"),
        head=_("Sentiment"),
        how=share_how(_("the texts that were scored")),
        description=_("Which share of the texts is positive, neutral, mixed and negative."),
        is_sentiment=True,
    )
    if any(row.is_hidden for row in figure.rows):
        return figure
    good, bad = (
        Counted(found.get(each, NOBODY).items, asked.scored.items, asked.scored.people)
        for each in ("pos", "neg")
    )
    return replace(figure, claims=claims.felt(good.estimate, bad.estimate, figure="sentiment"))


def _changes(asked: Asked) -> Figure | None:
    base = cube.count_all(asked.before, also=SCORED)
    if not base.people or suppression.is_few(base.people):
        return None
    before = {group.key[0]: group.items for group in cube.read(asked.before, ("sentiment",), also=SCORED)}
    now = {group.key[0]: group.items for group in cube.read(asked.scope, ("sentiment",), also=SCORED)}
    figure = figure_of_changes(
        [
            Change(
                sentiment_name(each),
                Counted(before.get(each, 0), base.items, base.people),
                Counted(now.get(each, 0), asked.scored.items, asked.scored.people),
                {**READ_TEXTS, "sentiment": each},
            )
            for each in SENTIMENTS
        ],
        key="sentiment.changes",
        title=_("Sentiment against the period before"),
        unit=_("texts"),
        n=asked.scored.items,
        people=asked.scored.people,
        how=_(
            "Difference of two shares of the texts that were scored. Interval: 95 per cent, Newcombe, with "
            "no more texts than people; p corrected for all rows (Benjamini and Hochberg)."
        ),
        description=_("By how much the share of each sentiment moved."),
    )
    return claims.with_proven_first(figure)


def _over_time(asked: Asked) -> Figure:
    return figure_over_time(
        asked,
        "sentiment",
        {each: sentiment_name(each) for each in SENTIMENTS},
        also=SCORED,
        key="sentiment.time",
        title=_("Sentiment over time"),
        head=_("Sentiment"),
        how=share_how(_("the texts of the week or month that were scored")),
        description=_("How the shares of the sentiments went over the period."),
    )


def _scores(asked: Asked) -> Figure:
    groups = {group.key[0]: group for group in cube.read(asked.scope, (asked.span,), also=SCORED)}
    starts = sorted(groups)
    figure = figure_of_scores(
        [(each.isoformat(), groups[each], {**SCORED_TEXTS, **asked.days_of(each)}) for each in starts],
        key="score",
        title=_("Mean score over time"),
        head=Column("period", asked.span_title, "date"),
        description=_("How the mean score went over the period."),
        hidden=hidden_pieces([groups[each].people for each in starts]),
        shape="lines",
        notes=cut_note(asked),
    )
    return replace(figure, claims=claim_score(asked), n=asked.scored.score_count, people=asked.scored.people)
