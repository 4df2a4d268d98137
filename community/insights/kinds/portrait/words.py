"""Which words they use more than all others: words said by ten people at least, in any language."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp

from flask_babel import gettext as _

from community.analysis.masking import mask
from community.analysis.telling import overlap, phrases
from community.infra.language import listed
from community.insights import claims
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row
from community.insights.kinds.portrait.groups import Portrayed
from community.insights.kinds.portrait.talk import READ
from community.insights.queries import portrait as queries
from community.insights.queries.cube import Group
from community.insights.queries.portrait import Said
from community.statistics.intervals import MIN_SHOWN
from community.statistics.tracking import benjamini_hochberg
from community.statistics.wording import Wording, compare_words

MOST_WORDS = 20
IN_SENTENCE = 5
# Of longer texts the beginning is read.
LONGEST = 600
# A longer phrase goes before a part of it that hardly more people say.
AS_MANY = 0.7
SURE = 0.05


def figure_of(group: Portrayed) -> Figure | None:
    """The words that tell them from all others; None if there is nobody to compare with, or no such word."""
    if group.whole is None:
        return None
    here = queries.list_said(group.scope)
    elsewhere = queries.list_said(group.whole, but=group.inside if group.is_part else None)
    words, people = _people_by_word(here)
    words_elsewhere, people_elsewhere = _people_by_word(elsewhere)
    if people < MIN_SHOWN or people_elsewhere < MIN_SHOWN:
        return None
    chosen = choose_words(
        compare_words(
            words,
            words_elsewhere,
            people_here=people,
            people_elsewhere=people_elsewhere,
            least=MIN_SHOWN,
        )
    )
    if not chosen:
        return None
    as_said = _as_said([word for word, _p in chosen], here)
    key = f"{group.key}.words"
    rows = []
    for found, p in chosen:
        cells: dict[str, Cell] = {
            "word": as_said[found.word],
            "people": found.here,
            "share": found.here / people,
            "elsewhere": found.elsewhere / people_elsewhere,
            "odds": exp(found.log_odds),
            "interval": [exp(found.interval.low), exp(found.interval.high)],
            "p": p,
        }
        rows.append(Row(cells))
    title = _("Words they use more than others")
    return Figure(
        key=key,
        title=title,
        columns=(
            Column("word", _("Word")),
            Column("people", _("People who say it"), "count"),
            Column("share", _("Share of them"), "share"),
            Column("elsewhere", _("Share of all others"), "share"),
            Column("odds", _("Odds, times as high"), "number"),
            Column("interval", _("Interval"), "interval", "odds"),
            Column("p", _("p, corrected"), "p"),
        ),
        rows=rows,
        n=len(here),
        unit=_("texts"),
        people=people,
        how=_how(len(here), len(elsewhere), *group.total(also=READ)),
        chart=Chart("dots", x="odds", y="word", low="interval", high="interval", description=title)
        if len(rows) > 1
        else None,
        claims=[_claim(rows, key)],
        notes=[_("Words that fewer than ten of them say are left out.")],
    )


def choose_words(found: Sequence[Wording]) -> list[tuple[Wording, float]]:
    """The words that are proven to be theirs, with their corrected p; none says again what another says."""
    corrected = benjamini_hochberg([each.p for each in found])
    proven = [
        (each, p) for each, p in zip(found, corrected, strict=True) if p <= SURE and each.interval.low > 0
    ]
    people = {each.word: each.here for each, _p in proven}
    chosen: list[tuple[Wording, float]] = []
    for each, _p in proven:
        longer = [
            (other, p)
            for other, p in proven
            if each.word in other.word and people[other.word] >= AS_MANY * people[each.word]
        ]
        best = max(longer, key=lambda one: (len(one[0].word), one[0].z, one[0].word))
        if not any(overlap(best[0].word, other.word) for other, _p in chosen):
            chosen.append(best)
        if len(chosen) == MOST_WORDS:
            break
    return chosen


def _people_by_word(texts: Iterable[Said]) -> tuple[Counter[str], int]:
    """How many people say each word, and how many people there are."""
    by_person: dict[str, set[str]] = {}
    for said in texts:
        by_person.setdefault(said.person, set()).update(phrases(mask(said.text), longest=LONGEST))
    words: Counter[str] = Counter()
    for own in by_person.values():
        words.update(own)
    return words, len(by_person)


def _as_said(words: Sequence[Wording], texts: Sequence[Said]) -> Mapping[str, str]:
    """The words in the script that most of those texts write them in."""
    forms: dict[str, Counter[str]] = {each.word: Counter() for each in words if not each.word.isascii()}
    for said in texts if forms else ():
        masked = mask(said.text)
        for word, found in forms.items():
            start = masked.find(word)
            if start >= 0:
                found[said.text[start : start + len(word)]] += 1
    # Of forms as frequent the first by spelling, so that it is the same every time.
    best = {
        word: min(found, key=lambda form: (-found[form], form)) if found else word
        for word, found in forms.items()
    }
    return {each.word: best.get(each.word, each.word) for each in words}


def _claim(rows: Sequence[Row], key: str) -> Claim:
    said = _(
        "They say more often than others: %(words)s.",
        words=listed(_("“%(words)s”", words=row.cells["word"]) for row in rows[:IN_SENTENCE]),
    )
    claim = claims.plain(said, figure=key)
    test = _("log-odds with a prior, p corrected for all words")
    return Claim(claim.text, claim.verdict, claim.figure, test)


def _how(here: int, elsewhere: int, total: Group, others: Group) -> str:
    how: str = _(
        "How many people say a word, each once. Log-odds against all others with everybody as the prior "
        "(Monroe, Colaresi and Quinn 2008); p corrected for all words that ten of them say (Benjamini and "
        "Hochberg)."
    )
    if here < total.items or elsewhere < others.items:
        how += " " + _(
            "From a drawn sample: %(here)d of %(all_here)d of their texts, %(elsewhere)d of "
            "%(all_elsewhere)d of all others’.",
            here=here,
            all_here=total.items,
            elsewhere=elsewhere,
            all_elsewhere=others.items,
        )
    return how
