"""English: VADER's idea of a lexicon with degree and negation, and the rules that feedback needs besides."""

import re
from collections.abc import Iterator
from math import copysign

from community.analysis.nltk_light import vader
from community.analysis.sentiment.english_lexicon import TOKEN, Lexicon, lexicon_for
from community.analysis.sentiment.english_sentence import Cut, Find, Sentence
from community.analysis.sentiment.findings import Evidence, Scored, Signals, Words

# What an exclamation mark adds, as in VADER.
_EXCLAMATION = 0.292
# A sentence with more than these was not written to be read, and weighing it would take ever longer.
_MOST_FINDS = 100
_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")


def score(masked: str, words: Words) -> Scored:
    """What the lexicon and its rules see in a masked English text; emoji are read in any text."""
    lexicon = lexicon_for(words)
    matches = [*TOKEN.finditer(masked.lower())]
    tokens = [match[0] for match in matches]
    cut = Cut(masked, matches, tokens, masked.isupper())
    evidence: list[Evidence] = []
    is_question = is_request = is_sarcastic = False
    contrast = 0.0
    first = 0
    for finds in _sentences(_finds(tokens, lexicon)):
        sentence = Sentence(cut, finds, first=first, after_sarcasm=is_sarcastic)
        first = finds[-1].last
        found = sentence.evidence()
        evidence += found
        is_question |= sentence.is_question
        is_request |= sentence.is_request
        is_sarcastic = sentence.is_sarcastic
        if sentence.turned_at is not None:
            contrast = sum(each.weight for each in found if each.start >= sentence.turned_at)
    signals = _signals(masked, evidence)._replace(
        contrast=contrast, is_question=is_question, is_request=is_request
    )
    return Scored(signals, tuple(evidence))


def _sentences(finds: list[Find]) -> Iterator[list[Find]]:
    first = 0
    for at, find in enumerate(finds, 1):
        if find.entry.role == "end" or at - first == _MOST_FINDS:
            yield finds[first:at]
            first = at
    if first < len(finds):
        yield finds[first:]


def _finds(tokens: list[str], lexicon: Lexicon) -> list[Find]:
    finds: list[Find] = []
    done = 0
    find = lexicon.find
    for at, token in enumerate(tokens):
        if at < done:
            continue
        entry = find(token)
        if entry is None:
            continue
        last = at + 1
        if entry.phrases is not None:
            step, ahead = entry.phrases, last
            while ahead < len(tokens):
                following = step.following.get(tokens[ahead])
                if following is None:
                    break
                step, ahead = following, ahead + 1
                if step.entry is not None:
                    entry, last = step.entry, ahead
        # A phrase without any weight is there to keep its words from being read one by one.
        done = last
        if entry.valence or entry.role or entry.boost or entry.negated is not None:
            finds.append(Find(at, last, entry))
    return finds


def _signals(masked: str, evidence: list[Evidence]) -> Signals:
    weights = [each.weight for each in evidence if each.weight]
    positive = [weight for weight in weights if weight > 0]
    negative = [weight for weight in weights if weight < 0]
    up, down = sum(positive), -sum(negative)
    exclamations = masked.count("!")
    balance = up - down
    if balance and exclamations:
        balance += copysign(_EXCLAMATION * min(exclamations, 4), balance)
    return Signals(
        positive=up,
        negative=down,
        compound=vader().normalize(balance),
        positive_count=len(positive),
        negative_count=len(negative),
        last=weights[-1] if weights else 0.0,
        contrast=0.0,
        is_question=False,
        is_request=False,
        exclamations=exclamations,
        emphasis=_emphasis(masked, exclamations),
        length=len(masked),
    )


def _emphasis(masked: str, exclamations: int) -> float:
    """How loud a text is, 0 to 1: words in capitals and exclamation marks."""
    capitals = len(_CAPITALS.findall(masked))
    return min(1.0, 0.2 * capitals + 0.15 * exclamations)
