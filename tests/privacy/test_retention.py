"""How long things are kept: which rule holds where, what it would forget, and that it forgets just that."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.cases.models import CaseMessage
from community.feedback.models import FeedbackItem
from community.ideas.actions import comments, publishing
from community.ideas.models import Comment, Idea
from community.infra import clock, jobs
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.infra.own_data import Ageing
from community.members.models import MemberSession
from community.moderation.actions import appealing, deciding
from community.moderation.queries.subjects import get_subject
from community.notifications.models import Notice
from community.privacy import actions, retention
from community.privacy.queries import wishes as queries
from community.surveys.models import Answer
from tests.factories.feedback import make_item
from tests.factories.ideas import make_idea
from tests.factories.known import make_known
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_survey
from tests.privacy.places import places_of

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
EVERYTHING = dict.fromkeys(retention.THINGS)


@pytest.fixture
def ada(app):
    return make_member("Ada", roles=("admin",))


class TestPlan:
    def test_without_rules_nothing_is_forgotten(self):
        assert retention.plan({}, [1, 2], now=NOW) == []

    def test_a_panels_own_rule_holds_there_and_the_sites_elsewhere(self):
        rules = {None: {"notices": 12}, 2: {"notices": 3}}
        due = {each.before.date().isoformat(): each for each in retention.plan(rules, [1, 2, 3], now=NOW)}
        assert due["2025-12-31"].panel_ids == (2,)
        assert not due["2025-12-31"].is_site
        assert due["2025-03-31"].panel_ids == (1, 3)
        assert due["2025-03-31"].is_site

    def test_a_panel_alone_can_have_a_rule(self):
        (due,) = retention.plan({7: {"case_talk": 1}}, [7, 8], now=NOW)
        assert (due.panel_ids, due.is_site) == ((7,), False)
        assert due.before.date().isoformat() == "2026-02-28"

    def test_what_belongs_to_no_panel_is_the_sites_alone(self):
        (due,) = retention.plan({None: {"sign_ins": 6}, 1: {}}, [1], now=NOW)
        assert (due.panel_ids, due.is_site) == ((), True)


class TestRules:
    def test_only_administrators_set_them(self, app, ana):
        with pytest.raises(Forbidden):
            actions.set_rules(ana, panel=None, months={"notices": 3})

    def test_an_administrator_of_a_panel_sets_that_panels(self, app):
        panel = make_panel()
        boss = make_member(roles=("admin",), panel_id=panel.id)
        actions.set_rules(boss, panel=panel, months={"notices": 3})
        assert queries.list_all_rules() == {None: {}, panel.id: {"notices": 3}}
        with pytest.raises(Forbidden):
            actions.set_rules(boss, panel=make_panel(), months={"notices": 3})

    @pytest.mark.parametrize("months", [{"notices": 0}, {"sign_ins": 3}, {"notices": 9999}, {"love": 3}])
    def test_they_have_bounds(self, ada, months):
        with pytest.raises(Invalid):
            actions.set_rules(ada, panel=None, months=months)

    def test_a_change_stands_in_the_log_with_before_and_after(self, ada):
        actions.set_rules(ada, panel=None, months={"notices": 12})
        actions.set_rules(ada, panel=None, months={"notices": None})
        rows = db.session.scalars(
            select(Activity).where(Activity.kind == "retention.changed").order_by(Activity.id)
        ).all()
        assert [(row.data["before"], row.data["after"]) for row in rows] == [
            ({"notices": None}, {"notices": 12}),
            ({"notices": 12}, {"notices": None}),
        ]

    def test_the_page_says_first_what_would_be_forgotten(self, ada, browser_of):
        make_item("An old review.", received_at=clock.ago(days=400))
        browser = browser_of(ada)
        asked = browser.post("/staff/settings/retention", data={"imported_texts": "12", "count": "1"})
        assert 'data-would-forget="1"' in asked.text
        assert queries.list_all_rules() == {None: {}}
        assert browser.post("/staff/settings/retention", data={"imported_texts": "12"}).status_code == 303
        assert queries.list_all_rules() == {None: {"imported_texts": 12}}
        refused = browser.post("/staff/settings/retention", data={"imported_texts": "many"})
        assert refused.status_code == 422


class TestForgetting:
    def rule(self, ada, **months):
        actions.set_rules(ada, panel=None, months=months)
        expected = actions.count_due(None, months)
        done = actions.run_rules()
        assert done == sum(expected.values())
        assert actions.run_rules() == 0
        return done

    def test_removed_texts(self, ada, ana):
        panel = make_panel()
        with clock.stopped_at(clock.ago(days=100)):
            old, kept, answered = (make_idea(panel=panel, author=ana, body="Words.") for _ in range(3))
            comment = comments.add_comment(answered, ana, body="Gone.")
            publishing.delete_idea(old, ana)
            comments.delete_comment(comment, ana)
        publishing.delete_idea(kept, ana)
        assert self.rule(ada, removed_texts=2) == 2
        assert [db.session.get(Idea, each.id).body for each in (old, kept, answered)] == [
            "",
            "Words.",
            "Words.",
        ]
        assert db.session.get(Comment, comment.id).body == ""

    def test_what_was_forgotten_is_not_shown_again(self, ada, ana):
        mia = make_member("Mia", roles=("moderator",))
        with clock.stopped_at(clock.ago(days=100)):
            idea = make_idea("More mothballs", panel=make_panel(), author=ana, body="Words.")
            comment = comments.add_comment(idea, ana, body="Gone.")
            decisions = [
                deciding.hide(get_subject(key), mia, reason="rude")
                for key in (f"comment:{comment.id}", f"idea:{idea.id}")
            ]
            jobs.do_owed()
        self.rule(ada, removed_texts=2)
        assert places_of("mothballs", "Gone.") == set()
        for decision in decisions:
            with pytest.raises(Conflict):
                deciding.undo(decision, mia)
        assert (lock(Idea, idea.id).state, lock(Comment, comment.id).state) == ("hidden", "hidden")

    def test_what_somebody_appealed_about_waits(self, ada, ana):
        mia = make_member("Mia", roles=("moderator",))
        with clock.stopped_at(clock.ago(days=100)):
            idea = make_idea(panel=make_panel(), author=ana, body="Words.")
            decision = deciding.hide(get_subject(f"idea:{idea.id}"), mia, reason="rude")
            appealing.appeal(decision, ana, words="It was not.")
        assert self.rule(ada, removed_texts=2) == 0

    def test_a_thing_that_never_goes_does_not_hold_up_the_night(self, app, ada, monkeypatch):
        stuck = Ageing(lambda _reach: 1, lambda _reach, _limit: 1)
        monkeypatch.setitem(app.extensions["ageing"], "notices", stuck)
        actions.set_rules(ada, panel=None, months={"notices": 1})
        assert actions.run_rules() == 1

    def test_imported_texts_also_in_their_panel_only(self, ada):
        old = make_item("An old review.", received_at=clock.ago(days=100))
        elsewhere = make_item("Another.", received_at=clock.ago(days=100))
        new = make_item("A new one.")
        actions.set_rules(ada, panel=elsewhere.panel, months={"imported_texts": 12})
        self.rule(ada, imported_texts=2)
        found = [db.session.get(FeedbackItem, item.id) for item in (old, elsewhere, new)]
        assert [item.text for item in found] == ["", "Another.", "A new one."]

    def test_words_in_answers_and_not_the_choices(self, ada, ana):
        survey = make_survey(kinds=("nps", "long_text"))
        answer(survey, ana, {"nps": 9, "long_text": "Because."}, completed_at=clock.ago(days=100))
        assert self.rule(ada, survey_answers=2) == 1
        assert db.session.scalars(select(Answer.value)).all() == [{"number": 9}]

    def test_talks_notices_and_sign_ins(self, ada):
        known = make_known()
        with unit_of_work() as session:
            session.add(
                MemberSession(member_id=known.member.id, token_hash="x", last_seen_at=clock.ago(days=200))
            )
        counts = actions.count_due(None, EVERYTHING)
        assert set(counts.values()) == {0}
        with clock.stopped_at(clock.now() + timedelta(days=400)):
            self.rule(ada, notices=1, sign_ins=4)
        assert db.session.scalars(select(Notice)).all() == []
        assert db.session.scalars(select(MemberSession)).all() == []
        # The case is still open.
        assert any(message.body for message in db.session.scalars(select(CaseMessage)))
