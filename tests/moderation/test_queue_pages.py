"""The moderators' pages: what they show to whom, and what their buttons do without a script."""

import re
from collections.abc import Callable

import pytest

from community.ideas.actions.comments import add_comment
from community.ideas.actions.publishing import delete_idea, edit_idea
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.moderation.actions import appealing, deciding, queue
from community.moderation.actions.flagging import flag
from community.moderation.models import Decision, QueueItem
from community.moderation.queries.subjects import get_subject
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.moderation import make_item
from tests.factories.panels import make_panel
from tests.statements import statements

Browser = Callable[[Member], Client]
NUMBER = "Call me on 138 0013 8000 any evening."


def only_item() -> QueueItem:
    return db.session.query(QueueItem).one()


class TestQueue:
    def test_what_was_promised_soonest_comes_first_and_only_of_the_panels_one_moderates(
        self, mia, browser_of: Browser
    ):
        here, elsewhere = make_panel(), make_panel(visibility="private")
        make_item(panel=here, title="Promised tomorrow")
        make_item(panel=here, title="Promised soon", due_at=clock.ahead(hours=1), rule="links")
        make_item(panel=elsewhere, title="A secret canary")
        make_item(subject=mia, title="A name canary")
        own = make_member(roles=("moderator",), panel_id=here.id)
        page = browser_of(own).get("/staff/moderation").text
        assert page.index("Promised soon") < page.index("Promised tomorrow")
        assert "canary" not in page
        assert "canary" in browser_of(mia).get("/staff/moderation").text
        narrowed = browser_of(own).get("/staff/moderation?rule=links").text
        assert "Promised soon" in narrowed
        assert "Promised tomorrow" not in narrowed

    def test_it_asks_the_same_of_the_database_however_much_waits(self, mia, browser_of: Browser):
        browser, panel = browser_of(mia), make_panel()
        counts = []
        for more in (5, 55):
            for _number in range(more):
                make_item(panel=panel)
            browser.get("/staff/moderation")
            with statements() as sent:
                browser.get("/staff/moderation")
            counts.append(len(sent))
        assert counts[0] == counts[1]

    def test_members_and_other_staff_stay_outside(self, ana, omar, browser_of: Browser):
        for member in (ana, omar):
            assert browser_of(member).get("/staff/moderation").status_code == 403

    def test_many_are_decided_at_once_with_one_reason_but_what_others_hold_is_left_out(
        self, ana, ben, mia, browser_of: Browser
    ):
        ideas = [make_idea(author=author, body=NUMBER) for author in (ana, ben, mia)]
        items = {item.subject_id: item for item in db.session.query(QueueItem)}
        assert len(items) == 2  # Whoever works here is not screened.
        third = make_idea(author=ana, body=f"Another number. {NUMBER}")
        held = db.session.query(QueueItem).filter_by(subject_id=third.id).one()
        queue.claim(held, make_member(roles=("moderator",)))
        ticked = [item.id for item in db.session.query(QueueItem)]
        form = {"item": ticked, "bulk_verb": "hide", "bulk_reason": ""}
        assert browser_of(mia).post("/staff/moderation/bulk", data=form).status_code == 422
        answer = browser_of(mia).post(
            "/staff/moderation/bulk", data=form | {"bulk_reason": "personal_data"}, follow_redirects=True
        )
        assert "2 texts are decided." in answer.text
        assert [ideas[0].state, ideas[1].state, third.state] == ["hidden", "hidden", "waiting"]


class TestItemPage:
    def test_it_shows_what_was_found_who_wrote_it_and_what_stands_around(
        self, ana, ben, mia, browser_of: Browser
    ):
        idea = make_idea("Cards with little birds", author=ana)
        add_comment(idea, ana, body="What do you think of this one?")
        add_comment(idea, ben, body=NUMBER)
        item = only_item()
        page = browser_of(mia).get(f"/staff/moderation/{item.id}").text
        assert "<mark>138 0013 8000</mark>" in page
        assert "What do you think of this one?" in page
        assert ben.display_name in page
        assert item.claimed_by_id == mia.id
        other = browser_of(make_member(roles=("moderator",))).get(f"/staff/moderation/{item.id}").text
        assert f"{mia.display_name} is looking at it until" in other
        assert 'value="approve"' not in other

    def test_what_is_gone_waits_no_longer_once_somebody_looks(self, ana, ben, mia, browser_of: Browser):
        gone = [make_idea(author=ana), make_idea(author=ana)]
        for idea in gone:
            flag(get_subject(f"idea:{idea.id}"), ben, reason="spam")
            delete_idea(idea, ana)
        opened, ticked = db.session.query(QueueItem).order_by(QueueItem.id)
        assert "It is no longer there" in browser_of(mia).get(f"/staff/moderation/{opened.id}").text
        browser_of(mia).post("/staff/moderation/bulk", data={"item": [ticked.id], "bulk_verb": "approve"})
        assert {item.state for item in db.session.query(QueueItem)} == {"closed"}

    def test_votes_are_not_hidden_from_here(self, ana, mia, browser_of: Browser):
        page = f"/staff/moderation/on?subject=votes:{make_idea(author=ana).id}"
        assert browser_of(mia).get(page).status_code == 404

    @pytest.mark.parametrize("panel", ["²", "9" * 19, "9" * 5000, "1"])
    def test_it_is_moved_to_panels_on_the_list_only(self, ana, browser_of: Browser, panel: str):
        idea = make_idea(author=ana)
        own = make_member(roles=("moderator",), panel_id=idea.panel_id)
        sent = browser_of(own).post(
            f"/staff/moderation/on?subject=idea:{idea.id}", data={"verb": "move", "panel_id": panel}
        )
        assert (sent.status_code, "Please choose one of the options." in sent.text) == (422, True)

    @pytest.mark.parametrize("verb", ["restore", "unlock", "approve", "trust"])
    def test_what_changes_nothing_is_no_decision(self, ana, mia, browser_of: Browser, verb: str):
        page = f"/staff/moderation/on?subject=idea:{make_idea(author=ana).id}"
        assert browser_of(mia).post(page, data={"verb": verb}).status_code == 409
        assert db.session.query(Decision).count() == 0

    def test_another_panels_moderator_finds_nothing_there(self, ana, browser_of: Browser):
        make_idea(author=ana, body=NUMBER)
        other = make_member(roles=("moderator",), panel_id=make_panel().id)
        item = only_item()
        assert browser_of(other).get(f"/staff/moderation/{item.id}").status_code == 404
        sent = browser_of(other).post(f"/staff/moderation/{item.id}/decide", data={"verb": "approve"})
        assert (sent.status_code, item.state) == (404, "open")

    def test_deciding_leads_to_what_waits_next(self, ana, ben, mia, browser_of: Browser):
        first = make_idea(author=ana, body=NUMBER)
        second = make_idea(author=ben, body=NUMBER)
        items = {item.subject_id: item for item in db.session.query(QueueItem)}
        answer = browser_of(mia).post(
            f"/staff/moderation/{items[first.id].id}/decide", data={"verb": "approve"}
        )
        assert (answer.status_code, first.state) == (303, "published")
        assert answer.location.endswith(f"/staff/moderation/{items[second.id].id}")

    def test_words_that_nobody_has_read_are_not_let_through(self, ana, mia, browser_of: Browser):
        idea = make_idea(author=ana, body=NUMBER)
        item, browser = only_item(), browser_of(mia)
        pages = ("/staff/moderation", f"/staff/moderation/{item.id}")
        read = [
            re.search(r'\bread(?:=|" value=")([^"&]+)', browser.get(page).text).group(1) for page in pages
        ]
        edit_idea(idea, ana, title=idea.title, body=f"Or {NUMBER}", tags=())
        approved = browser.post(
            f"/staff/moderation/{item.id}/decide?read={read[1]}", data={"verb": "approve"}
        )
        bulk = {"item": [item.id], "bulk_verb": "approve", "read": read[0]}
        browser.post("/staff/moderation/bulk", data=bulk)
        assert (approved.status_code, idea.state) == (409, "waiting")
        again = re.search(r"decide[?]read=[^\"]+", browser.get(pages[1]).text).group()
        assert (
            browser.post(f"/staff/moderation/{item.id}/{again}", data={"verb": "approve"}).status_code == 303
        )
        assert idea.state == "published"

    def test_what_somebody_else_has_to_hear_does_not_come_next(self, ana, mia, browser_of: Browser):
        appealed = deciding.hide(get_subject(f"idea:{make_idea(author=ana).id}"), mia, reason="rude")
        appealing.appeal(appealed, ana, words="I did not mean it like that.")
        idea = make_idea(author=ana, body=NUMBER)
        item = db.session.query(QueueItem).filter_by(kind="held", subject_id=idea.id).one()
        done = browser_of(mia).post(f"/staff/moderation/{item.id}/decide", data={"verb": "approve"})
        assert done.location.endswith("/staff/moderation")

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"verb": "hide", "message": "Kept words"}, "hide-reason"),
            ({"verb": "edit", "title": "Other words for it", "body": "x"}, "edit-reason"),
            ({"verb": "merge", "into": "999999"}, "merge-into"),
            ({"verb": "move", "panel_id": ""}, "move-panel"),
            ({"verb": "pause", "days": "7"}, "person-reason"),
        ],
    )
    def test_what_is_refused_comes_back_filled_in(self, ana, mia, browser_of: Browser, sent, field):
        idea = make_idea(author=ana, body=NUMBER)
        answer = browser_of(mia).post(f"/staff/moderation/{only_item().id}/decide", data=sent)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert sent.get("message", "") in answer.text
        assert idea.state == "waiting"

    def test_a_script_hears_of_success_in_short_and_of_a_refusal_in_words(
        self, ana, mia, browser_of: Browser
    ):
        idea = make_idea(author=ana, body=NUMBER)
        browser, address = browser_of(mia), f"/staff/moderation/{only_item().id}/decide"
        form, headers = {"verb": "approve"}, {"X-Fragment": "1"}
        assert browser.post(address, data=form, headers=headers).status_code == 204
        again = browser.post(address, data=form, headers=headers)
        assert (again.status_code, again.text) == (409, "Somebody else has decided this already.")
        assert idea.state == "published"

    def test_each_verb_can_be_sent_from_the_page(self, ana, mia, browser_of: Browser):
        panel, other = make_panel(), make_panel()
        known = make_idea("Cards with little birds", panel=panel)
        idea = make_idea("Something else entirely", panel=panel, author=ana)
        browser, page = browser_of(mia), f"/staff/moderation/on?subject=idea:{idea.id}"
        for sent, state in (
            ({"verb": "hide", "reason": "rude"}, "hidden"),
            ({"verb": "restore"}, "published"),
            ({"verb": "keep_private", "reason": "security"}, "hidden"),
            ({"verb": "restore"}, "published"),
            ({"verb": "lock"}, "published"),
            ({"verb": "unlock"}, "published"),
            ({"verb": "edit", "reason": "rude", "title": "Other words for it", "body": "x"}, "published"),
            ({"verb": "move", "panel_id": str(other.id)}, "published"),
            ({"verb": "move", "panel_id": str(panel.id)}, "published"),
            ({"verb": "warn", "reason": "rude", "days": "7", "scope": "panel"}, "published"),
            ({"verb": "pause", "reason": "rude", "days": "7", "scope": "panel"}, "published"),
            ({"verb": "suspend", "reason": "rude", "days": "7", "scope": "site"}, "published"),
            ({"verb": "merge", "into": str(known.id)}, "published"),
        ):
            assert browser.get(page).status_code == 200
            answer = browser.post(page, data=sent)
            assert (answer.status_code, idea.state) == (303, state), sent
        assert idea.merged_into_id == known.id
        assert db.session.query(Decision).count() == 13


class TestAsking:
    def test_the_author_reads_the_question_and_answers_it_on_a_page_of_their_own(
        self, ana, ben, mia, browser_of: Browser
    ):
        make_idea(author=ana, body=NUMBER)
        item = only_item()
        asked = browser_of(mia).post(
            f"/staff/moderation/{item.id}/ask", data={"body": "Is this your own number?"}
        )
        assert (asked.status_code, item.state) == (303, "asked")
        address = f"/me/moderation/waiting/{item.id}"
        page = browser_of(ana).get(address).text
        assert "Is this your own number?" in page
        assert mia.display_name not in page
        assert browser_of(ben).get(address).status_code == 404
        assert browser_of(ana).post(address, data={"body": ""}).status_code == 422
        assert browser_of(ana).post(address, data={"body": "It is."}).status_code == 303
        assert item.state == "open"
        assert "It is." in browser_of(mia).get(f"/staff/moderation/{item.id}").text


class TestDecisionsPage:
    def test_what_was_decided_is_listed_and_can_be_put_back(self, ana, mia, browser_of: Browser):
        idea = make_idea(author=ana)
        decision = deciding.hide(get_subject(f"idea:{idea.id}"), mia, reason="rude", note="Third time")
        browser = browser_of(mia)
        page = browser.get("/staff/moderation/decisions?verb=hide&mine=1").text
        assert "Rude to others" in page
        assert "Third time" in page
        assert "Rude to others" not in browser.get("/staff/moderation/decisions?verb=lock").text
        answer = browser.post(f"/staff/moderation/decisions/{decision.id}/undo")
        assert (answer.status_code, idea.state) == (303, "published")

    def test_of_another_panel_it_is_neither_seen_nor_undone(self, ana, mia, browser_of: Browser):
        idea = make_idea(author=ana)
        decision = deciding.hide(get_subject(f"idea:{idea.id}"), mia, reason="rude")
        other = browser_of(make_member(roles=("moderator",), panel_id=make_panel().id))
        assert "Rude to others" not in other.get("/staff/moderation/decisions").text
        assert other.post(f"/staff/moderation/decisions/{decision.id}/undo").status_code == 404


class TestIdeaPage:
    def test_its_author_reads_why_it_is_hidden_and_others_find_nothing(
        self, ana, ben, mia, client, browser_of: Browser
    ):
        idea = make_idea(author=ana)
        deciding.hide(get_subject(f"idea:{idea.id}"), mia, reason="rude", message="Say it kindly.")
        address = f"/ideas/{idea.id}-{idea.slug}"
        page = browser_of(ana).get(address).text
        assert "It spoke of others in a way that hurts." in page
        assert "Say it kindly." in page
        assert client.get(address).status_code == browser_of(ben).get(address).status_code == 404

    def test_moderators_find_the_way_to_the_desk_and_others_do_not(self, ana, ben, mia, browser_of: Browser):
        idea = make_idea(author=ana)
        comment = add_comment(idea, ben, body="I would like that too.")
        for member, is_there in ((mia, True), (ben, False)):
            page = browser_of(member).get(f"/ideas/{idea.id}-{idea.slug}").text
            for subject in (f"idea:{idea.id}", f"comment:{comment.id}"):
                assert (f"/staff/moderation/on?subject={subject}" in page) is is_there

    def test_a_closed_idea_says_so_and_offers_nothing_to_add(self, ana, ben, mia, browser_of: Browser):
        idea = make_idea(author=ana)
        deciding.shut(get_subject(f"idea:{idea.id}"), mia)
        page = browser_of(ben).get(f"/ideas/{idea.id}-{idea.slug}").text
        assert "Our moderators have closed this idea." in page
        assert f"/ideas/{idea.id}/comments" not in page
