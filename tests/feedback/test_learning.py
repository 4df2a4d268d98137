"""What is learned from labels, which version of it reads, and who decides that."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.feedback import actions, queries
from community.feedback.models import Correction, FeedbackItem, LearnedModel, Listening, Topic
from community.feedback.queries import Version
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from tests.factories.feedback import make_item, make_labels, make_read_item, make_topic
from tests.factories.members import make_member

ROOT = Path(__file__).parents[2]


def versions() -> list[tuple[int, str]]:
    return [(each.version, each.state) for each in queries.list_versions()]


def newest() -> Version:
    return queries.list_versions()[0]


def model_of(version: int) -> LearnedModel:
    return queries.get_model(next(each.id for each in queries.list_versions() if each.version == version))


def mood_of(text: str) -> tuple[str | None, str | None]:
    item = make_item(text)
    actions.read_waiting()
    with unit_of_work():
        read = lock(FeedbackItem, item.id)
    return read.sentiment, read.method


class TestLearn:
    def test_below_fifty_labels_the_lexicon_reads_alone(self, app: Flask) -> None:
        make_labels(49)
        assert actions.learn() == 0
        assert versions() == []

    def test_what_is_clearly_better_reads_at_once(self, app: Flask) -> None:
        assert mood_of("My new lamp wibbles in the hall.")[0] == "neu"
        make_labels(120)
        assert actions.learn() == 1
        assert versions() == [(1, "live")]
        assert mood_of("My old lamp wibbles in the kitchen.") == ("neg", "learned")

    def test_it_says_how_much_better_on_labels_it_had_not_seen(self, app: Flask) -> None:
        make_labels(120)
        actions.learn()
        report = newest().report
        assert report["scores"]["grams"]["macro_f1"] >= report["scores"]["lexicon"]["macro_f1"] + 0.02
        assert report["reason"] == "grams_better"

    def test_what_is_not_better_is_kept_and_not_used(self, app: Flask) -> None:
        with unit_of_work() as session:
            for number in range(60):
                is_good = number % 2 == 0
                text = f"Number {number} is {'wonderful, I love it' if is_good else 'awful, I hate it'}."
                value = "pos" if is_good else "neg"
                session.add(Correction(field="sentiment", value=value, text=text, language="en"))
        assert actions.learn() == 1
        assert versions() == [(1, "off")]
        assert newest().report["reason"] == "not_better"

    def test_without_new_labels_there_is_nothing_to_learn(self, app: Flask) -> None:
        make_labels(60)
        assert [actions.learn(), actions.learn()] == [1, 0]
        make_labels(3)
        assert actions.learn() == 1
        assert [number for number, _state in versions()] == [2, 1]

    def test_a_label_taken_back_is_unlearned(self, app: Flask, omar: Member) -> None:
        make_labels(60)
        correction = actions.correct(make_read_item("My cup florps."), omar, field="sentiment", value="pos")
        actions.learn()
        actions.undo_correction(correction, omar)
        assert actions.learn() == 1
        assert newest().label_count == 60

    def test_chinese_learns_from_both_scripts(self, app: Flask) -> None:
        make_labels(30, language="zh-Hans")
        make_labels(30, language="zh-Hant")
        actions.learn()
        assert [each.language for each in queries.list_versions()] == ["zh"]

    def test_only_the_newest_twenty_are_kept(self, app: Flask) -> None:
        make_labels(60)
        with unit_of_work() as session:
            session.add_all(
                LearnedModel(
                    task="sentiment", language="en", version=number, weights={}, label_count=50,
                    last_correction_id=0, report={"stage": "lexicon", "scores": {}},
                )
                for number in range(1, 26)
            )  # fmt: skip
        actions.learn()
        assert [number for number, _state in versions()] == list(range(26, 6, -1))


class TestTakeLive:
    @pytest.fixture
    def two_versions(self, app: Flask) -> None:
        make_labels(120)
        actions.learn()
        make_labels(6)
        actions.learn()
        assert versions() == [(2, "live"), (1, "replaced")]

    @pytest.mark.usefixtures("two_versions")
    def test_an_older_version_reads_again(self, omar: Member) -> None:
        actions.take_live(model_of(1), omar)
        assert versions() == [(2, "replaced"), (1, "live")]
        assert newest().changed_by_name == "Omar Haddad"

    @pytest.mark.usefixtures("two_versions")
    def test_what_a_person_chose_stays_until_the_site_may_decide_again(self, omar: Member) -> None:
        actions.take_live(model_of(1), omar)
        make_labels(6)
        actions.learn()
        assert versions() == [(3, "off"), (2, "replaced"), (1, "live")]
        assert newest().report["is_held"]
        actions.let_site_decide("sentiment", "en", omar)
        assert versions() == [(3, "live"), (2, "replaced"), (1, "replaced")]

    @pytest.mark.usefixtures("two_versions")
    def test_switched_off_the_lexicon_reads(self, omar: Member) -> None:
        actions.switch_off(model_of(2), omar)
        assert mood_of("My old lamp wibbles in the attic.") == ("neu", "lexicon")
        make_labels(6)
        actions.learn()
        assert versions() == [(3, "off"), (2, "off"), (1, "replaced")]

    def test_what_is_no_better_than_the_lexicon_cannot_be_taken_live(self, app: Flask, omar: Member) -> None:
        with unit_of_work() as session:
            model = LearnedModel(
                task="sentiment", language="en", version=1, weights={}, label_count=50, last_correction_id=0,
                report={"stage": "lexicon", "reason": "not_better", "scores": {}},
            )  # fmt: skip
            session.add(model)
        with pytest.raises(Conflict):
            actions.take_live(model, omar)


class TestReadAgain:
    def test_what_came_in_lately_is_read_with_what_is_known_now(self, app: Flask, omar: Member) -> None:
        item = make_item("The new brush is killer.")
        actions.read_waiting()
        actions.set_word(omar, word="killer", valence=3)
        assert actions.read_again(omar, days=7) == 1
        actions.read_waiting()
        assert queries.get_item(item.id, omar).sentiment == "pos"

    def test_only_the_offered_days_can_be_chosen(self, app: Flask, omar: Member) -> None:
        with pytest.raises(Invalid):
            actions.read_again(omar, days=10_000)

    def test_a_failed_text_is_tried_once_more(self, app: Flask, omar: Member) -> None:
        item = make_read_item("Lovely.", state="failed", error="ValueError: no")
        actions.try_failed_again(item, omar)
        actions.read_waiting()
        assert queries.get_item(item.id, omar).state == "read"


class TestSiteWords:
    def test_a_word_counts_as_the_site_says(self, app: Flask, omar: Member) -> None:
        assert mood_of("The new tin is a banger of a tin.")[0] != "pos"
        actions.set_word(omar, word="Banger", valence=3.0)
        assert mood_of("This tin is a banger of a tin!")[0] == "pos"

    def test_in_either_chinese_script(self, app: Flask, omar: Member) -> None:
        actions.set_word(omar, word="開箱王", valence=-3.5)
        assert mood_of("这个包装是开箱王")[0] == mood_of("這個包裝是開箱王")[0] == "neg"

    def test_a_word_of_one_language_leaves_the_others_alone(self, app: Flask, omar: Member) -> None:
        for word in ("给力", "banger", "🔥", "5★"):
            actions.set_word(omar, word=word, valence=3.0)
        assert mood_of("I hate this broken lamp.")[0] == "neg"
        assert mood_of("这个灯坏了，太差了。")[0] == "neg"

    def test_setting_it_again_changes_it(self, app: Flask, omar: Member) -> None:
        actions.set_word(omar, word="sick", valence=3)
        actions.set_word(omar, word="SICK", valence=0)
        assert [(each.word, each.valence) for each in queries.list_words()] == [("SICK", 0.0)]

    def test_removed_it_weighs_what_it_weighs_everywhere(self, app: Flask, omar: Member) -> None:
        word = actions.set_word(omar, word="banger", valence=3.0)
        actions.remove_word(word, omar)
        assert queries.list_words() == []

    @pytest.mark.parametrize(
        ("word", "valence"), [("", 1), ("@name", 1), ("x" * 61, 1), ("good", 5), ("good", float("nan"))]
    )
    def test_what_cannot_be_looked_for_is_refused(
        self, app: Flask, omar: Member, word: str, valence: float
    ) -> None:
        with pytest.raises(Invalid):
            actions.set_word(omar, word=word, valence=valence)


class TestBars:
    def test_below_the_bar_a_person_decides(self, app: Flask, omar: Member) -> None:
        actions.set_bars(omar, person_below=1.0, topic_above=0.5)
        item = make_item("I love it.")
        actions.read_waiting()
        assert queries.get_item(item.id, omar).is_unsure

    @pytest.mark.parametrize("bar", [-0.1, 1.1, float("nan")])
    def test_a_bar_lies_between_nothing_and_certainty(self, app: Flask, omar: Member, bar: float) -> None:
        with pytest.raises(Invalid):
            actions.set_bars(omar, person_below=bar, topic_above=0.5)


class TestManyAtOnce:
    def in_parallel(self, app: Flask, *works: Callable[[], object]) -> list[BaseException]:
        start = threading.Barrier(len(works))
        errors: list[BaseException] = []

        def run(work: Callable[[], object]) -> None:
            with app.app_context():
                start.wait()
                try:
                    work()
                except Exception as error:  # noqa: BLE001 - what goes wrong in a thread is told to the test
                    errors.append(error)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return errors

    def test_two_workers_that_learn_at_once_store_one_version(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            make_labels(60)
            assert self.in_parallel(app, actions.learn, actions.learn, actions.learn) == []
            db.session.rollback()
            assert len(versions()) == 1

    def test_only_one_version_is_ever_live(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            make_labels(60)
            actions.learn()
            make_labels(3)
            actions.learn()
            omar_id = make_member(roles=("owner",)).id
            ids = [each.id for each in queries.list_versions()]

            def take(model_id: int) -> None:
                actions.take_live(queries.get_model(model_id), db.session.get_one(Member, omar_id))

            works = [lambda model_id=model_id: take(model_id) for model_id in ids * 5]
            assert self.in_parallel(app, *works) == []
            db.session.rollback()
            assert sorted(state for _number, state in versions()) == ["live", "replaced"]

    def test_many_corrections_at_once_each_count(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            omar_id = make_member(roles=("owner",)).id
            ids = [make_read_item().id for _ in range(8)]
            before = queries.get_listening().version

            def correct(item_id: int) -> None:
                item = db.session.get_one(FeedbackItem, item_id)
                actions.correct(item, db.session.get_one(Member, omar_id), field="sentiment", value="pos")

            works = [lambda item_id=item_id: correct(item_id) for item_id in (*ids, *ids)]
            assert self.in_parallel(app, *works) == []
            db.session.rollback()
            assert db.session.get_one(Listening, 1).version == before + 16
            standing = select(func.count(Correction.id)).where(Correction.withdrawn_at.is_(None))
            assert db.session.scalar(standing) == 8


class TestKilled:
    def test_learning_that_is_killed_has_changed_nothing(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        environment = os.environ | {
            "DATABASE_URL": app.config["DATABASE_URL"],
            "QUEUE_URL": app.config["QUEUE_URL"],
            "INSTANCE": str(app.config["INSTANCE"]),
        }
        # It lingers with half of it done, until it is killed.
        code = (
            "import time\n"
            "from sqlalchemy import event\n"
            "from community import create_app\n"
            "from community.feedback import actions\n"
            "from community.infra.db import db\n"
            "def linger(_connection, _cursor, statement, *_rest):\n"
            "    if statement.startswith('INSERT INTO learned_models'):\n"
            "        print('half done', flush=True)\n"
            "        time.sleep(3600)\n"
            "with create_app().app_context():\n"
            "    event.listen(db.engine, 'after_cursor_execute', linger)\n"
            "    actions.learn()\n"
        )
        with app.app_context():
            make_labels(300)
            before = queries.get_listening().version
            learner = subprocess.Popen(
                [sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE
            )
            assert learner.stdout is not None
            assert learner.stdout.readline() == b"half done\n"
            learner.kill()
            assert learner.wait() == -signal.SIGKILL
            learner.stdout.close()
            db.session.rollback()
            assert (versions(), queries.get_listening().version) == ([], before)
            assert actions.learn() == 1


class TestLearnTopics:
    def teach(self, ada: Member, *, words: bool) -> tuple[Topic, Topic]:
        lamps = make_topic("Lamps", words=("lamp",) if words else ())
        cards = make_topic("Cards", words=("card",) if words else ())
        for number in range(8):
            kind = ("hall", "desk", "bed")[number % 3]
            actions.add_example(lamps, ada, text=f"My {kind} lamp number {number} goes dark when I read.")
            actions.add_example(cards, ada, text=f"A birthday card for aunt {number}, with a {kind} on it.")
        return lamps, cards

    def test_examples_find_a_topic_that_has_no_words(self, app: Flask, ada: Member) -> None:
        lamps, _cards = self.teach(ada, words=False)
        assert actions.learn() == 1
        assert newest().report["reason"] == "topics_better"
        assert versions() == [(1, "live")]
        item = make_item("The lamp over my bed goes dark at eleven.")
        actions.read_waiting()
        assert queries.list_topics_of(item)[0].topic_id == lamps.id

    def test_where_the_words_find_them_as_well_they_find_them(self, app: Flask, ada: Member) -> None:
        self.teach(ada, words=True)
        assert actions.learn() == 1
        assert (newest().state, newest().report["reason"]) == ("off", "words_better")

    def test_an_archived_topic_is_not_learned(self, app: Flask, ada: Member) -> None:
        lamps, _cards = self.teach(ada, words=False)
        actions.archive_topic(lamps, ada)
        assert actions.learn() == 0
