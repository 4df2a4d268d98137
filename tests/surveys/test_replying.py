"""Who is told that their answers do not count reads why, and may reply once; a person looks again."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.activity.actions import follow_due
from community.activity.models import Activity
from community.infra.db import db
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.notifications.models import Notice
from community.surveys.actions import answering, judging
from community.surveys.models import Response, ResponseDecision, Survey
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.surveys.flagged import flagged_survey, look_through

Browsers = Callable[[Member], Client]
SECRET = "Keys hit at random, in eleven seconds."
KIND = "We could not tell what you meant under the second question."
SORRY = "My little son was typing. The number is what I think."


def set_aside(odd: Response, by: Member, *, told: str = "", decision: str = "excluded") -> None:
    """A decision, and what follows it."""
    judging.decide(odd, by, decision=decision, reason=SECRET, told=told)
    follow_due()
    db.session.expire_all()


def told_to(member: Member) -> list[tuple[str, str]]:
    """What the member was told of decisions, and in which words of staff."""
    notices = db.session.scalars(select(Notice).where(Notice.member_id == member.id).order_by(Notice.id))
    return [(each.kind, each.data["told"]) for each in notices]


def now(response: Response) -> Response:
    """The response as it is stored."""
    return db.session.get_one(Response, response.id, populate_existing=True)


class TestBeingTold:
    def test_its_author_alone_is_told_in_the_words_of_staff(self, omar: Member) -> None:
        survey, odd = flagged_survey()
        set_aside(odd, omar, told=KIND)
        assert told_to(odd.member) == [("surveys.set_aside", KIND)]
        assert db.session.scalar(select(func.count(Notice.id))) == 1
        assert db.session.scalars(select(Notice.path)).one() == f"/surveys/{survey.id}"

    def test_a_restored_one_is_told_too_and_a_kept_one_is_no_news(self, omar: Member) -> None:
        _survey, odd = flagged_survey()
        set_aside(odd, omar, told=KIND, decision="kept")
        assert told_to(odd.member) == []
        assert db.session.scalars(select(ResponseDecision.told)).one() == ""
        set_aside(odd, omar)
        set_aside(odd, omar, decision="restored")
        assert told_to(odd.member) == [("surveys.set_aside", ""), ("surveys.taken_in", "")]

    def test_the_page_and_the_inbox_say_why_and_nothing_of_flags(
        self, omar: Member, browser_of: Browsers
    ) -> None:
        survey, odd = flagged_survey()
        browser = browser_of(odd.member)
        assert "kept but do not count" not in browser.get(f"/surveys/{survey.id}").text
        set_aside(odd, omar)
        pages = [browser.get(path).text for path in (f"/surveys/{survey.id}", "/inbox")]
        for page in pages:
            assert "are kept but do not count" in page
            assert "was not sure that they say what you think" in page
            for hidden in (SECRET, "Very fast", "Nonsense", "seconds", "flag"):
                assert hidden not in page
        set_aside(odd, omar, decision="restored")
        assert "kept but do not count" not in browser.get(f"/surveys/{survey.id}").text
        assert "count again" in browser.get("/inbox").text

    def test_staff_choose_the_words_on_the_page_of_the_response(
        self, omar: Member, browser_of: Browsers
    ) -> None:
        survey, odd = flagged_survey()
        path, browser = f"/staff/surveys/responses/{odd.id}", browser_of(omar)
        sent = {"decision": "excluded", "reason": SECRET, "told": KIND}
        assert browser.post(path, data=sent | {"told": "x" * 501}).status_code == 422
        assert browser.post(path, data=sent).status_code == 303
        assert KIND in browser.get(path).text
        assert KIND in browser_of(odd.member).get(f"/surveys/{survey.id}").text


class TestReplying:
    def test_a_reply_brings_the_response_before_staff(self, omar: Member, browser_of: Browsers) -> None:
        survey, odd = flagged_survey()
        set_aside(odd, omar)
        browser = browser_of(odd.member)
        sent = browser.post(f"/surveys/{survey.id}/response/reply", data={"reply": SORRY})
        assert (sent.status_code, sent.headers["Location"]) == (303, f"/surveys/{survey.id}")
        page = browser.get(f"/surveys/{survey.id}").text
        assert SORRY in page
        assert 'name="reply"' not in page
        look_through()
        assert (now(odd).needs_look, now(odd).excluded_at is not None) == (True, True)
        staff = browser_of(omar)
        assert f'data-response-id="{odd.id}"' in staff.get(f"/staff/surveys/{survey.id}/responses").text
        assert SORRY in staff.get(f"/staff/surveys/responses/{odd.id}").text

    def test_staff_may_leave_it_out_or_take_it_in(self, omar: Member, browser_of: Browsers) -> None:
        survey, odd = flagged_survey()
        set_aside(odd, omar)
        judging.reply(survey, odd.member, text=SORRY)
        data = {"decision": "excluded", "reason": "The text says nothing.", "told": KIND}
        assert browser_of(omar).post(f"/staff/surveys/responses/{odd.id}", data=data).status_code == 303
        follow_due()
        db.session.expire_all()
        assert (survey.excluded_count, now(odd).needs_look) == (1, False)
        assert told_to(odd.member)[-1] == ("surveys.set_aside", KIND)
        with pytest.raises(Conflict, match="excluded already"):
            set_aside(odd, omar)
        set_aside(odd, omar, decision="restored")
        assert (survey.excluded_count, now(odd).excluded_at) == (0, None)

    def test_there_is_one_reply(self, omar: Member, browser_of: Browsers) -> None:
        survey, odd = flagged_survey()
        set_aside(odd, omar)
        judging.reply(survey, odd.member, text=SORRY)
        sent = browser_of(odd.member).post(f"/surveys/{survey.id}/response/reply", data={"reply": "More."})
        assert sent.status_code == 409
        assert now(odd).reply == SORRY

    def test_two_windows_reply_once(self, new_app: Callable[[], Flask]) -> None:
        app = new_app()
        with app.app_context():
            survey, odd = flagged_survey()
            judging.decide(odd, make_member(roles=("owner",)), decision="excluded", reason=SECRET)
            survey_id, member_id = survey.id, odd.member_id
        barrier, refused = threading.Barrier(2), []

        def reply() -> None:
            with app.app_context():
                survey, member = db.session.get_one(Survey, survey_id), db.session.get_one(Member, member_id)
                barrier.wait()
                try:
                    judging.reply(survey, member, text=SORRY)
                except Conflict:
                    refused.append(member_id)

        threads = [threading.Thread(target=reply) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with app.app_context():
            kinds = db.session.scalars(select(Activity.kind)).all()
        assert (len(refused), kinds.count("survey.response_replied")) == (1, 1)

    @pytest.mark.parametrize("text", ["", "  ", "x" * 501])
    def test_what_is_no_reply_comes_back(self, omar: Member, browser_of: Browsers, text: str) -> None:
        survey, odd = flagged_survey()
        set_aside(odd, omar)
        sent = browser_of(odd.member).post(f"/surveys/{survey.id}/response/reply", data={"reply": text})
        assert sent.status_code == 422
        assert 'name="reply"' in sent.text
        with pytest.raises(Invalid):
            judging.reply(survey, odd.member, text=text.strip())
        assert (now(odd).reply, now(odd).needs_look) == ("", False)

    def test_what_counts_has_nothing_to_reply_to(self, omar: Member, browser_of: Browsers) -> None:
        survey, odd = flagged_survey()
        honest = db.session.scalars(select(Response).where(Response.id != odd.id).limit(1)).one()
        sent = browser_of(honest.member).post(f"/surveys/{survey.id}/response/reply", data={"reply": SORRY})
        assert sent.status_code == 404
        assert (now(honest).reply, now(honest).needs_look) == ("", False)

    def test_outsiders_find_nothing_and_reply_to_nothing(
        self, omar: Member, ana: Member, browser_of: Browsers, client: Client
    ) -> None:
        panel = make_panel(members=(make_member(),), visibility="private")
        survey, odd = flagged_survey(panel=panel)
        set_aside(odd, omar)
        path = f"/surveys/{survey.id}/response/reply"
        assert browser_of(ana).post(path, data={"reply": SORRY}).status_code == 404
        assert client.post(path, data={"reply": SORRY}).status_code == 303
        assert now(odd).reply == ""

    def test_a_withdrawn_response_keeps_no_reply(self, omar: Member) -> None:
        survey, odd = flagged_survey()
        set_aside(odd, omar)
        judging.reply(survey, odd.member, text=SORRY)
        answering.withdraw(survey, odd.member)
        look_through()
        assert (now(odd).reply, now(odd).replied_at, now(odd).needs_look) == ("", None, False)

    def test_what_they_wrote_is_no_markup(self, omar: Member, browser_of: Browsers) -> None:
        survey, odd = flagged_survey()
        set_aside(odd, omar, told="<b>x</b>")
        judging.reply(survey, odd.member, text="<script>alert(1)</script>")
        for member, path in (
            (omar, f"/staff/surveys/responses/{odd.id}"),
            (odd.member, f"/surveys/{survey.id}"),
        ):
            page = browser_of(member).get(path).text
            assert "<script>alert" not in page
            assert "<b>x" not in page
