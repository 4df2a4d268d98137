"""The tree of topics: its shape, its words, its owners, and what archiving keeps."""

from typing import Any

import pytest

from community.feedback import actions, queries, tree
from community.feedback.models import Topic
from community.infra.db import db
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from tests.factories.feedback import make_item, make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel


def settings(name: str = "Prices", **values: Any) -> Any:
    nobody = {"owner_id": None, "process_owner_id": None}
    return {"name": {"en": name}, "words": [], "parent_id": None, **nobody, **values}


class TestShape:
    PARENTS = {1: None, 2: 1, 3: 2, 4: None, 5: 4}

    def test_three_levels_and_no_more(self) -> None:
        assert tree.may_stand_below(None, 2, self.PARENTS)
        assert not tree.may_stand_below(None, 3, self.PARENTS)

    def test_a_topic_brings_what_is_below_it(self) -> None:
        assert tree.may_stand_below(4, 1, self.PARENTS)
        assert not tree.may_stand_below(4, 2, self.PARENTS)

    def test_nothing_stands_below_itself(self) -> None:
        assert not tree.may_stand_below(1, 1, self.PARENTS)
        assert not tree.may_stand_below(1, 2, self.PARENTS)

    def test_what_is_below_is_found_on_all_levels(self) -> None:
        assert tree.ids_below(1, self.PARENTS) == [2, 3]
        assert tree.ids_above(3, self.PARENTS) == [2, 1]


class TestKeepingTheTree:
    def test_a_topic_is_named_in_its_place_with_those_above_it(self, ada: Member) -> None:
        shop = actions.add_topic(ada, settings=settings("Shop"))
        till = actions.add_topic(ada, settings=settings("Till", parent_id=shop.id))
        actions.add_topic(ada, settings=settings("Queue", parent_id=till.id))
        assert [node.path for node in queries.topic_tree()] == ["Shop", "Shop › Till", "Shop › Till › Queue"]

    def test_a_fourth_level_is_refused(self, ada: Member) -> None:
        parent_id = None
        for name in ("One", "Two", "Three"):
            parent_id = actions.add_topic(ada, settings=settings(name, parent_id=parent_id)).id
        with pytest.raises(Invalid):
            actions.add_topic(ada, settings=settings("Four", parent_id=parent_id))

    def test_it_cannot_move_below_itself(self, ada: Member) -> None:
        shop = actions.add_topic(ada, settings=settings("Shop"))
        till = actions.add_topic(ada, settings=settings("Till", parent_id=shop.id))
        with pytest.raises(Invalid):
            actions.change_topic(shop, ada, settings=settings("Shop", parent_id=till.id))

    def test_it_needs_a_name_in_some_language(self, ada: Member) -> None:
        with pytest.raises(Invalid):
            actions.add_topic(ada, settings=settings("") | {"name": {"en": "", "zh_Hans": ""}})
        assert actions.add_topic(ada, settings=settings() | {"name": {"zh_Hans": "价格"}}).name == {
            "zh_Hans": "价格"
        }

    def test_words_are_kept_once_each(self, ada: Member) -> None:
        topic = actions.add_topic(
            ada, settings=settings(words=["price", " Price ", "", "价格", "too expensive"])
        )
        assert topic.words == ["price", "价格", "too expensive"]

    def test_it_moves_among_its_neighbours(self, ada: Member) -> None:
        one, two, three = (
            actions.add_topic(ada, settings=settings(name)) for name in ("One", "Two", "Three")
        )
        actions.move_topic(three, ada, step=-1)
        actions.move_topic(one, ada, step=-1)
        assert [node.id for node in queries.topic_tree()] == [one.id, three.id, two.id]

    def test_only_people_who_may_own_feedback_answer_for_it(
        self, ada: Member, omar: Member, ana: Member
    ) -> None:
        topic = actions.add_topic(ada, settings=settings(owner_id=omar.id, process_owner_id=ada.id))
        assert (topic.owner_id, topic.process_owner_id) == (omar.id, ada.id)
        for column in ("owner_id", "process_owner_id"):
            with pytest.raises(Invalid):
                actions.change_topic(topic, ada, settings=settings(**{column: ana.id}))

    def test_the_choice_is_of_those_who_hold_a_role(self, ada: Member, omar: Member, ana: Member) -> None:
        panel = make_panel()
        here = make_member("Nora", roles=("owner",), panel_id=panel.id)
        make_member("Ann", roles=("analyst",))
        assert {person.name for person in queries.list_people_who_may_own()} == {
            "Ada Novak",
            "Omar Haddad",
            "Nora",
        }
        other = {person.id for person in queries.list_people_who_may_own(make_panel().id)}
        assert here.id not in other


class TestArchive:
    def test_it_takes_those_below_with_it_and_keeps_what_was_said(self, ada: Member) -> None:
        shop = actions.add_topic(ada, settings=settings("Shop"))
        till = actions.add_topic(ada, settings=settings("Till", parent_id=shop.id, words=["till"]))
        item = make_item("The till is broken.")
        actions.correct(item, ada, field="topic", value=str(till.id))
        actions.archive_topic(shop, ada)
        assert queries.topic_tree() == []
        assert {node.name: node.total_count for node in queries.topic_tree(with_archived=True)} == {
            "Shop": 1, "Till": 1
        }  # fmt: skip
        assert queries.get_item(item.id, ada).topic_id == till.id
        assert queries.topic_names()[till.id] == "Shop › Till"

    def test_nothing_is_read_as_it_any_more(self, ada: Member) -> None:
        till = actions.add_topic(ada, settings=settings("Till", words=["till", "checkout"]))
        before, after = make_item("The till and the checkout."), make_item("At the till, the checkout.")
        assert [node.item_count for node in queries.topic_tree()] == [0]
        with_topic = make_item("The checkout till again.")
        actions.read_waiting()
        assert queries.list_topics_of(with_topic)[0].topic_id == till.id
        actions.archive_topic(till, ada)
        late = make_item("The till, always the checkout.")
        actions.read_waiting()
        assert queries.list_topics_of(late) == []
        assert queries.list_topics_of(before)
        assert queries.list_topics_of(after)

    def test_it_comes_back_below_one_that_is_in_use(self, ada: Member) -> None:
        shop = actions.add_topic(ada, settings=settings("Shop"))
        till = actions.add_topic(ada, settings=settings("Till", parent_id=shop.id))
        actions.archive_topic(shop, ada)
        with pytest.raises(Conflict):
            actions.bring_back_topic(till, ada)
        actions.bring_back_topic(shop, ada)
        actions.bring_back_topic(till, ada)
        assert [node.name for node in queries.topic_tree()] == ["Shop", "Till"]


class TestCounts:
    def test_a_topic_counts_those_below_it_in_its_total(self, ada: Member) -> None:
        shop = make_topic("Shop", item_count=2)
        make_topic("Till", parent_id=shop.id, item_count=3)
        node = queries.topic_tree()[0]
        assert (node.item_count, node.total_count) == (2, 5)

    def test_reading_counts_what_it_settles(self, ada: Member) -> None:
        topic = make_topic("Delivery", words=("courier", "parcel", "delivery"))
        make_item("The courier lost my parcel, this delivery was a mess.")
        actions.read_waiting()
        assert db.session.get(Topic, topic.id).item_count == 1  # type: ignore[union-attr]


class TestExamples:
    def test_a_written_text_is_one(self, ada: Member) -> None:
        topic = make_topic("Delivery")
        example = actions.add_example(topic, ada, text="My parcel never came.")
        assert [each.text for each in queries.list_examples(topic)] == ["My parcel never came."]
        assert example.language == "en"
        actions.remove_example(example, ada)
        assert queries.list_examples(topic) == []

    def test_a_real_text_is_one_by_being_corrected(self, omar: Member) -> None:
        topic = make_topic("Delivery")
        item = make_read_item("It came two weeks late.")
        actions.correct(item, omar, field="topic", value=str(topic.id))
        assert [each.item_id for each in queries.list_examples(topic)] == [item.id]
        assert queries.count_examples() == {topic.id: 1}

    def test_an_archived_topic_learns_nothing_more(self, ada: Member) -> None:
        topic = make_topic("Fax")
        actions.archive_topic(topic, ada)
        with pytest.raises(Conflict):
            actions.add_example(topic, ada, text="The fax is slow.")
