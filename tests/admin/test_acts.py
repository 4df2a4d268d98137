"""Acts of staff keep what was before and what is after, whichever floor they are on."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.cases.actions import settings as case_settings
from community.cases.actions import teams, templates
from community.feedback import actions as feedback
from community.infra.db import db
from community.loyalty.actions.programme import change_programme
from community.members import actions as members
from community.members.models import Member
from community.panels import actions as panels
from community.surveys.actions import audience, budget, building
from tests.factories.cases import make_rule, make_team
from tests.factories.feedback import make_topic
from tests.factories.members import make_attribute
from tests.factories.panels import make_panel
from tests.factories.surveys import make_survey

Act = Callable[[Member], Any]


def change_question(by: Member) -> None:
    question = make_attribute("text", "Home town")
    members.update_attribute(
        question, kind="text", label={"en": "Town"}, why=question.why, visible_to="staff", options=(),
        position=question.position, is_asked=True, by=by,
    )  # fmt: skip


def change_place(by: Member) -> None:
    panel = make_panel()
    rule = {"fact": "joined_before", "value": "2020-01-01"}
    cell = panels.add_cell(by, panel, name="Early", rule=rule, target_count=3)
    panels.edit_cell(by, panel, cell, name="Early", rule=rule, target_count=5)


def change_door(by: Member) -> None:
    panel = make_panel()
    options = [{"key": "1", "text": "Yes", "admits": True}, {"key": "2", "text": "No", "admits": False}]
    question = panels.add_question(by, panel, text="Do you cook?", options=options)
    panels.edit_question(by, panel, question, text="Do you bake?", options=options)


def change_segment(by: Member) -> None:
    rule = {"fact": "joined_before", "value": "2020-01-01"}
    segment = panels.create_segment(by, name="Early", rule=rule)
    panels.edit_segment(by, segment, name="Earliest", rule=rule)


def change_topic(by: Member) -> None:
    topic = make_topic("Hinges")
    feedback.change_topic(
        topic,
        by,
        settings={
            "name": {"en": "Doors"}, "words": ["door"], "parent_id": None, "owner_id": None,
            "process_owner_id": None,
        },
    )  # fmt: skip


def change_template(by: Member) -> None:
    template = templates.create_template(name={"en": "Thanks"}, body={"en": "Thank you."}, by=by)
    templates.edit_template(template, name={"en": "Thanks"}, body={"en": "Thanks a lot."}, by=by)


def change_team(by: Member) -> None:
    team = make_team(by)
    teams.save_team(team, by=by, name="Another", strategy=team.strategy, member_ids=[])


def change_audience(by: Member) -> None:
    survey = make_survey(state="draft")
    audience.set_audience(survey, by=by, segment_id=None, sampling="random", sample_size=50)


ACTS: dict[str, Act] = {
    "profile_question.changed": change_question,
    "panel.edited (places)": change_place,
    "panel.edited (door)": change_door,
    "segment.changed": change_segment,
    "topic.changed": change_topic,
    "reply_template.changed": change_template,
    "team.changed": change_team,
    "rule.changed": lambda by: case_settings.switch(make_rule(), by=by, on=False),
    "working_hours.changed": lambda by: case_settings.set_working_hours({"time_zone": "Asia/Taipei"}, by=by),
    "site_word.set": lambda by: [feedback.set_word(by, word="meh", valence=each) for each in (-1.0, -2.0)],
    "listening.changed": lambda by: feedback.set_bars(by, person_below=0.42, topic_above=0.91),
    "survey.changed (audience)": change_audience,
    "survey.changed (settings)": lambda by: building.edit_survey(
        make_survey(state="draft"), by=by, settings={"title": {"en": "Another"}}
    ),
    "contact_budget.changed": lambda by: budget.set_budget(
        by, invitation_limit=9, per_days=9, long_minutes=9, rest_days=9, remind_after_days=9
    ),
    "programme.changed": lambda by: change_programme({"ring_minimum": 77}, by=by),
}


class TestBeforeAndAfter:
    @pytest.mark.parametrize("name", ACTS)
    def test_they_are_kept(self, app, ada, name):
        ACTS[name](ada)
        last = db.session.scalars(
            select(Activity).where(Activity.actor_id == ada.id).order_by(Activity.id.desc()).limit(1)
        ).one()
        assert last.kind == name.partition(" ")[0]
        told = last.data.get("changed") or (last.data["before"] and last.data["after"])
        assert told
