"""What moderation does in surveys: members on a pause answer nothing, and flagged statements are hidden."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Forbidden
from community.members.models import Member
from community.moderation.actions.flagging import flag
from community.moderation.models import QueueItem
from community.moderation.queries.subjects import get_subject
from community.panels.models import Panel
from community.panels.queries import find_membership
from community.surveys.actions import answering, statements
from community.surveys.models import Survey
from tests.conftest import Client
from tests.factories.moderation import stand_on_level
from tests.factories.panels import make_panel
from tests.surveys.choosing import make_opinions, standing_of, statement_saying

FREE, SUNDAY = "Delivery should be free.", "Shops should open on Sundays."
MINE = "Everything should be repairable."


@pytest.fixture
def survey(ana: Member, ben: Member, lin: Member, omar: Member) -> Survey:
    """Two statements, asked of three members."""
    return make_opinions(make_panel(members=(ana, ben, lin)), omar, FREE, SUNDAY, goes_live=True)


def pause(survey: Survey, member: Member) -> None:
    """Let the member pause for a week in the panel of the survey."""
    with unit_of_work():
        membership = find_membership(member, db.session.get_one(Panel, survey.only_panel_id))
        assert membership is not None
        membership.paused_until = clock.now() + timedelta(days=7)


class TestPausedMembers:
    def test_they_neither_begin_nor_go_on(self, survey: Survey, ana: Member, ben: Member) -> None:
        response = answering.begin(survey, ben)
        for member in (ana, ben):
            pause(survey, member)
            with pytest.raises(Forbidden, match="pause"):
                answering.begin(survey, member)
        standing = standing_of(survey, "opinions")
        with pytest.raises(Forbidden, match="pause"):
            statements.vote(response, standing, ben, statement_id=statement_saying(FREE).id, vote=1)
        with pytest.raises(Forbidden, match="pause"):
            statements.add(response, standing, ben, text=MINE)

    def test_the_page_says_so(
        self, survey: Survey, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        pause(survey, ana)
        page = browser_of(ana).get(f"/surveys/{survey.id}")
        assert page.status_code == 200
        assert "data-paused-until" in page.text
        assert 'class="survey-begin"' not in page.text


class TestFlaggedStatements:
    def test_enough_flags_take_one_out_until_somebody_looks(
        self, survey: Survey, ana: Member, ben: Member, lin: Member
    ) -> None:
        response = answering.begin(survey, ana)
        statements.add(response, standing_of(survey, "opinions"), ana, text=MINE)
        for member in (ben, lin):
            stand_on_level(member, 3)
            for text in (FREE, MINE):
                flag(get_subject(f"statement:{statement_saying(text).id}"), member, reason="off_topic")
        assert statement_saying(MINE).state == "out"
        # What staff wrote stands until then.
        assert statement_saying(FREE).state == "live"
        assert db.session.scalars(select(QueueItem.state)).all() == ["open", "open"]

    def test_the_page_of_a_statement_leads_to_reporting_it(
        self, survey: Survey, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        browser = browser_of(ben)
        browser.post(f"/surveys/{survey.id}/start")
        page = browser.get(f"/surveys/{survey.id}/pages/1")
        assert page.status_code == 200
        assert "/flags?subject=statement:" in page.text
