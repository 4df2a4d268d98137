"""Staff pages about feedback, topics and listening: what they show, to whom, and what their forms do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from community.feedback import actions, queries
from community.feedback.models import FeedbackItem
from community.infra.db import lock, unit_of_work
from community.members.models import Member
from tests.conftest import Client
from tests.factories.feedback import make_item, make_labels, make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

Browser = Callable[[Member], Client]


def fragment_of(page: str, mark: str) -> str:
    return page[page.index(mark) :][:3000]


class TestList:
    def test_it_tells_what_was_said_and_read(self, browser_of: Browser, omar: Member, ana: Member) -> None:
        topic = make_topic("Delivery")
        item = make_read_item("The parcel came late.", author=ana, topic_id=topic.id)
        page = browser_of(omar).get("/staff/feedback").text
        row = fragment_of(page, f'data-item-id="{item.id}"')
        for words in (
            'data-sentiment="neg"',
            "The parcel came late.",
            "Ana Martins",
            "Negative",
            "Complaint",
            "Delivery",
        ):
            assert words in row

    def test_who_has_no_account_is_called_what_the_file_calls_them(
        self, browser_of: Browser, omar: Member
    ) -> None:
        item = make_read_item("The parcel came late.", author=None, author_key="Frau Holle")
        nameless = make_read_item("The ribbon tore.", author=None)
        page = browser_of(omar).get("/staff/feedback").text
        assert "Frau Holle" in fragment_of(page, f'data-item-id="{item.id}"')[:900]
        assert "somebody without an account" in fragment_of(page, f'data-item-id="{nameless.id}"')[:900]
        assert "What Frau Holle said" in browser_of(omar).get(f"/staff/feedback/{item.id}").text

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("sentiment=pos", {"good"}),
            ("sentiment=none", {"strange"}),
            ("kind=praise", {"good"}),
            ("language=zh-Hans", {"chinese"}),
            ("unsure=1", {"bad"}),
            ("urgent=1", {"bad"}),
            ("source=comment", {"chinese"}),
            ("state=failed", {"broken"}),
            ("q=parcels", {"bad"}),
            ("q=包裹", {"chinese"}),
            ("sentiment=nonsense", {"good", "bad", "strange", "chinese", "broken"}),
        ],
    )
    def test_it_can_be_narrowed(self, browser_of: Browser, omar: Member, query: str, shown: set[str]) -> None:
        items = {
            "good": make_read_item("Lovely cards.", sentiment="pos", kind="praise"),
            "bad": make_read_item("The parcel was late.", is_unsure=True, urgency=2),
            "strange": make_read_item("Tervetuloa.", sentiment=None, kind=None, language="other"),
            "chinese": make_read_item("包裹破了", language="zh-Hans", source="comment"),
            "broken": make_read_item("?", state="failed"),
        }
        page = browser_of(omar).get(f"/staff/feedback?{query}").text
        assert {name for name, item in items.items() if f'data-item-id="{item.id}"' in page} == shown

    def test_a_topic_means_those_below_it_too(self, browser_of: Browser, omar: Member) -> None:
        shop = make_topic("Shop")
        till = make_topic("Till", parent_id=shop.id)
        item = make_read_item(topic_id=till.id)
        assert f'data-item-id="{item.id}"' in browser_of(omar).get(f"/staff/feedback?topic={shop.id}").text

    def test_it_asks_the_database_the_same_however_much_was_said(
        self, browser_of: Browser, omar: Member
    ) -> None:
        client = browser_of(omar)
        panel = make_panel()
        make_read_item(panel=panel)
        client.get("/staff/feedback")
        with statements() as few:
            client.get("/staff/feedback")
        for _ in range(12):
            make_read_item(panel=panel, author=make_member(), topic_id=make_topic().id)
        with statements() as many:
            client.get("/staff/feedback")
        assert len(many) == len(few) <= 14

    def test_what_was_taken_back_is_gone(self, browser_of: Browser, omar: Member) -> None:
        item = make_read_item("Hidden words", state="withdrawn")
        assert "Hidden words" not in browser_of(omar).get("/staff/feedback").text
        assert browser_of(omar).get(f"/staff/feedback/{item.id}").status_code == 404


class TestWhoMayRead:
    def test_members_and_visitors_do_not(self, browser_of: Browser, client: Client, ana: Member) -> None:
        item = make_read_item()
        for path in ("/staff/feedback", f"/staff/feedback/{item.id}", "/staff/listening", "/staff/topics"):
            assert client.get(path).status_code == 303
            assert browser_of(ana).get(path).status_code == 403

    def test_staff_of_another_panel_find_nothing(self, browser_of: Browser) -> None:
        item = make_read_item("Only here", author=make_member("Zoe"))
        client = browser_of(make_member(roles=("owner", "moderator", "analyst"), panel_id=make_panel().id))
        assert "Only here" not in client.get("/staff/feedback").text
        for answer in (
            client.get(f"/staff/feedback/{item.id}"),
            client.post(f"/staff/feedback/{item.id}/correct", data={"field": "sentiment", "value": "pos"}),
            client.post(f"/staff/listening/labels/{item.id}", data={"value": "pos"}),
            client.post(f"/staff/listening/items/{item.id}/try-again"),
        ):
            assert answer.status_code == 404
        assert queries.list_corrections_of(item) == []

    def test_analysts_read_and_do_not_correct(self, browser_of: Browser) -> None:
        panel = make_panel()
        item = make_read_item("Only here", panel=panel)
        client = browser_of(make_member(roles=("analyst",), panel_id=panel.id))
        page = client.get(f"/staff/feedback/{item.id}")
        assert page.status_code == 200
        assert "Is this right?" not in page.text
        answer = client.post(
            f"/staff/feedback/{item.id}/correct", data={"field": "sentiment", "value": "pos"}
        )
        assert answer.status_code == 403

    def test_like_texts_and_earlier_ones_are_those_one_may_read(
        self, browser_of: Browser, ana: Member
    ) -> None:
        here = make_panel()
        item = make_read_item("The blue lamp flickers at night.", panel=here, author=ana)
        make_read_item("The blue lamp flickers at night, a secret.", author=ana)
        make_read_item("The blue lamp flickers at night too.", panel=here)
        page = (
            browser_of(make_member(roles=("moderator",), panel_id=here.id))
            .get(f"/staff/feedback/{item.id}")
            .text
        )
        assert "night too" in page
        assert "a secret" not in page

    def test_topics_are_kept_by_administrators_of_the_site(
        self, browser_of: Browser, ada: Member, omar: Member
    ) -> None:
        topic = make_topic()
        panel_admin = make_member(roles=("admin",), panel_id=make_panel().id)
        for path in ("/staff/topics", "/staff/topics/new", f"/staff/topics/{topic.id}"):
            assert browser_of(ada).get(path).status_code == 200
            assert browser_of(omar).get(path).status_code == 403
            assert browser_of(panel_admin).get(path).status_code == 403

    def test_the_site_is_taught_by_its_own_owners_and_moderators(
        self, browser_of: Browser, mia: Member
    ) -> None:
        panel_owner = make_member(roles=("owner",), panel_id=make_panel().id)
        client = browser_of(panel_owner)
        assert client.get("/staff/listening").status_code == 200
        for path, data in (
            ("words", {"word": "sick", "valence": "2"}),
            ("bars", {"person_below": "0.1", "topic_above": "0.1"}),
            ("read-again", {"days": "7"}),
        ):
            assert client.post(f"/staff/listening/{path}", data=data).status_code == 403
            assert browser_of(mia).post(f"/staff/listening/{path}", data=data).status_code == 303


class TestOneText:
    def test_it_marks_the_words_and_says_why(self, browser_of: Browser, omar: Member) -> None:
        item = make_item("The courier was lovely. I found <b>the box</b> broken.")
        actions.read_waiting()
        page = browser_of(omar).get(f"/staff/feedback/{item.id}").text
        assert '<mark class="said-mark said-mark-pos">lovely</mark>' in page
        assert "&lt;b&gt;the box&lt;/b&gt;" in page
        assert "a word of the lexicon" in page

    def test_what_came_with_a_day_alone_shows_no_hour_and_the_same_day_everywhere(
        self, browser_of: Browser, omar: Member
    ) -> None:
        day = datetime(2025, 3, 31, tzinfo=UTC)
        imported, later = make_read_item(said_at=day), make_read_item(said_at=day + timedelta(hours=9))
        comment = make_read_item(source="comment", said_at=day)
        with unit_of_work():
            lock(Member, omar.id).time_zone = "America/Los_Angeles"
        client = browser_of(omar)
        for item, words in (
            (imported, '<time datetime="2025-03-31">Mar 31, 2025</time>'),
            (later, "Mar 31, 2025, 2:00\u202fAM</time>"),
            (comment, "Mar 30, 2025, 5:00\u202fPM</time>"),
        ):
            assert words in client.get(f"/staff/feedback/{item.id}").text
        assert '<time datetime="2025-03-31">Mar 31, 2025</time>' in client.get("/staff/feedback").text

    def test_it_says_with_what_knowledge_it_was_read_and_whether_there_is_more(
        self, browser_of: Browser, omar: Member
    ) -> None:
        item, client = make_item("The courier was lovely."), browser_of(omar)
        assert "data-knowledge" not in client.get(f"/staff/feedback/{item.id}").text
        actions.read_waiting()
        page = client.get(f"/staff/feedback/{item.id}").text
        assert 'data-knowledge="1"' in page
        assert "It knows more by now" not in page
        actions.set_word(omar, word="sick", valence=2)
        assert "It knows more by now: version 2." in client.get(f"/staff/feedback/{item.id}").text

    def test_a_text_that_was_changed_says_how_often(self, browser_of: Browser, omar: Member) -> None:
        item, client = make_read_item(), browser_of(omar)
        assert "time since" not in client.get(f"/staff/feedback/{item.id}").text
        with unit_of_work():
            lock(FeedbackItem, item.id).revision = 3
        assert "changed 2 times since" in client.get(f"/staff/feedback/{item.id}").text

    def test_one_click_corrects_it_and_says_what_that_teaches(
        self, browser_of: Browser, omar: Member
    ) -> None:
        make_labels(46)
        item = make_read_item("Killer brush.", sentiment="neg")
        client = browser_of(omar)
        assert (
            "46 of 50 labels until the site learns by itself."
            in client.get(f"/staff/feedback/{item.id}").text
        )
        answer = client.post(
            f"/staff/feedback/{item.id}/correct", data={"field": "sentiment", "value": "pos"}
        )
        assert (answer.status_code, answer.location) == (303, f"/staff/feedback/{item.id}")
        page = client.get(answer.location).text
        assert "Texts like this one will be read as “Positive” from now on. 47 of 50 labels" in page
        assert 'data-sentiment="pos"' in page

    def test_it_comes_back_to_the_page_it_was_asked_from_and_nowhere_else(
        self, browser_of: Browser, omar: Member
    ) -> None:
        item = make_read_item()
        client = browser_of(omar)

        def sent(to: str) -> str:
            data = {"field": "kind", "value": "praise", "next": to}
            return client.post(f"/staff/feedback/{item.id}/correct", data=data).location

        assert sent("/staff/cases/7") == "/staff/cases/7"
        assert sent("https://elsewhere.example/") == f"/staff/feedback/{item.id}"

    @pytest.mark.parametrize(
        "data",
        [{}, {"field": "sentiment"}, {"field": "mood", "value": "pos"}, {"field": "topic", "value": "x"}],
    )
    def test_what_makes_no_sense_is_refused(
        self, browser_of: Browser, omar: Member, data: dict[str, str]
    ) -> None:
        answer = browser_of(omar).post(f"/staff/feedback/{make_read_item().id}/correct", data=data)
        assert answer.status_code == 422

    def test_it_can_be_undone(self, browser_of: Browser, omar: Member) -> None:
        item, other = make_read_item(sentiment="neg"), make_read_item()
        correction = actions.correct(item, omar, field="sentiment", value="pos")
        client = browser_of(omar)
        assert client.post(f"/staff/feedback/{other.id}/corrections/{correction.id}/undo").status_code == 404
        answer = client.post(f"/staff/feedback/{item.id}/corrections/{correction.id}/undo")
        assert answer.status_code == 303
        assert 'data-sentiment="neg"' in client.get(answer.location).text

    def test_what_failed_can_be_tried_again(self, browser_of: Browser, omar: Member) -> None:
        item = make_read_item("Broken", state="failed", language=None, sentiment=None, kind=None)
        client = browser_of(omar)
        assert "Broken" in client.get("/staff/listening").text
        assert "could not be read" in client.get(f"/staff/feedback/{item.id}").text
        assert client.post(f"/staff/listening/items/{item.id}/try-again").status_code == 303
        assert queries.get_item(item.id, omar).state == "waiting"

    def test_each_topic_that_was_found_is_one_click(self, browser_of: Browser, omar: Member) -> None:
        topic = make_topic("Parcels", words=("parcel",))
        make_topic("Prices")
        item = make_item("About the parcel.")
        actions.read_waiting()
        page = browser_of(omar).get(f"/staff/feedback/{item.id}").text
        assert f'name="value" value="{topic.id}"' in page
        assert "<option" in page


class TestTopicPages:
    def fields(self, **values: str) -> dict[str, str]:
        return {
            "name_en": "Delivery",
            "parent_id": "0",
            "words": "parcel\n包裹",
            "owner_id": "0",
            "process_owner_id": "0",
        } | values

    def test_a_topic_is_added_and_changed(self, browser_of: Browser, ada: Member, omar: Member) -> None:
        client = browser_of(ada)
        answer = client.post("/staff/topics/new", data=self.fields(owner_id=str(omar.id)))
        assert answer.status_code == 303
        page = client.get("/staff/topics").text
        assert "Delivery" in page
        assert "Omar Haddad" in page
        client.post(answer.location, data=self.fields(name_en="Shipping", name_zh_Hans="配送"))
        (node,) = queries.topic_tree()
        assert (node.name, node.words, node.owner_name) == ("Shipping", ("parcel", "包裹"), None)

    def test_what_is_refused_comes_back_filled_in(
        self, browser_of: Browser, ada: Member, ana: Member
    ) -> None:
        client = browser_of(ada)
        for fields, words in (
            (self.fields(name_en=""), "Name it in at least one language."),
            (self.fields(owner_id=str(ana.id)), "choice"),
            (self.fields(parent_id="77"), "choice"),
        ):
            answer = client.post("/staff/topics/new", data=fields)
            assert answer.status_code == 422
            assert words in answer.text
            assert "包裹" in answer.text

    def test_an_owner_who_lost_the_role_is_kept_until_another_is_chosen(
        self, browser_of: Browser, ada: Member, ana: Member
    ) -> None:
        topic = make_topic("Delivery", owner_id=ana.id)
        client = browser_of(ada)
        assert "Ana Martins" in client.get(f"/staff/topics/{topic.id}").text
        assert (
            client.post(f"/staff/topics/{topic.id}", data=self.fields(owner_id=str(ana.id))).status_code
            == 303
        )

    def test_examples_are_kept_and_forgotten(self, browser_of: Browser, ada: Member) -> None:
        topic = make_topic("Delivery")
        client = browser_of(ada)
        assert client.post(f"/staff/topics/{topic.id}/examples", data={"text": " "}).status_code == 422
        client.post(f"/staff/topics/{topic.id}/examples", data={"text": "My parcel never came."})
        assert "My parcel never came." in client.get(f"/staff/topics/{topic.id}").text
        (example,) = queries.list_examples(topic)
        other = make_topic("Prices")
        assert client.post(f"/staff/topics/{other.id}/examples/{example.id}/remove").status_code == 404
        client.post(f"/staff/topics/{topic.id}/examples/{example.id}/remove")
        assert queries.list_examples(topic) == []

    def test_a_suggested_text_becomes_an_example_with_one_click(
        self, browser_of: Browser, ada: Member
    ) -> None:
        topic = make_topic("Delivery", words=("parcel",))
        actions.set_bars(ada, person_below=0.5, topic_above=1.0)
        item = make_item("About the parcel.")
        actions.read_waiting()
        client = browser_of(ada)
        assert "About the parcel." in client.get(f"/staff/topics/{topic.id}").text
        client.post(f"/staff/feedback/{item.id}/correct", data={"field": "topic", "value": str(topic.id)})
        assert [each.item_id for each in queries.list_examples(topic)] == [item.id]

    def test_it_is_archived_and_brought_back(self, browser_of: Browser, ada: Member) -> None:
        topic = make_topic("Fax")
        client = browser_of(ada)
        client.post(f"/staff/topics/{topic.id}/archive")
        assert "Fax" not in client.get("/staff/topics").text
        assert "Fax" in client.get("/staff/topics?archived=1").text
        client.post(f"/staff/topics/{topic.id}/bring-back")
        assert "Fax" in client.get("/staff/topics").text

    def test_it_moves_up_and_down(self, browser_of: Browser, ada: Member) -> None:
        one, two = make_topic("One", position=1), make_topic("Two", position=2)
        client = browser_of(ada)
        client.post(f"/staff/topics/{two.id}/move-up")
        assert [node.id for node in queries.topic_tree()] == [two.id, one.id]
        client.post(f"/staff/topics/{two.id}/move-down")
        assert [node.id for node in queries.topic_tree()] == [one.id, two.id]

    def test_it_asks_the_database_the_same_however_many_topics(
        self, browser_of: Browser, ada: Member
    ) -> None:
        client = browser_of(ada)
        make_topic()
        client.get("/staff/topics")
        with statements() as few:
            client.get("/staff/topics")
        for _ in range(10):
            make_topic(owner_id=make_member().id)
        with statements() as many:
            client.get("/staff/topics")
        assert len(many) == len(few)


class TestListeningPage:
    def test_it_tells_how_far_each_language_is(self, browser_of: Browser, omar: Member) -> None:
        make_labels(12, is_random=True)
        page = browser_of(omar).get("/staff/listening").text
        assert "12 labels" in fragment_of(page, 'data-group="en"')
        assert "0 labels" in fragment_of(page, 'data-group="zh"')

    def test_it_counts_only_in_the_panels_one_works_on(self, browser_of: Browser, omar: Member) -> None:
        mine = make_panel()
        for panel in (mine, make_panel(), make_panel()):
            make_item("Nice cards, thank you.", panel=panel)
        actions.read_waiting()
        for panel in (mine, make_panel()):
            make_item("Later", panel=panel)
            make_read_item("Which one?", panel=panel, ask_reason="random")
        own = browser_of(make_member(roles=("analyst", "moderator"), panel_id=mine.id))
        page = own.get("/staff/listening").text
        assert "1 text waits. 1 text was read in the last day." in page
        assert "1 wait for an answer" in fragment_of(page, 'data-group="en"')
        page = browser_of(omar).get("/staff/listening").text
        assert "2 texts wait. 3 texts were read in the last day." in page
        assert "2 wait for an answer" in fragment_of(page, 'data-group="en"')

    def test_versions_are_taken_live_and_switched_off(self, browser_of: Browser, omar: Member) -> None:
        make_labels(120)
        actions.learn()
        (version,) = queries.list_versions()
        client = browser_of(omar)
        page = client.get("/staff/listening").text
        assert 'data-state="live"' in page
        assert "It reads clearly better than the lexicon." in page
        assert "Version 1 reads." in page
        for act, state in (("off", "off"), ("live", "live"), ("decide", "live")):
            assert client.post(f"/staff/listening/models/{version.id}/{act}").status_code == 303
            assert queries.list_versions()[0].state == state
        assert client.post("/staff/listening/models/99999/live").status_code == 404

    def test_words_are_added_and_removed(self, browser_of: Browser, omar: Member) -> None:
        client = browser_of(omar)
        assert client.post("/staff/listening/words", data={"word": "给力", "valence": "3"}).status_code == 303
        assert "给力" in client.get("/staff/listening").text
        for data in (
            {"word": "", "valence": "3"},
            {"word": "sick", "valence": "9"},
            {"word": "sick", "valence": "x"},
        ):
            assert client.post("/staff/listening/words", data=data).status_code == 422
        (word,) = queries.list_words()
        client.post(f"/staff/listening/words/{word.id}/remove")
        assert queries.list_words() == []

    def test_a_text_is_tried_and_not_kept(self, browser_of: Browser, omar: Member) -> None:
        actions.set_word(omar, word="banger", valence=3)
        client = browser_of(omar)
        page = client.post("/staff/listening/try", data={"text": "This brush is a banger."})
        assert page.status_code == 200
        tried = fragment_of(page.text, "data-tried")
        assert 'data-sentiment="pos"' in tried
        assert "banger" in tried
        assert "This brush is a banger." not in client.get("/staff/feedback").text
        assert client.post("/staff/listening/try", data={"text": ""}).status_code == 422

    def test_a_text_in_a_language_we_do_not_read_is_not_scored(
        self, browser_of: Browser, omar: Member
    ) -> None:
        page = browser_of(omar).post("/staff/listening/try", data={"text": "Это очень плохо"})
        assert 'data-sentiment="none"' in page.text

    def test_bars_are_set_within_bounds(self, browser_of: Browser, omar: Member) -> None:
        client = browser_of(omar)
        assert (
            client.post(
                "/staff/listening/bars", data={"person_below": "0.7", "topic_above": "0.8"}
            ).status_code
            == 303
        )
        assert queries.get_listening().person_below == 0.7
        assert (
            client.post("/staff/listening/bars", data={"person_below": "7", "topic_above": "0.8"}).status_code
            == 422
        )

    def test_only_the_offered_days_are_read_again(self, browser_of: Browser, omar: Member) -> None:
        make_read_item()
        client = browser_of(omar)
        assert client.post("/staff/listening/read-again", data={"days": "7"}).status_code == 303
        for days in ("8", "", "x"):
            assert client.post("/staff/listening/read-again", data={"days": days}).status_code == 422


class TestLabels:
    def label(self, client: Client, item_id: int, value: str, **headers: str) -> TestResponse:
        return client.post(f"/staff/listening/labels/{item_id}", data={"value": value}, headers=headers)

    def test_the_texts_are_shown_without_what_was_read_in_them(
        self, browser_of: Browser, omar: Member
    ) -> None:
        item = make_read_item("The parcel came late.", ask_reason="random")
        make_read_item("Nobody asks about this.")
        page = browser_of(omar).get("/staff/listening/labels").text
        assert f'data-item-id="{item.id}"' in page
        assert "data-sentiment" not in page
        assert "Nobody asks about this." not in page

    def test_an_answer_is_a_label_and_the_next_text_comes(self, browser_of: Browser, omar: Member) -> None:
        item = make_read_item("The parcel came late.", ask_reason="random")
        client = browser_of(omar)
        assert self.label(client, item.id, "neg").location == "/staff/listening/labels"
        assert [each.is_random for each in queries.list_corrections_of(item)] == [True]
        assert "The parcel came late." not in client.get("/staff/listening/labels").text

    def test_a_script_gets_only_the_answered_text(self, browser_of: Browser, omar: Member) -> None:
        item = make_read_item("The parcel came late.", ask_reason="random")
        page = self.label(browser_of(omar), item.id, "neu", **{"X-Fragment": "1"})
        assert page.status_code == 200
        assert "You said: Neutral." in page.text
        assert "<html" not in page.text

    def test_who_cannot_tell_skips_it_for_all(self, browser_of: Browser, omar: Member, mia: Member) -> None:
        item = make_read_item("Hm.", ask_reason="unsure")
        assert self.label(browser_of(omar), item.id, "skip").status_code == 303
        assert queries.list_corrections_of(item) == []
        assert queries.count_asked_of(mia) == 0
        actions.ask_more()
        assert queries.count_asked_of(mia) == 0

    def test_other_answers_are_refused(self, browser_of: Browser, omar: Member) -> None:
        item = make_read_item(ask_reason="random")
        for value in ("", "great"):
            assert self.label(browser_of(omar), item.id, value).status_code == 422

    def test_each_is_asked_about_their_own_panels(self, browser_of: Browser) -> None:
        panel = make_panel()
        make_read_item("Over here", panel=panel, ask_reason="random")
        make_read_item("Over there", ask_reason="random")
        page = (
            browser_of(make_member(roles=("moderator",), panel_id=panel.id))
            .get("/staff/listening/labels")
            .text
        )
        assert "Over here" in page
        assert "Over there" not in page


class TestAskMore:
    def test_thirty_of_each_language_are_asked_about_until_few_are_left(self, omar: Member) -> None:
        items = [make_read_item() for _ in range(40)]
        assert actions.ask_more() == 30
        assert actions.ask_more() == 0
        asked = queries.list_asked(omar, limit=100)
        assert {each.ask_reason for each in asked} == {"random"}
        for item in asked[:16]:
            actions.correct(item, omar, field="sentiment", value="neg")
        assert actions.ask_more() == 10
        assert queries.count_asked_of(omar) == len(items) - 16

    def test_with_many_labels_the_least_certain_are_asked_first(self, omar: Member) -> None:
        make_labels(210)
        sure = [make_read_item(confidence=0.9).id for _ in range(60)]
        unsure = [make_read_item(confidence=0.3).id for _ in range(25)]
        actions.ask_more()
        asked = {each.id: each.ask_reason for each in queries.list_asked(omar, limit=100)}
        by_doubt = {key for key, reason in asked.items() if reason == "unsure"}
        assert by_doubt <= set(unsure) or set(unsure) <= set(asked)
        assert "random" in asked.values()
        assert (
            set(asked) & set(sure) <= {key for key, reason in asked.items() if reason == "random"} | by_doubt
        )

    def test_nobody_is_asked_about_what_we_cannot_read(self, omar: Member) -> None:
        make_read_item(sentiment=None, kind=None, language="other", confidence=None)
        assert actions.ask_more() == 0
