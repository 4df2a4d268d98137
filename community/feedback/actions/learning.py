"""Learn from what people said: fit what has new labels, and let it read if it is better than the lexicon."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import delete

from community.activity.actions import record
from community.analysis.language import LANGUAGES, Language
from community.analysis.learning import measures, topics, training
from community.analysis.learning.features import GROUPS, Group
from community.analysis.reader import Knowledge, Reader
from community.analysis.sentiment.findings import Label
from community.analysis.topics import TopicWords
from community.feedback import queries
from community.feedback.actions.knowing import know_more
from community.feedback.actions.versions import can_read, find_live, make_live, named, replace_live
from community.feedback.models import LearnedModel, Listening
from community.feedback.queries import learning
from community.infra import clock
from community.infra.db import db, lock, unit_of_work

# Versions with their weights; older ones that read nothing are forgotten.
KEPT = 20
# Topics are told apart by one version for all languages.
ANY = "any"


class Material(NamedTuple):
    """What a fitting is made of, as it stood at one moment."""

    labels: Sequence[queries.Label]
    words: Mapping[str, float]
    topics: tuple[TopicWords, ...]
    # The newest version that there was, 0 for none.
    fitted_version: int
    last_correction_id: int
    taken_at: datetime


class Fit(NamedTuple):
    """What came out of a fitting."""

    weights: dict[str, Any]
    # As the page of versions tells it: "stage", "reason", and the "scores" of each stage.
    report: dict[str, Any]
    label_count: int


def learn() -> int:
    """Fit what has new labels and store it as a new version; says how many were stored.

    Nothing is locked while it fits, which may take minutes. A worker that is killed meanwhile has changed
    nothing, and of two that fit the same labels at once one is stored.
    """
    stored = 0
    for group in GROUPS:
        if material := _material("sentiment", group, learning.LANGUAGES_OF[group]):
            stored += _store("sentiment", group, material, _fit_sentiment(group, material))
    if material := _material("topic", ANY, LANGUAGES):
        stored += _store("topic", ANY, material, _fit_topics(material))
    return stored


def _material(task: str, language: str, languages: Sequence[str]) -> Material | None:
    """The labels of a task, if some have changed since the last fitting."""
    # Read in one transaction that ends here: none stays open while the fitting takes its time.
    with unit_of_work():
        newest_id = learning.newest_label_id(task, languages)
        fitted = learning.find_newest_fit(task, language)
        if newest_id == 0 or (
            fitted is not None
            and newest_id <= fitted.last_correction_id
            and not learning.has_withdrawn_label(task, languages, since=fitted.fitted_at)
        ):
            return None
        known_topics = queries.list_topic_words()
        labels = queries.list_labels(task, languages)
        newest = fitted.version if fitted is not None else 0
        return Material(labels, learning.get_words(), known_topics, newest, newest_id, clock.now())


def _fit_sentiment(group: Group, material: Material) -> Fit | None:
    if len(material.labels) < training.LEAST_LABELS:
        return None
    lessons = [
        training.Lesson(label.text, cast(Language, label.language), cast(Label, label.value), label.is_random)
        for label in material.labels
    ]
    trained = training.train(lessons, group, words=material.words)
    weights = trained.to_json()
    report = {
        "stage": trained.stage,
        "reason": trained.reason,
        "random_count": trained.random_count,
        "scores": weights["scores"],
    }
    return Fit(weights, report, trained.label_count)


def _fit_topics(material: Material) -> Fit | None:
    known = {topic.key for topic in material.topics}
    examples = [
        topics.Example(label.text, cast(Language, label.language), label.value)
        for label in material.labels
        if label.value in known
    ]
    model = topics.train_topics(examples)
    if model is None:
        return None
    # What the words of the topics find in the same texts; they have not learned from them.
    readings = Reader(Knowledge(topics=material.topics)).read([example.text for example in examples])
    answers = [reading.topics[0].key if reading.topics else "" for reading in readings]
    by_words = round(measures.accuracy([example.topic for example in examples], answers), 4)
    is_better = model.accuracy > by_words
    report = {
        "stage": "grams" if is_better else "lexicon",
        "reason": "topics_better" if is_better else "words_better",
        "scores": {"grams": {"accuracy": model.accuracy}, "lexicon": {"accuracy": by_words}},
    }
    return Fit(model.to_json(), report, model.example_count)


def _store(task: str, language: str, material: Material, fit: Fit | None) -> int:
    if fit is None:
        return 0
    with unit_of_work() as session:
        # Whoever changes what reads does so one after the other.
        lock(Listening, 1)
        fitted = learning.find_newest_fit(task, language)
        newest = fitted.version if fitted is not None else 0
        if newest != material.fitted_version:
            # Another worker was quicker; what is newer than its labels is learned the next time.
            return 0
        model = LearnedModel(
            task=task,
            language=language,
            version=newest + 1,
            state="off",
            weights=fit.weights,
            report=fit.report,
            label_count=fit.label_count,
            last_correction_id=material.last_correction_id,
            fitted_at=material.taken_at,
        )
        if learning.is_chosen_by_person(task, language):
            model.report = model.report | {"is_held": True}
        elif can_read(model):
            replace_live(task, language, None)
            make_live(model)
        elif find_live(task, language) is not None:
            # With these labels the lexicon reads as well, so what was learned from fewer is no better.
            replace_live(task, language, None)
        session.add(model)
        session.flush()
        record("model.fitted", subject=model, actor=None, **named(model), state=model.state)
        _forget_old(model)
        know_more()
    return 1


def _forget_old(model: LearnedModel) -> None:
    db.session.execute(
        delete(LearnedModel)
        .where(
            LearnedModel.task == model.task,
            LearnedModel.language == model.language,
            LearnedModel.version <= model.version - KEPT,
            LearnedModel.state != "live",
            LearnedModel.changed_by_id.is_(None),
        )
        .execution_options(synchronize_session=False)
    )
