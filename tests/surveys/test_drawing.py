"""Who is drawn: everybody, or a sample that its seed can draw again."""

from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sqlalchemy import select

from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.panels.models import Membership
from community.surveys import sampling
from community.surveys.actions.drawing import draw, draw_newcomers
from community.surveys.models import Survey, SurveyInvitation
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_survey


def drawn(survey: Survey) -> list[int]:
    """The ids of the drawn members in the order in which they were drawn."""
    return list(
        db.session.scalars(
            select(SurveyInvitation.member_id)
            .where(SurveyInvitation.survey_id == survey.id)
            .order_by(SurveyInvitation.id)
        )
    )


class TestInDrawnOrder:
    @given(st.sets(st.integers(1, 10**9), max_size=60), st.integers(1, 2**31), st.integers(1, 10**9))
    def test_the_seed_draws_the_same_again_whoever_else_is_there(
        self, ids: set[int], seed: int, other: int
    ) -> None:
        order = sampling.in_drawn_order(ids, seed=seed)
        assert sorted(order) == sorted(ids)
        with_other = sampling.in_drawn_order({*ids, other}, seed=seed)
        assert [each for each in with_other if each in ids and each != other] == [
            each for each in order if each != other
        ]

    def test_everybody_is_drawn_equally_often(self) -> None:
        counts = dict.fromkeys(range(1, 21), 0)
        for seed in range(1, 2001):
            for member_id in sampling.in_drawn_order(counts, seed=seed)[:5]:
                counts[member_id] += 1
        # 500 each are expected.
        assert stats.chisquare(list(counts.values())).pvalue > 0.001


class TestDraw:
    def test_everybody_in_the_panels_is_drawn_once(self, ana: Member, ben: Member, lin: Member) -> None:
        survey = make_survey(panels=(make_panel(members=(ana, ben)), make_panel(members=(ben, lin))))
        assert draw(survey) == 3
        assert draw(survey) == 0
        assert sorted(drawn(survey)) == sorted(each.id for each in (ana, ben, lin))

    def test_a_sample_can_be_drawn_again_from_its_seed(self, app: object) -> None:
        people = tuple(make_member() for _number in range(30))
        survey = make_survey(panel=make_panel(members=people), sampling="random", sample_size=7)
        assert draw(survey) == 7
        assert survey.sample_seed > 0
        order = sampling.in_drawn_order([each.id for each in people], seed=survey.sample_seed)
        assert drawn(survey) == order[:7]

    def test_two_seeds_draw_different_people(self, app: object) -> None:
        panel = make_panel(members=tuple(make_member() for _number in range(30)))
        surveys = [
            make_survey(panel=panel, sampling="random", sample_size=7, sample_seed=seed) for seed in (1, 2)
        ]
        for survey in surveys:
            draw(survey)
        assert set(drawn(surveys[0])) != set(drawn(surveys[1]))

    def test_a_sample_larger_than_the_audience_is_the_audience(self, ana: Member) -> None:
        survey = make_survey(panel=make_panel(members=(ana,)), sampling="random", sample_size=50)
        assert draw(survey) == 1

    def test_nobody_suspended_or_gone_is_drawn(self, ana: Member, ben: Member) -> None:
        suspended = make_member(state="suspended")
        panel = make_panel(members=(ana, ben, suspended))
        with unit_of_work() as session:
            session.get_one(Membership, (panel.id, ben.id)).left_at = ben.joined_at
        survey = make_survey(panel=panel)
        draw(survey)
        assert drawn(survey) == [ana.id]

    def test_a_poll_draws_nobody(self, ana: Member) -> None:
        assert draw(make_survey(panel=make_panel(members=(ana,)), kind="poll")) == 0


class TestDrawNewcomers:
    def test_they_come_into_what_asks_everybody_but_not_into_a_sample(self, ana: Member, ben: Member) -> None:
        panel = make_panel(members=(ana,))
        everyone = make_survey(panel=panel)
        sample = make_survey(panel=panel, sampling="random", sample_size=2)
        closed = make_survey(panel=panel, state="closed")
        for survey in (everyone, sample):
            draw(survey)
        with unit_of_work() as session:
            session.add(Membership(panel_id=panel.id, member_id=ben.id))
        assert draw_newcomers() == 1
        assert drawn(everyone) == [ana.id, ben.id]
        assert (drawn(sample), drawn(closed)) == ([ana.id], [])
