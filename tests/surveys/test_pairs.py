"""Pairs of ideas: which take part, what is shown to whom, and that every choice counts once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.activity.actions import follow_due
from community.ideas.actions import merges, publishing
from community.ideas.models import Idea
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from community.surveys.actions import answering, opening, pairs, preparing
from community.surveys.models import Contender, PairVote, Survey
from community.surveys.queries import pairs as queries
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_question, make_survey
from tests.statements import statements
from tests.surveys.choosing import (
    choose,
    hidden_fields,
    make_pairs,
    press,
    standing_of,
    standings,
    value_of,
)

Browser = Callable[[Member], Client]


def ideas_in(survey: Survey) -> list[int]:
    """The ideas that take part, in the order of their ids."""
    return sorted(standings(survey))


def shown_to(survey: Survey, member: Member) -> queries.Pairs:
    """What the member meets next."""
    standing = standing_of(survey, "pairwise")
    response = answering.begin(survey, member)
    return queries.get_pairs(standing.question.id, standing.version.settings, response, member)


@pytest.fixture
def room_for_five(monkeypatch: pytest.MonkeyPatch) -> None:
    """Surveys that are full with five ideas."""
    monkeypatch.setattr(queries, "MOST_IDEAS", 5)


def set_state(survey: Survey, state: str) -> None:
    """Bring the survey into a state as if its time had come."""
    with unit_of_work():
        lock(Survey, survey.id).state = state


class TestChoosing:
    def test_a_choice_is_kept_with_its_counts(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)))
        one, two, *_rest = ideas_in(survey)
        choose(survey, ana, two, one, two)

        assert standings(survey)[two] == (1, 0, 0)
        assert standings(survey)[one] == (0, 1, 0)

    def test_i_cannot_say_is_kept_too(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)))
        one, two, *_rest = ideas_in(survey)
        choose(survey, ana, one, two, None)

        assert standings(survey)[one] == standings(survey)[two] == (0, 0, 1)

    def test_the_same_pair_counts_once_however_it_is_turned(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)))
        one, two, *_rest = ideas_in(survey)
        choose(survey, ana, one, two, one)
        choose(survey, ana, two, one, two)

        assert standings(survey)[one] == (1, 0, 0)
        assert standings(survey)[two] == (0, 1, 0)

    def test_a_third_idea_cannot_win(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)))
        one, two, three, *_rest = ideas_in(survey)
        with pytest.raises(Invalid):
            choose(survey, ana, one, two, three)

        assert set(standings(survey).values()) == {(0, 0, 0)}

    def test_the_question_is_answered_once_enough_pairs_are(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)))
        one, two, three, *_rest = ideas_in(survey)
        choose(survey, ana, one, two, one)
        assert value_of(survey, ana) is None

        choose(survey, ana, one, three, None)
        assert value_of(survey, ana) == {"pairs": 2}

    def test_one_pair_is_enough_if_the_question_may_be_left_out(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)), is_required=False)
        choose(survey, ana, *ideas_in(survey)[:2], None)

        assert value_of(survey, ana) == {"pairs": 1}

    def test_it_is_answered_when_no_pair_is_left(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)), ideas=2, least=5)
        choose(survey, ana, *ideas_in(survey), None)

        assert shown_to(survey, ana).pair is None
        assert value_of(survey, ana) == {"pairs": 1}

    def test_no_more_pairs_than_are_to_be_asked(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)), most=2)
        for _number in range(2):
            pair = shown_to(survey, ana).pair
            assert pair is not None
            choose(survey, ana, pair.left.id, pair.right.id, pair.left.id)

        assert shown_to(survey, ana).pair is None

    def test_each_pair_is_shown_once_until_none_is_left(self, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)), ideas=4)
        met = set()
        while pair := shown_to(survey, ana).pair:
            met.add(frozenset((pair.left.id, pair.right.id)))
            choose(survey, ana, pair.left.id, pair.right.id, None)

        assert len(met) == 6

    @pytest.mark.parametrize("state", ["closed", "told_back"])
    def test_nobody_chooses_after_closing(self, ana: Member, state: str) -> None:
        survey = make_pairs(make_panel(members=(ana,)))
        response, standing = answering.begin(survey, ana), standing_of(survey, "pairwise")
        one, two, *_rest = ideas_in(survey)
        set_state(survey, state)
        with pytest.raises(Conflict):
            pairs.choose(response, standing, ana, left_id=one, right_id=two, winner_id=one)

        assert db.session.scalar(select(func.count(PairVote.id))) == 0

    def test_withdrawing_takes_the_choices_out_of_the_counts(self, ana: Member, ben: Member) -> None:
        survey = make_pairs(make_panel(members=(ana, ben)))
        one, two, three, *_rest = ideas_in(survey)
        for member in (ana, ben):
            choose(survey, member, one, two, one)
        choose(survey, ana, two, three, None)
        answering.withdraw(survey, ana)

        assert standings(survey)[one] == (1, 0, 0)
        assert standings(survey)[two] == (0, 1, 0)
        assert standings(survey)[three] == (0, 0, 0)


class TestWhoTakesPart:
    def test_those_with_the_most_support_by_default(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        liked = [make_idea(panel=panel, support_count=number).id for number in (5, 9, 1)]
        survey = make_pairs(panel, ideas=0, count=2)

        assert ideas_in(survey) == sorted(liked[:2])

    def test_those_with_a_tag_or_a_status(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        tagged = make_idea(panel=panel, tags=("Gift Wrap",))
        planned = make_idea(panel=panel, status="planned")
        make_idea(panel=panel)

        assert ideas_in(make_pairs(panel, ideas=0, source="tag", tag="gift wrap")) == [tagged.id]
        assert ideas_in(make_pairs(panel, ideas=0, source="status", status="planned")) == [planned.id]

    def test_only_of_the_panels_that_are_asked(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        elsewhere = make_idea(panel=make_panel(members=(ana,)), support_count=99)

        assert elsewhere.id not in ideas_in(make_pairs(panel))

    def test_what_staff_took_out_stays_out_when_they_are_drawn_anew(self, ana: Member, omar: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)), state="draft")
        question = standing_of(survey, "pairwise").question
        out, *rest = ideas_in(survey)
        pairs.take_out(question, survey, idea_id=out, staff=omar)
        preparing.draw_ideas(survey)

        assert {record.item for record in queries.list_records(question.id, ana)} == set(rest)

    def test_those_that_no_longer_fit_go_when_they_are_drawn_anew(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel, ideas=2, state="draft", count=2)
        better = [make_idea(panel=panel, support_count=9).id for _number in range(2)]
        preparing.draw_ideas(survey)

        assert ideas_in(survey) == better

    def test_staff_choose_ideas_of_the_panel_only(self, ana: Member, omar: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel, ideas=2, source="chosen", state="draft")
        question = standing_of(survey, "pairwise").question
        chosen, stranger = make_idea(panel=panel), make_idea()
        pairs.put_in(question, survey, idea_id=chosen.id, staff=omar)
        with pytest.raises(NotFound):
            pairs.put_in(question, survey, idea_id=stranger.id, staff=omar)

        assert ideas_in(survey) == [chosen.id]

    @pytest.mark.parametrize("state", ["closed", "told_back"])
    def test_once_it_is_closed_they_stay_as_they_were(self, ana: Member, omar: Member, state: str) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel, ideas=2, source="chosen", state="draft")
        question, one, two = (
            standing_of(survey, "pairwise").question,
            make_idea(panel=panel),
            make_idea(panel=panel),
        )
        pairs.put_in(question, survey, idea_id=one.id, staff=omar)
        set_state(survey, state)
        with pytest.raises(Conflict):
            pairs.put_in(question, survey, idea_id=two.id, staff=omar)
        with pytest.raises(Conflict):
            pairs.take_out(question, survey, idea_id=one.id, staff=omar)

        assert ideas_in(survey) == [one.id]

    def test_a_merged_or_deleted_idea_drops_out(self, ana: Member, mia: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)))
        one, two, three, four = (db.session.get_one(Idea, each) for each in ideas_in(survey))
        merges.merge_ideas(one, into=two, moderator=mia)
        publishing.delete_idea(three, mia)

        question = standing_of(survey, "pairwise").question
        assert {record.item for record in queries.list_records(question.id, ana)} == {two.id, four.id}
        assert not choose(survey, ana, one, two, two)
        assert standings(survey)[two.id] == (0, 0, 0)

    def test_nobody_is_asked_about_an_idea_they_may_not_see(self, ana: Member, ben: Member) -> None:
        seen, hidden = make_panel(members=(ana, ben)), make_panel(members=(ben,), visibility="private")
        open_ideas = {make_idea(panel=seen).id for _number in range(2)}
        secret = make_idea(panel=hidden, author=ben)
        survey = make_survey(kinds=("pairwise",), panels=(seen, hidden))
        preparing.draw_ideas(survey)
        question = standing_of(survey, "pairwise").question

        assert {record.item for record in queries.list_records(question.id, ana)} == open_ideas
        assert {record.item for record in queries.list_records(question.id, ben)} == {*open_ideas, secret.id}
        assert not choose(survey, ana, secret, min(open_ideas), secret)

    def test_the_next_wave_begins_with_the_same_ideas(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey, wave = make_pairs(panel), make_survey(kinds=("pairwise",), panel=panel, state="draft")
        one, two, *_rest = ideas_in(survey)
        choose(survey, ana, one, two, one)
        preparing.copy_supply(
            standing_of(survey, "pairwise").question, standing_of(wave, "pairwise").question
        )

        assert ideas_in(wave) == ideas_in(survey)
        assert set(standings(wave).values()) == {(0, 0, 0)}


class TestNewIdeas:
    def test_a_new_idea_of_the_panel_joins_open_surveys(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey, draft = make_pairs(panel), make_pairs(panel, ideas=0, state="draft")
        idea = make_idea(panel=panel)
        follow_due()

        assert idea.id in ideas_in(survey)
        assert idea.id not in ideas_in(draft)

    def test_it_does_not_where_new_ideas_are_not_wanted_or_not_meant(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        deaf = make_pairs(panel, follows=False)
        tagged = make_pairs(panel, ideas=0, source="tag", tag="gifts")
        plain, gift = make_idea(panel=panel), make_idea(panel=panel, tags=("gifts",))
        follow_due()

        assert plain.id not in ideas_in(deaf)
        assert ideas_in(tagged) == [gift.id]

    def test_following_twice_changes_nothing(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel)
        idea = make_idea(panel=panel)
        for _time in range(2):
            pairs.join_new_idea(idea.id)

        assert ideas_in(survey).count(idea.id) == 1

    def test_a_member_adds_an_idea_that_stands_on_the_board(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel, follows=False)
        response = answering.begin(survey, ana)
        idea = pairs.add_idea(
            response, standing_of(survey, "pairwise"), ana, panel=panel, title="Wrap it in cloth, please"
        )

        assert idea.is_listed
        assert idea.id in ideas_in(survey)

    def test_nothing_is_published_once_the_survey_is_closed(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel)
        response, standing = answering.begin(survey, ana), standing_of(survey, "pairwise")
        set_state(survey, "closed")
        with pytest.raises(Conflict):
            pairs.add_idea(response, standing, ana, panel=panel, title="Wrap it in cloth, please")

        titles = db.session.scalars(select(Idea.title).where(Idea.panel_id == panel.id)).all()
        assert "Wrap it in cloth, please" not in titles

    @pytest.mark.usefixtures("room_for_five")
    def test_a_full_survey_lets_no_new_idea_join(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel)
        fifth, sixth = make_idea(panel=panel), make_idea(panel=panel)
        follow_due()

        assert fifth.id in ideas_in(survey)
        assert sixth.id not in ideas_in(survey)
        assert sixth.is_listed

    @pytest.mark.usefixtures("room_for_five")
    def test_an_idea_added_to_a_full_survey_is_only_on_the_board(self, ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel, ideas=5)
        idea = pairs.add_idea(
            answering.begin(survey, ana),
            standing_of(survey, "pairwise"),
            ana,
            panel=panel,
            title="Wrap it in cloth, please",
        )
        follow_due()

        assert idea.is_listed
        assert idea.id not in ideas_in(survey)
        assert len(ideas_in(survey)) == 5

    @pytest.mark.usefixtures("room_for_five")
    def test_staff_put_no_idea_into_a_full_survey(self, ana: Member, omar: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel, ideas=5, follows=False)
        idea = make_idea(panel=panel)
        with pytest.raises(Conflict):
            pairs.put_in(standing_of(survey, "pairwise").question, survey, idea_id=idea.id, staff=omar)

        assert len(ideas_in(survey)) == 5


class TestTrials:
    def test_a_trial_shows_pairs_and_counts_nowhere(self, omar: Member) -> None:
        panel = make_panel(members=(omar,))
        survey = make_pairs(panel, state="preview")
        response, standing = answering.begin_trial(survey, omar), standing_of(survey, "pairwise")
        one, two, *_rest = ideas_in(survey)
        pairs.choose(response, standing, omar, left_id=one, right_id=two, winner_id=one)

        assert db.session.scalar(select(func.count(PairVote.id))) == 1
        assert set(standings(survey).values()) == {(0, 0, 0)}

    def test_a_trial_adds_no_idea(self, omar: Member) -> None:
        panel = make_panel(members=(omar,))
        survey = make_pairs(panel, state="preview")
        response = answering.begin_trial(survey, omar)
        with pytest.raises(Conflict):
            pairs.add_idea(
                response, standing_of(survey, "pairwise"), omar, panel=panel, title="Only a try, nothing more"
            )

        assert len(ideas_in(survey)) == 4

    def test_emptying_a_trial_leaves_the_counts_of_members(self, ana: Member, omar: Member) -> None:
        survey = make_pairs(make_panel(members=(ana, omar)), state="preview")
        response = answering.begin_trial(survey, omar)
        one, two, *_rest = ideas_in(survey)
        pairs.choose(
            response, standing_of(survey, "pairwise"), omar, left_id=one, right_id=two, winner_id=one
        )
        pairs.forget_votes(response)

        assert set(standings(survey).values()) == {(0, 0, 0)}


class TestPages:
    @pytest.fixture
    def survey(self, ana: Member) -> Survey:
        """A survey in ana's panel, of which she is asked the first page."""
        return make_pairs(make_panel(members=(ana,)))

    @pytest.fixture
    def browser(self, browser_of: Browser, ana: Member, survey: Survey) -> Client:
        """Ana's browser, in the middle of answering."""
        browser = browser_of(ana)
        browser.post(f"/surveys/{survey.id}/start")
        return browser

    @pytest.fixture
    def page(self, survey: Survey) -> str:
        """Where the pairs are asked."""
        return f"/surveys/{survey.id}/pages/1"

    def test_a_button_chooses_without_a_script(self, browser: Client, survey: Survey, page: str) -> None:
        field = f"q{standing_of(survey, 'pairwise').question.id}"
        answer = press(browser, page, name=f"{field}-winner")

        assert answer.status_code == 303
        assert answer.location.startswith(page)
        assert sorted(standings(survey).values())[-1] == (1, 0, 0)

    def test_what_else_was_written_on_the_page_is_kept(
        self, browser: Client, survey: Survey, page: str, ana: Member
    ) -> None:
        other = make_question(survey, "short_text")
        field = f"q{standing_of(survey, 'pairwise').question.id}"
        press(browser, page, name=f"{field}-winner", **{f"q{other.id}": "Do keep the paper"})

        assert "Do keep the paper" in browser.get(page).text

    def test_a_script_gets_the_next_pair_alone(self, browser: Client, survey: Survey, page: str) -> None:
        question = standing_of(survey, "pairwise").question
        sent = hidden_fields(browser.get(page).text) | {f"q{question.id}-winner": "none"}
        answer = browser.post(
            f"/surveys/{survey.id}/questions/{question.id}/pair", data=sent, headers={"X-Fragment": "1"}
        )

        assert answer.status_code == 200
        assert answer.text.lstrip().startswith('<div class="live pairs"')
        assert "1 pair answered" in answer.text

    def test_nobody_brings_a_pair_of_their_own_choosing(
        self, browser: Client, survey: Survey, page: str
    ) -> None:
        question = standing_of(survey, "pairwise").question
        address = f"/surveys/{survey.id}/questions/{question.id}/pair"
        _left, _right, seal = hidden_fields(browser.get(page).text)[f"q{question.id}-pair"].split(".")
        one, two, three, four = ideas_in(survey)
        for pair in (f"{one}.{two}", f"{three}.{four}", f"{two}.{three}"):
            for mark in (seal[::-1], "", "x" * 32):
                sent = {f"q{question.id}-pair": f"{pair}.{mark}", f"q{question.id}-winner": "none"}
                assert browser.post(address, data=sent).status_code == 422

        assert set(standings(survey).values()) == {(0, 0, 0)}

    @pytest.mark.parametrize("winner", ["", "99999", "NONE", "1" * 5000])
    def test_another_winner_is_refused(self, browser: Client, survey: Survey, page: str, winner: str) -> None:
        question = standing_of(survey, "pairwise").question
        sent = hidden_fields(browser.get(page).text) | {f"q{question.id}-winner": winner}
        answer = browser.post(f"/surveys/{survey.id}/questions/{question.id}/pair", data=sent)

        assert answer.status_code == 422
        assert set(standings(survey).values()) == {(0, 0, 0)}

    def test_the_survey_completes_when_enough_pairs_were_answered(
        self, browser: Client, survey: Survey, page: str, ana: Member
    ) -> None:
        field = f"q{standing_of(survey, 'pairwise').question.id}"
        early = browser.post(f"/surveys/{survey.id}/response", data={"page": "1"})
        for _number in range(2):
            press(browser, page, name=f"{field}-winner")
        done = browser.post(f"/surveys/{survey.id}/response", data={"page": "1"})

        assert (early.status_code, done.status_code) == (422, 303)
        assert answering.answering.find_response(survey, ana).state == "completed"

    def test_it_completes_if_there_is_nothing_to_compare(self, browser_of: Browser, ben: Member) -> None:
        survey = make_pairs(make_panel(members=(ben,)), ideas=0)
        browser = browser_of(ben)
        browser.post(f"/surveys/{survey.id}/start")
        page = browser.get(f"/surveys/{survey.id}/pages/1")
        answer = browser.post(f"/surveys/{survey.id}/response", data={"page": "1"})

        assert "nothing" in page.text or "no ideas" in page.text
        assert answer.status_code == 303
        assert value_of(survey, ben) == {"pairs": 0}

    def test_choices_after_finishing_are_refused(self, browser: Client, survey: Survey, page: str) -> None:
        question = standing_of(survey, "pairwise").question
        sent = hidden_fields(browser.get(page).text) | {f"q{question.id}-winner": "none"}
        for _number in range(2):
            press(browser, page, name=f"q{question.id}-winner")
        browser.post(f"/surveys/{survey.id}/response", data={"page": "1"})
        answer = browser.post(f"/surveys/{survey.id}/questions/{question.id}/pair", data=sent)

        assert answer.status_code == 403
        assert db.session.scalar(select(func.count(PairVote.id))) == 2

    def test_an_idea_is_added_through_its_form(self, browser: Client, survey: Survey, ana: Member) -> None:
        question = standing_of(survey, "pairwise").question
        address = f"/surveys/{survey.id}/questions/{question.id}/idea"
        assert browser.get(address).status_code == 200
        short = browser.post(address, data={"title": "Short"})
        done = browser.post(address, data={"title": "Wrap it in cloth, please", "body": "Every time."})

        assert short.status_code == 422
        assert "Short" in short.text
        assert done.status_code == 303
        assert len(ideas_in(survey)) == 5

    @pytest.mark.usefixtures("room_for_five")
    def test_who_adds_the_idea_that_finds_no_room_is_told_so(
        self, browser: Client, survey: Survey, page: str
    ) -> None:
        address = f"/surveys/{survey.id}/questions/{standing_of(survey, 'pairwise').question.id}/idea"
        assert "Add an idea of your own" in browser.get(page).text
        last = browser.post(address, data={"title": "Wrap it in cloth, please"}, follow_redirects=True)
        late = browser.post(address, data={"title": "Send a smaller parcel"}, follow_redirects=True)

        assert "others will be asked about it here" in last.text
        assert "Enough ideas are compared here already" in late.text
        assert "Send a smaller parcel" in db.session.scalars(select(Idea.title)).all()
        assert len(ideas_in(survey)) == 5
        assert "Add an idea of your own" not in browser.get(page).text
        assert browser.get(address).status_code == 409

    def test_an_idea_like_others_is_shown_first(self, browser: Client, survey: Survey) -> None:
        question = standing_of(survey, "pairwise").question
        address = f"/surveys/{survey.id}/questions/{question.id}/idea"
        title = db.session.get_one(Idea, ideas_in(survey)[0]).title
        alike = browser.post(address, data={"title": title})
        anyway = browser.post(address, data={"title": title, "anyway": "yes"})

        assert (alike.status_code, anyway.status_code) == (422, 303)

    def test_no_idea_is_added_where_it_is_not_wanted(self, browser_of: Browser, ana: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)), members_add=False)
        browser = browser_of(ana)
        browser.post(f"/surveys/{survey.id}/start")
        question = standing_of(survey, "pairwise").question
        address = f"/surveys/{survey.id}/questions/{question.id}/idea"

        assert "Add an idea" not in browser.get(f"/surveys/{survey.id}/pages/1").text
        assert browser.get(address).status_code == 403
        assert browser.post(address, data={"title": "Wrap it in cloth, please"}).status_code == 403
        assert len(ideas_in(survey)) == 4


class TestOutsiders:
    @pytest.mark.parametrize("visibility", ["open", "members", "private"])
    def test_they_find_nothing_at_any_address(
        self, browser_of: Browser, client: Client, ana: Member, ben: Member, visibility: str
    ) -> None:
        survey = make_pairs(make_panel(members=(ana,), visibility=visibility), author=ana, ideas=2)
        question = standing_of(survey, "pairwise").question
        place = f"/surveys/{survey.id}/questions/{question.id}"
        for path in ("pair", "to-idea", "idea"):
            assert (
                browser_of(ben).post(f"{place}/{path}", data={"title": "Let me in, please"}).status_code
                == 404
            )
            assert client.post(f"{place}/{path}").status_code == 303
        assert browser_of(ben).get(f"{place}/idea").status_code == 404

    def test_a_question_of_another_survey_or_kind_is_not_found(
        self, browser_of: Browser, ana: Member
    ) -> None:
        panel = make_panel(members=(ana,))
        survey, other = make_pairs(panel), make_pairs(panel)
        question = standing_of(survey, "pairwise").question
        browser = browser_of(ana)

        assert browser.post(f"/surveys/{other.id}/questions/{question.id}/pair").status_code == 404
        assert browser.post(f"/surveys/{survey.id}/questions/{question.id}/vote").status_code == 404


class TestStaffPages:
    def test_ideas_are_put_in_and_taken_out(self, browser_of: Browser, ana: Member, omar: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel, ideas=2, source="chosen", state="draft")
        question = standing_of(survey, "pairwise").question
        address = f"/staff/surveys/{survey.id}/questions/{question.id}/contenders"
        browser = browser_of(omar)
        one = make_idea("An idea to compare with others", panel=panel)
        assert "An idea to compare with others" in browser.get(f"{address}?q=compare").text

        assert browser.post(address, data={"idea_id": one.id}).status_code == 303
        assert ideas_in(survey) == [one.id]
        assert browser.post(address, data={"idea_id": one.id, "is_out": "yes"}).status_code == 303
        assert db.session.scalar(select(Contender.is_out)) is True
        assert browser.post(address, data={"idea_id": "x"}).status_code == 404

    def test_they_are_drawn_anew_only_before_it_opens(
        self, browser_of: Browser, ana: Member, omar: Member
    ) -> None:
        panel = make_panel(members=(ana,))
        draft, opened = make_pairs(panel, state="draft"), make_pairs(panel)
        codes = []
        for survey in (draft, opened):
            question = standing_of(survey, "pairwise").question
            address = f"/staff/surveys/{survey.id}/questions/{question.id}/contenders/draw"
            codes.append(browser_of(omar).post(address).status_code)

        assert codes == [303, 409]

    def test_staff_of_other_panels_find_nothing(self, browser_of: Browser, ana: Member, app: Flask) -> None:
        panel, other = make_panel(members=(ana,)), make_panel()
        survey = make_pairs(panel)
        question = standing_of(survey, "pairwise").question
        stranger = make_member(roles=("owner",), panel_id=other.id)
        address = f"/staff/surveys/{survey.id}/questions/{question.id}/contenders"

        assert browser_of(stranger).get(address).status_code == 404
        assert browser_of(stranger).post(address, data={"idea_id": "1"}).status_code == 404
        assert browser_of(stranger).post(f"{address}/draw").status_code == 404
        assert browser_of(ana).get(address).status_code == 403


class TestOpening:
    def test_opening_draws_those_that_are_meant_then(self, ana: Member, omar: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_pairs(panel, ideas=2, state="preview", count=2)
        better = [make_idea(panel=panel, support_count=9).id for _number in range(2)]
        opening.open_survey(survey, omar)

        assert ideas_in(survey) == better

    def test_what_was_chosen_in_a_trial_is_gone(self, ana: Member, omar: Member) -> None:
        survey = make_pairs(make_panel(members=(ana,)), state="preview")
        response = answering.begin_trial(survey, omar)
        one, two, *_rest = ideas_in(survey)
        standing = standing_of(survey, "pairwise")
        pairs.choose(response, standing, omar, left_id=one, right_id=two, winner_id=one)
        opening.open_survey(survey, omar)

        assert db.session.scalar(select(func.count(PairVote.id))) == 0
        assert set(standings(survey).values()) == {(0, 0, 0)}


class TestHowMuchItAsks:
    def test_the_next_pair_costs_the_same_among_many_ideas(self, browser_of: Browser, ana: Member) -> None:
        browser, asked = browser_of(ana), []
        for count in (4, 12):
            survey = make_pairs(make_panel(members=(ana,)), ideas=count)
            browser.post(f"/surveys/{survey.id}/start")
            question = standing_of(survey, "pairwise").question
            page = browser.get(f"/surveys/{survey.id}/pages/1").text
            sent = hidden_fields(page) | {f"q{question.id}-winner": "none"}
            address = f"/surveys/{survey.id}/questions/{question.id}/pair"
            with statements() as sent_to_database:
                assert browser.post(address, data=sent, headers={"X-Fragment": "1"}).status_code == 200
            asked.append(len(sent_to_database))

        assert asked[0] == asked[1]
