"""Changing rules and settings: each change of a rule is a version, and awards keep theirs."""

from typing import Any

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.infra.db import db
from community.infra.errors import Conflict, NotFound
from community.loyalty.actions import awarding
from community.loyalty.actions.programme import change_programme
from community.loyalty.actions.rules import change_rule
from community.loyalty.contributions import CONTRIBUTIONS, NEVER_EARNS, settings_of
from community.loyalty.models import RuleVersion
from community.loyalty.queries import rules
from community.loyalty.queries.programme import programme
from community.members.models import Member

RULE = "idea_accepted"


def say(by: Member, **values: Any) -> RuleVersion:
    """Let the rule say something else."""
    return change_rule(RULE, values, by=by, seen=rules.standing(RULE).number)


def newest(kind: str) -> Activity:
    """The last activity of a kind."""
    return db.session.scalars(
        select(Activity).where(Activity.kind == kind).order_by(Activity.id.desc()).limit(1)
    ).one()


class TestChangeRule:
    def test_it_makes_a_version_and_leaves_the_one_before_as_it_was(self, ada: Member) -> None:
        before = rules.standing(RULE)
        version = say(ada, points=15)
        assert (version.number, version.points, version.made_by_id) == (2, 15, ada.id)
        assert (before.number, before.points) == (1, 10)
        assert rules.standing(RULE).id == version.id
        assert version.decay == before.decay

    def test_what_was_earned_keeps_the_version_that_gave_it(self, ana: Member, ada: Member) -> None:
        def thank(source_id: int) -> int:
            award = awarding.thank(RULE, member_id=ana.id, source=("idea", source_id), title="", path="")
            assert award is not None
            return award.version.number

        thank(1)
        say(ada, points=15)
        assert (thank(2), thank(1)) == (2, 1)

    def test_it_is_recorded_with_what_it_said_before(self, ada: Member) -> None:
        say(ada, points=15, per_day=None)
        activity = newest("earning_rule.changed")
        assert activity.actor_id == ada.id
        assert activity.data["changed"] == {"points": [10, 15], "per_day": [3, None]}

    def test_saying_the_same_again_makes_no_version(self, ada: Member) -> None:
        assert say(ada, points=10).number == 1

    def test_whoever_saw_an_older_version_is_told(self, ada: Member) -> None:
        say(ada, points=15)
        with pytest.raises(Conflict):
            change_rule(RULE, {"points": 16}, by=ada, seen=1)

    def test_what_a_contribution_does_not_let_staff_set_stays(self, ada: Member) -> None:
        change_rule("survey_completed", {"points": 500, "per_day": 2}, by=ada, seen=1)
        version = rules.standing("survey_completed")
        assert (version.points, version.per_day) == (None, 2)

    def test_a_rule_that_waits_for_nothing_keeps_no_way_of_waiting(self, ada: Member) -> None:
        version = change_rule("survey_completed", {"gate": "none"}, by=ada, seen=1)
        assert (version.gate, version.wait_days) == ("none", None)

    def test_words_are_never_paid_for_as_they_are_posted(self, ada: Member) -> None:
        assert say(ada, gate="none").gate == "acceptance"
        assert change_rule("comment_helpful", {"gate": "none"}, by=ada, seen=1).gate == "acceptance"

    def test_there_are_no_other_rules(self, ada: Member) -> None:
        with pytest.raises(KeyError):
            change_rule("praise", {"points": 5}, by=ada, seen=1)
        with pytest.raises(NotFound):
            rules.standing("praise")


class TestHistory:
    def test_it_shows_who_made_what_of_what(self, ada: Member) -> None:
        say(ada, points=15)
        say(ada, points=20)
        lines = rules.list_history(RULE, number=1).items
        assert [(line.version.number, line.version.points, line.made_by_name) for line in lines] == [
            (3, 20, "Ada Novak"),
            (2, 15, "Ada Novak"),
            (1, 10, None),
        ]
        assert [line.before and line.before.points for line in lines] == [15, 10, None]


class TestContributions:
    def test_each_has_a_rule_that_stands_from_the_beginning(self, app: object) -> None:
        assert [version.rule for version in rules.list_standing()] == list(CONTRIBUTIONS)

    def test_praise_votes_and_ratings_are_none(self) -> None:
        assert len(NEVER_EARNS) == 4
        for rule, contribution in CONTRIBUTIONS.items():
            words = {rule, *contribution.sources}
            assert not words & {"praise", "vote", "rating", "nps", "csat", "answer", "sentiment"}

    def test_no_rule_has_a_setting_that_looks_at_what_was_said(self) -> None:
        columns = set(RuleVersion.__table__.columns.keys())
        for rule in CONTRIBUTIONS:
            assert set(settings_of(rule)) <= columns
        assert not {name for name in columns if "rating" in name or "sentiment" in name or "kind" in name}


class TestChangeProgramme:
    def test_it_is_recorded_with_what_was_set_before(self, ada: Member) -> None:
        change_programme({"points_per_day": 80, "grace_days": 30}, by=ada)
        assert programme().points_per_day == 80
        assert newest("programme.changed").data["changed"] == {"points_per_day": [100, 80]}
