"""The reader: everything that is read in a text, over many texts at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from community.analysis import kinds, topics, urgency
from community.analysis.cues import Cue, Hits, Phrasebook, own_phrases
from community.analysis.kinds import Kind, kind_of
from community.analysis.language import Language, is_readable, language_of
from community.analysis.learning.corrections import Corrections
from community.analysis.learning.features import group_of
from community.analysis.learning.model import Trained
from community.analysis.learning.topics import TopicModel
from community.analysis.masking import mask
from community.analysis.preferences import Preference, preferences_in
from community.analysis.sentiment import scorer
from community.analysis.sentiment.findings import Evidence, Label, Scored, Sentiment
from community.analysis.topics import TopicGuess, TopicWords
from community.analysis.urgency import Reason, urgency_of

# Of a text that a person calls positive although its words do not.
_CLEAR_SCORE = 0.5


class Reading(NamedTuple):
    """What was read in one text; offsets are offsets into the text as it was given."""

    language: Language
    # None: not scored, because the language is one that we cannot read; such a text goes to a person.
    sentiment: Sentiment | None
    kind: Kind | None
    kind_confidence: float
    # The likeliest first, at most three.
    topics: tuple[TopicGuess, ...]
    # 0 for none to 3 for "now".
    urgency: int
    urgency_reasons: tuple[Reason, ...]
    preferences: tuple[Preference, ...]
    # The words that made kind, topics and urgency: weight 0, and rules such as "urgency:safety".
    marks: tuple[Evidence, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All stretches that made this reading, in their order, also those of feeling and of preferences."""
        feeling = self.sentiment.evidence if self.sentiment else ()
        stated = (Evidence(each.start, each.end, 0.0, f"preference:{each.kind}") for each in self.preferences)
        return tuple(sorted((*feeling, *self.marks, *stated)))


@dataclass(frozen=True)
class Knowledge:
    """What a site has taught its reader; without anything it reads by the lexicons alone."""

    # Valence of the site's own words, by folded word or phrase.
    words: Mapping[str, float] = field(default_factory=dict)
    topics: tuple[TopicWords, ...] = ()
    # Live models of sentiment, by the group of languages that they read: "en" or "zh".
    models: Mapping[str, Trained] = field(default_factory=dict)
    # The live model of topics, which speaks together with the topics' words.
    topic_model: TopicModel | None = None
    # What people said of single texts: sentiments, kinds, and keys of topics ("" for none of them).
    sentiments: Corrections = field(default_factory=Corrections)
    kinds: Corrections = field(default_factory=Corrections)
    main_topics: Corrections = field(default_factory=Corrections)


class Reader:
    """Reads texts with what a site has taught; make one and keep it until the site has learned more."""

    def __init__(self, knowledge: Knowledge | None = None) -> None:
        self.knowledge = knowledge or Knowledge()
        phrases: dict[str, list[Cue]] = {phrase: list(cues) for phrase, cues in own_phrases().items()}
        for phrase, cues in topics.phrases_of(self.knowledge.topics).items():
            phrases.setdefault(phrase, []).extend(cues)
        self._phrasebook = Phrasebook(phrases)
        self._keys = {topic.key for topic in self.knowledge.topics}
        taught = (self.knowledge.sentiments, self.knowledge.kinds, self.knowledge.main_topics)
        self._is_taught = any(map(len, taught))

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """A reading for each text, in their order; many at once are quicker than one by one."""
        masked = list(map(mask, texts))
        languages = list(map(language_of, texts))
        hits = self._phrasebook.find(masked, languages)
        scored = scorer.score_all_masked(masked, languages, self.knowledge.words)
        readings = list(map(self._read, texts, masked, languages, hits, scored))
        return list(map(self._corrected, readings, masked)) if self._is_taught else readings

    def read_one(self, text: str) -> Reading:
        """The reading of one text."""
        return self.read([text])[0]

    def _read(self, text: str, masked: str, language: Language, hits: Hits, scored: Scored) -> Reading:
        guessed = self._topics(masked, language, hits)
        if not is_readable(language):
            return Reading(language, None, None, 0.0, guessed, 0, (), (), _marks(hits))
        sentiment = self._sentiment(masked, language, scored)
        urgent = urgency_of(masked, hits, sentiment=sentiment, signals=scored.signals)
        kind, confidence = kind_of(
            hits, sentiment=sentiment, signals=scored.signals, is_serious=urgent.is_serious
        )
        if not hits:
            return Reading(
                language, sentiment, kind, confidence, guessed, urgent.level, urgent.reasons, (), ()
            )
        preferences = preferences_in(text, masked, hits)
        marks = _marks(hits, kind=kind, urgent=urgent.hits)
        return Reading(
            language, sentiment, kind, confidence, guessed, urgent.level, urgent.reasons, preferences, marks
        )

    def _topics(self, masked: str, language: Language, hits: Hits) -> tuple[TopicGuess, ...]:
        model = self.knowledge.topic_model
        if model:
            # A topic that is no longer there may still be in the model.
            learned = {key: chance for key, chance in model.guess(masked, language) if key in self._keys}
            return topics.guesses(hits, masked, learned=learned)
        return topics.guesses(hits, masked) if hits else ()

    def _sentiment(self, masked: str, language: Language, scored: Scored) -> Sentiment:
        models = self.knowledge.models
        model = models.get(group_of(language) or "") if models else None
        learned = model.read(masked, scored, language=language) if model else None
        if learned:
            return learned
        label, confidence = scorer.decide(scored, language)
        return Sentiment(label, scored.signals.compound, confidence, scored.evidence, "lexicon")

    def _corrected(self, reading: Reading, masked: str) -> Reading:
        """The reading with what a person said of a like text that was read the same way."""
        group = group_of(reading.language)
        if group is None or reading.sentiment is None:
            return reading
        known = self.knowledge
        feeling = reading.sentiment
        if found := known.sentiments.find(masked, group, was=feeling.label):
            label = cast(Label, found.correction.value)
            if label != feeling.label:
                score = _score_as(label, feeling.score)
                feeling = Sentiment(label, score, found.likeness, feeling.evidence, "correction")
                reading = reading._replace(sentiment=feeling)
        if found := known.kinds.find(masked, group, was=reading.kind or ""):
            kind = cast(Kind, found.correction.value)
            if kind != reading.kind:
                reading = reading._replace(kind=kind, kind_confidence=found.likeness)
        was = reading.topics[0].key if reading.topics else ""
        if found := known.main_topics.find(masked, group, was=was):
            key = found.correction.value
            if key != was:
                others = tuple(each for each in reading.topics if each.key not in (key, was))
                guessed = (TopicGuess(key, found.likeness), *others) if key else others
                reading = reading._replace(topics=guessed[: topics.SUGGESTED])
        return reading


def _score_as(label: Label, score: float) -> float:
    """The score, if it is on the side of the label; else one that is."""
    if label == "pos":
        return max(score, _CLEAR_SCORE)
    if label == "neg":
        return min(score, -_CLEAR_SCORE)
    return 0.0


def _marks(hits: Hits, *, kind: Kind | None = None, urgent: Hits = ()) -> tuple[Evidence, ...]:
    """The hits that count: all of topics, those of the kind that it is and those that make it urgent."""
    # A text that says one word ten thousand times has as many.
    that_count = frozenset(urgent)
    return tuple(
        Evidence(hit.start, hit.end, 0.0, f"{hit.cue.reader}:{hit.cue.name}")
        for hit in hits
        if hit.cue.reader == topics.READER
        or (hit.cue.reader == kinds.READER and hit.cue.name == kind)
        or (hit.cue.reader == urgency.READER and hit in that_count)
    )
