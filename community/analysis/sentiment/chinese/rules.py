"""The rules that turn the words of a Chinese text into evidence: negation, degree, contrast, comparison."""

from collections.abc import Iterator, Sequence
from functools import partial
from math import sqrt

from community.analysis.sentiment.chinese.lexicon import END, Aspect, Entry, Measure, Role, key_of, scanner
from community.analysis.sentiment.findings import Evidence, Scored, Signals, Words

# Reading an attribute of an enumeration takes longer than all that is done with it.
_WORD, _BREAK, _DEGREE, _TOO, _NOT, _MEASURE, _ASPECT, _SUFFIX, _BUT, _WISH = map(int, list(Role)[1:11])
_ASK, _FORMER, _THAN, _UNLIKE, _THOUGH, _JOIN = map(int, list(Role)[11:17])
_GOOD, _LATIN, _IRONY, _CHEER, _FACE = map(int, list(Role)[17:])
_new_evidence = partial(tuple.__new__, Evidence)
_new_signals = partial(tuple.__new__, Signals)
_new_scored = partial(tuple.__new__, Scored)

# As many texts as are scanned as one: with more, their hits no longer fit the processor's cache.
_AT_ONCE = 20

# How far, in characters, a word reaches those behind it.
_NOT_REACHES, _DEGREE_REACHES, _ASPECT_REACHES = 9, 3, 8
# 我不认为 and its like turn whatever the clause says.
_FRAME, _FRAME_REACHES = 3, 40
# So near the start, an exclamation opens the text.
_OPENING = 3

# What stands before and after 但是 (1), after which people say what they think, 就是 (2), which adds a small
# fault, and 总的来说 (3), which sums up.
_BEFORE_BUT = (1.0, 0.6, 0.9, 0.8)
_AFTER_BUT = (1.0, 1.25, 0.8, 1.6)
_AFTER_THOUGH = 0.7
# A negation without a word to turn, a wish and a bare question say a little: that something is missing.
_LACK, _WISHED, _ASKED = 0.15, 0.25, 0.1
_DRY = 0.4
# Content people praise in words; what goes wrong is often told without one.
_SILENCE = -0.25
_FEW, _FAULTS_OF_MANY, _VERDICT = 2, 0.72, 0.6
_BALANCE = 8.0
# What may follow a word of one character: the end (of a clause), or a particle.
_AFTER_A_WORD = frozenset("。了啊吧哦呀呢啦死极的得到多,.!?;~ )" + END)
# Words that hold a negation themselves: 不满意.
_NEGATED = tuple("不没无难")
# Those whose negation goes on behind 和: 没有异味和破损.
_LACKING = tuple("没无")


def score(masked: str, words: Words) -> Scored:
    """The signals and the evidence of a masked text; `words` are a site's own, and go before ours."""
    return score_many((masked,), words)[0]


def score_many(masked: Sequence[str], words: Words) -> list[Scored]:
    """`score` for many texts, which takes less time than one by one."""
    scan = scanner(key_of(words)) if words else scanner()
    scored: list[Scored] = []
    for begin in range(0, len(masked), _AT_ONCE):
        part = masked[begin : begin + _AT_ONCE]
        text, hits = scan.find(part)
        remaining = iter(hits)
        first = 0
        for length in map(len, part):
            scored.append(_score_next(remaining, scan.entries, text, first, length))
            first += length + len(END)
    return scored


# One loop on purpose: a call for each of the forty hits of a review would double its time.
def _score_next(  # noqa: C901
    hits: Iterator[tuple[int, int, int]], entries: Sequence[Entry], text: str, first: int, length: int
) -> Scored:
    """The text at `first`, of this length; takes its hits, up to its end, from those of all texts."""
    weights: list[float] = []
    starts: list[int] = []
    ends: list[int] = []
    rules: list[str] = []
    negations = 0
    not_reaches = _NOT_REACHES
    not_start = not_end = degree_start = degree_end = aspect_end = good_end = -99
    degree = 1.0
    is_too = False
    aspect: Aspect | None = None
    measure: Measure
    sentence = clause = 0  # where they begin in the lists
    stress = 1.0
    former = 0.0
    than = though = cheer = ironic = False
    is_question = is_request = False
    wish = 0  # 1 in the clause of a wish, 2 in the rest of its sentence
    marks = last_but = 0
    emphasis = 0.0
    lean = 0.0

    for entry, start, end in hits:
        role, number, extra = entries[entry]
        if not role:
            continue
        if role == _BREAK:
            if negations:
                lean -= _LACK
                negations = 0
            aspect = None
            than = though = False
            former = 0.0
            degree = 1.0
            is_too = False
            if number == 1.0:
                clause = len(weights)
                if wish:
                    wish = 2
                continue
            if number == 3.0:
                is_question = True
                _doubt(weights, rules, clause)
                lean -= _ASKED
            elif number == 4.0:
                break
            elif text[end - 1] == "!":
                marks += 1
            clause = sentence = len(weights)
            stress = 1.0
            wish = 0
            continue
        if role == _WORD:
            rule = "word"
            weight = number
        elif role <= _TOO:
            degree = degree * number if degree_end == start else number
            if degree_end != start:
                degree_start = start
            degree_end = end
            is_too = role == _TOO
            continue
        elif role == _NOT:
            if not negations or start - not_end > not_reaches:
                negations, not_start = 0, start
            negations += int(number)
            not_reaches = _FRAME_REACHES if number == _FRAME else _NOT_REACHES
            not_end = end
            continue
        elif role == _ASPECT:
            aspect = extra
            aspect_end = end
            continue
        elif role == _MEASURE:
            measure = extra
            rule = "word"
            weight = measure.plain
            is_told = degree_end == start or not_end == start or good_end == start
            if aspect is not None and start - aspect_end <= _ASPECT_REACHES:
                known = aspect.get(measure.name)
                if known is not None:
                    weight = known
                    rule = "aspect"
                    if is_too and weight > 0:
                        weight = measure.excess
            if rule == "word":
                # One character is part of all kinds of words: it counts where something beside it says so.
                if end - start == 1 and not (is_told or text[end] in _AFTER_A_WORD):
                    continue
                if is_too and is_told:
                    weight = measure.excess
            if not weight:
                continue
        elif role == _LATIN:
            if _is_letter(text[start - 1 : start]) or _is_letter(text[end]):
                continue
            rule = "word"
            weight = number
        elif role > _LATIN:
            if role == _IRONY:
                ironic = ironic or start - first < _OPENING
                lean -= _DRY
                continue
            if role == _FACE:
                negations, degree, former, wish, good_end = 0, 1.0, 0.0, 0, -99
            else:
                cheer = cheer or (start - first < _OPENING and not weights)
            rule = "word"
            weight = number
        elif role == _SUFFIX:
            if weights and ends[-1] == start - first:
                weights[-1] *= number
                ends[-1] = end - first
                rules[-1] = "degree"
                emphasis += 0.3
            continue
        elif role == _BUT:
            for at in range(sentence, len(weights)):
                weights[at] *= _BEFORE_BUT[int(number)]
            stress = _AFTER_BUT[int(number)]
            last_but = len(weights) + 1
            negations = 0
            degree = 1.0
            aspect = None
            continue
        elif role == _WISH:
            wish, is_request = 1, True
            lean -= _WISHED
            continue
        elif role == _ASK:
            is_question = True
            _doubt(weights, rules, clause)
            continue
        elif role == _FORMER:
            if not than:
                former = number
            continue
        elif role == _THAN:
            than = True
            continue
        elif role == _UNLIKE:
            negations, not_start, not_end = 1, end, end
            than = True
            rule = "comparison"
            weight = number
        elif role == _THOUGH:
            though = True
            continue
        elif role == _JOIN:
            is_lack = weights and (rules[-1] == "negation" or text.startswith(_LACKING, first + starts[-1]))
            if is_lack and ends[-1] == start - first and weights[-1] > 0:
                negations, not_start, not_end = 1, start, end
            continue
        else:
            rule = "word"
            weight = number
        if good_end == start:
            # 好 before another word only stresses it.
            weights.pop()
            ends.pop()
            rules.pop()
            begin = first + starts.pop()
            weight *= 1.25
            rule = "degree"
        else:
            begin = start
        if start - degree_end <= _DEGREE_REACHES and degree != 1.0:
            weight *= degree
            if degree_start < begin:
                begin = degree_start
            rule = "degree"
            if degree > 1.3:
                emphasis += 0.2
        if negations:
            if role != _UNLIKE and start - not_end <= not_reaches:
                if negations % 2:
                    if weight > 0:
                        weight *= -0.55 if degree_end > not_end else -0.8
                        rule = "negation"
                    elif text.startswith(_NEGATED, start):
                        weight *= -0.9
                        rule = "double negation"
                    else:
                        weight *= -0.6
                        rule = "negation"
                else:
                    weight *= 0.8
                    rule = "double negation"
                if not_start < begin:
                    begin = not_start
                negations = 0
        elif former:
            if than or former == 2:
                weight = -weight
                rule = "comparison"
            else:
                weight *= 0.3
                rule = "former"
        elif than:
            rule = "comparison"
        if wish and (weight > 0 or wish == 1):
            weight *= 0.2 if weight > 0 else 0.6
            rule = "request"
        if though:
            weight *= _AFTER_THOUGH
        weights.append(weight * stress)
        starts.append(begin - first)
        ends.append(end - first)
        rules.append(rule)
        degree = 1.0
        is_too = False
        good_end = end if role == _GOOD else -99

    if (cheer or ironic) and weights:
        _unmask(weights, rules, cheer=cheer)
    positive = negative = 0.0
    positive_count = 0
    for weight in weights:
        if weight > 0:
            positive += weight
            positive_count += 1
        else:
            negative -= weight
    # Who likes something still lists its faults; who has only one or two things to say means them.
    if len(weights) <= _FEW:
        balance = positive - negative + lean + _SILENCE
    else:
        # Long reviews often open with the verdict.
        balance = positive - _FAULTS_OF_MANY * negative + _VERDICT * weights[0]
    after = sum(weights[last_but - 1 :]) if last_but else 0.0
    signals = _new_signals(
        (
            positive,
            negative,
            balance / sqrt(balance * balance + _BALANCE),
            positive_count,
            len(weights) - positive_count,
            weights[-1] if weights else 0.0,
            after / sqrt(after * after + _BALANCE) if after else 0.0,
            is_question,
            is_request,
            marks,
            min(1.0, emphasis),
            length,
        )
    )
    evidence = tuple(map(_new_evidence, zip(starts, ends, weights, rules, strict=True)))
    return _new_scored((signals, evidence))


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _doubt(weights: list[float], rules: list[str], clause: int) -> None:
    """Weaken what a question only asks about; what it complains of stays."""
    for at in range(clause, len(weights)):
        weights[at] *= 0.35 if weights[at] > 0 else 0.8
        rules[at] = "question"


def _unmask(weights: list[float], rules: list[str], *, cheer: bool) -> None:
    """Turn praise that is not meant: a cheer before nothing but faults, stressed praise behind a laugh."""
    if cheer and not (len(weights) > 1 and max(weights[1:]) < 0 and sum(weights[1:]) < -1):
        return
    for at, weight in enumerate(weights[:1] if cheer else weights):
        if weight > 0 and (cheer or rules[at] == "degree"):
            weights[at] = -0.7 * weight
            rules[at] = "irony"
