"""What follows by itself: on time, once, and one survey does not hold up the others."""

from datetime import datetime

from sqlalchemy import select

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.panels.models import Membership
from community.surveys import jobs
from community.surveys.models import Survey
from community.surveys.queries.profiles import profile_of
from tests.factories.panels import answer as tell
from tests.factories.panels import make_attribute, make_panel
from tests.factories.surveys import answer, make_survey
from tests.surveys.reaching import make_cell, noticed, told


def planned(opens_at: datetime | None, **values: object) -> Survey:
    """A survey whose opening is planned."""
    return make_survey(state="preview", opens_at=opens_at, **values)  # type: ignore[arg-type]


def happened(survey: Survey) -> list[str]:
    """What was recorded about the survey, in order."""
    return list(
        db.session.scalars(
            select(Activity.kind)
            .where(Activity.subject_type == "survey", Activity.subject_id == survey.id)
            .order_by(Activity.id)
        )
    )


class TestOpenDue:
    def test_what_is_due_opens_and_the_rest_waits(self, ana: Member) -> None:
        due = planned(clock.ago(minutes=1), panel=make_panel(members=(ana,)))
        later, unplanned = planned(clock.ahead(minutes=5)), planned(None)
        jobs.open_due()
        jobs.open_due()
        assert [due.state, later.state, unplanned.state] == ["open", "preview", "preview"]
        assert happened(due) == ["survey.opened"]

    def test_one_that_cannot_open_holds_up_none_of_the_others(self, omar: Member) -> None:
        broken = planned(clock.ago(minutes=2), kinds=(), owner_id=omar.id)
        whole = planned(clock.ago(minutes=1))
        jobs.open_due()
        assert [broken.state, whole.state] == ["draft", "open"]
        assert happened(broken) == ["survey.not_opened"]


class TestCloseDue:
    def test_what_is_over_closes_once(self, ana: Member) -> None:
        over, open_still = make_survey(closes_at=clock.ago(minutes=1)), make_survey()
        jobs.close_due()
        jobs.close_due()
        assert [over.state, open_still.state] == ["closed", "open"]
        assert happened(over) == ["survey.closed"]


class TestInvite:
    def test_members_are_drawn_told_and_later_reminded(self, ana: Member, ben: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_survey(panel=panel)
        jobs.invite()
        assert told(survey) == {ana.id}
        with unit_of_work() as session:
            session.add(Membership(panel_id=panel.id, member_id=ben.id))
        jobs.invite()
        jobs.remind()
        assert told(survey) == {ana.id, ben.id}
        with clock.stopped_at(clock.ahead(days=4)):
            jobs.remind()
        assert noticed(ben) == ["surveys.invited", "surveys.reminded"]


class TestGivePlacesBack:
    def test_a_place_of_somebody_who_went_away_is_free_again(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="quotas")
        cell = make_cell(survey, held_count=1)
        answer(survey, ana, state="started", cell_id=cell.id, held_until=clock.ago(minutes=1))
        jobs.give_places_back()
        assert cell.held_count == 0


class TestProfileOf:
    def test_it_holds_choices_and_the_panels_that_are_asked_and_nothing_promised_to_stay_hidden(
        self, ana: Member
    ) -> None:
        region = make_attribute("region", "single_choice", "north", "south")
        crafts = make_attribute("crafts", "several_choices", "paper", "wood", "clay")
        hidden = make_attribute("income", "single_choice", "low", "high", visible_to="self")
        tell(ana, region, "north")
        tell(ana, crafts, "paper", "clay")
        tell(ana, hidden, "low")
        tell(ana, make_attribute("city", "text"), "Lagos")
        asked, left = make_panel(slug="asked", members=(ana,)), make_panel(slug="left")
        make_panel(slug="other", members=(ana,))
        assert profile_of(ana, panel_ids=[asked.id, left.id]) == {
            "region": ["north"], "crafts": ["clay", "paper"], "panel": ["asked"],
        }  # fmt: skip
