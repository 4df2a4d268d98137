"""Which scorer reads a text, and what the lexicons alone answer: a label and how sure of it they are."""

from collections.abc import Iterable, Sequence

from community.analysis.language import Language
from community.analysis.masking import mask
from community.analysis.nltk_light import vader
from community.analysis.sentiment import calibration, chinese, english
from community.analysis.sentiment.findings import Evidence, Label, Scored, Signals, Words

NO_WORDS: Words = {}
_NOTHING = Signals(0.0, 0.0, 0.0, 0, 0, 0.0, 0.0, False, False, 0, 0.0, 0)

# Chinese before an English word that turns it: 不 nice, 没有 bug.
_TURNING = ("不", "不够", "不太", "没", "没有", "无", "毫无", "零", "别")
_TURNED = -0.74

# Both sides must say as much as one plain word, and the weaker at least this share of what the stronger says.
_BOTH_SIDES, _WEAKER_SIDE = 1.8, 0.6


def score(text: str, language: Language, words: Words = NO_WORDS) -> Scored:
    """The text as the scorer of its language sees it, mixed text as both do; nothing where none can."""
    return score_masked(mask(text), language, words)


def score_masked(masked: str, language: Language, words: Words = NO_WORDS) -> Scored:
    """`score` for a text that `masking.mask` has been through."""
    if language == "en":
        return english.score(masked, words)
    if _is_chinese(language):
        return chinese.score(masked, words)
    if language == "mixed":
        return _both(masked, chinese.score(masked, words), english.score(masked, words))
    return Scored(_NOTHING, ())


def score_many(texts: Iterable[tuple[str, Language]], words: Words = NO_WORDS) -> list[Scored]:
    """`score` for many texts, each with its language, in their order."""
    given = list(texts)
    return score_all_masked(
        [mask(text) for text, _language in given], [language for _text, language in given], words
    )


def score_all_masked(
    masked: Sequence[str], languages: Sequence[Language], words: Words = NO_WORDS
) -> list[Scored]:
    """`score_many` for texts that `masking.mask` has been through; Chinese ones are scanned together."""
    chinese_ones = [text for text, language in zip(masked, languages, strict=True) if _is_chinese(language)]
    scored = iter(chinese.score_many(chinese_ones, words))
    return [
        next(scored) if _is_chinese(language) else score_masked(text, language, words)
        for text, language in zip(masked, languages, strict=True)
    ]


def _is_chinese(language: Language) -> bool:
    return language == "zh-Hans" or language == "zh-Hant"


def chances(signals: Signals, language: Language) -> tuple[float, float, float]:
    """How likely people would call the text positive, neutral and negative; together 1."""
    return calibration.chances(signals, language)


def decide(
    scored: Scored, language: Language, *, two_classes: bool = False, may_be_mixed: bool = True
) -> tuple[Label, float]:
    """The label by the lexicons alone, and the chance, 0 to 1, that people would agree.

    The confidence of "mixed" is that of the likeliest of the other three, which is the answer for those who
    want one side: `may_be_mixed=False`.
    """
    signals = scored.signals
    if two_classes:
        positive = calibration.chance_of_positive(signals, language)
        return ("pos", positive) if positive >= 0.5 else ("neg", 1.0 - positive)
    positive, neutral, negative = calibration.chances(signals, language)
    chance = max(positive, neutral, negative)
    if may_be_mixed and _is_mixed(signals):
        return "mixed", chance
    if chance == positive:
        return "pos", chance
    return ("neu" if chance == neutral else "neg"), chance


def _is_mixed(signals: Signals) -> bool:
    up, down = signals.positive, signals.negative
    if up < _BOTH_SIDES or down < _BOTH_SIDES:
        return False
    return min(up, down) >= _WEAKER_SIDE * max(up, down) and not signals.contrast


def _both(masked: str, by_chinese: Scored, by_english: Scored) -> Scored:
    """One scoring out of two; where both know a word, the Chinese one saw what stands around it."""
    taken = by_chinese.evidence
    added = [
        each
        for each in by_english.evidence
        if not any(each.start < other.end and other.start < each.end for other in taken)
    ]
    evidence = tuple(_turned(masked, each) for each in sorted((*taken, *added)))
    up = sum(each.weight for each in evidence if each.weight > 0)
    down = -sum(each.weight for each in evidence if each.weight < 0)
    balance = up - down
    one, other = by_chinese.signals, by_english.signals
    return Scored(
        Signals(
            positive=up,
            negative=down,
            compound=vader().normalize(balance),
            positive_count=sum(each.weight > 0 for each in evidence),
            negative_count=sum(each.weight < 0 for each in evidence),
            last=evidence[-1].weight if evidence else 0.0,
            contrast=one.contrast or other.contrast,
            is_question=one.is_question or other.is_question,
            is_request=one.is_request or other.is_request,
            exclamations=max(one.exclamations, other.exclamations),
            emphasis=max(one.emphasis, other.emphasis),
            length=one.length,
        ),
        evidence,
    )


def _turned(masked: str, evidence: Evidence) -> Evidence:
    word = masked[evidence.start : evidence.end]
    if not word.isascii() or not masked[: evidence.start].rstrip().endswith(_TURNING):
        return evidence
    return evidence._replace(weight=round(evidence.weight * _TURNED, 2), rule="negation")
