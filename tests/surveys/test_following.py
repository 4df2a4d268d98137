"""Results follow what staff change around a question: its statements, its ideas, its pictures, its words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import current_app

from community.infra.db import db, lock, unit_of_work
from community.infra.images import read_image
from community.members.models import Member
from community.surveys.actions import pairs, pictures, statements
from community.surveys.models import Statement, Survey
from community.surveys.queries import pairs as pair_queries
from community.surveys.queries import pictures as picture_queries
from community.surveys.queries.tallying import is_any_due
from tests.factories.panels import make_panel
from tests.factories.surveys import make_survey
from tests.surveys.choosing import make_opinions, make_pairs, picture_file, standing_of

FREE = "Parking should be free"


def follows(survey: Survey, change: Callable[[], object]) -> bool:
    """Whether the results, up to date before, are to be counted anew after the change."""
    with unit_of_work():
        row = lock(Survey, survey.id)
        row.tallied_at = row.answers_changed_at
    assert not is_any_due()
    change()
    db.session.expire_all()
    return is_any_due()


class TestResultsFollow:
    @pytest.mark.parametrize("state", ["out", "live"])
    def test_a_statement_that_is_taken_out_or_let_live(self, ana: Member, omar: Member, state: str) -> None:
        survey = make_opinions(make_panel(members=(ana,)), omar, FREE)
        row = db.session.query(Statement).one()
        with unit_of_work():
            lock(Statement, row.id).state = "waiting"
        assert follows(survey, lambda: statements.decide(row, survey, state=state, staff=omar))
        assert not follows(survey, lambda: statements.decide(row, survey, state=state, staff=omar))

    def test_an_idea_that_is_taken_out_or_put_in(self, ana: Member, omar: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)))
        question = standing_of(survey, "pairwise").question
        idea_id = pair_queries.list_records(question.id, ana)[0].item
        assert follows(survey, lambda: pairs.take_out(question, survey, idea_id=idea_id, staff=omar))
        assert follows(survey, lambda: pairs.put_in(question, survey, idea_id=idea_id, staff=omar))

    def test_a_picture_that_is_offered_or_withdrawn(
        self, ana: Member, omar: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(current_app.config, "UPLOAD_DIR", tmp_path)
        survey = make_survey(kinds=("picture",), panel=make_panel(members=(ana,)))
        question = standing_of(survey, "picture").question
        image = read_image(picture_file())
        assert follows(
            survey, lambda: pictures.offer(question, image, description={"en": "A calm sea"}, staff=omar)
        )
        line = picture_queries.list_offered(question.id)[0]
        picture = picture_queries.get_offered(question.id, line.id)
        assert not follows(survey, lambda: pictures.describe(picture, description={"en": "The sea"}))
        assert follows(survey, lambda: pictures.withdraw(picture))
