"""Telling back what was heard."""

from collections.abc import Callable

import pytest

from community.activity.actions import follow_due
from community.infra.db import db
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.notifications.models import Notice
from community.surveys.actions import telling
from tests.conftest import Client
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_survey

HEARD = {
    "en": "**Too slow**, you said. We hire two people by May.",
    "zh_Hans": "你们说太慢。五月前我们会加两个人。",
}


class TestTellBack:
    def test_those_who_answered_get_a_notice_and_nobody_else(
        self, omar: Member, ana: Member, ben: Member, lin: Member
    ) -> None:
        survey = make_survey(state="closed", panel=make_panel(members=(ana, ben, lin)))
        answer(survey, ana, {"single": "red"})
        answer(survey, ben, {"single": "red"}, state="withdrawn")
        telling.tell_back(survey, by=omar, heard=HEARD)
        follow_due()
        db.session.expire_all()
        assert survey.state == "told_back"
        assert survey.told_back_at is not None
        notices = db.session.query(Notice).all()
        assert [(each.member_id, each.kind, each.path) for each in notices] == [
            (ana.id, "surveys.told_back", f"/surveys/{survey.id}")
        ]

    def test_they_read_it_in_their_inbox_and_on_the_page_of_the_survey(
        self, omar: Member, lin: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        survey = make_survey(
            state="closed", panel=make_panel(members=(lin,)), languages=["en", "zh_Hans"], title="Support"
        )
        answer(survey, lin, {"single": "red"})
        telling.tell_back(survey, by=omar, heard=HEARD)
        follow_due()
        browser = browser_of(lin)
        assert "五月前我们会加两个人" in browser.get("/inbox").text
        assert "五月前我们会加两个人" in browser.get(f"/surveys/{survey.id}").text

    def test_markdown_is_made_safe_when_it_is_stored(self, omar: Member) -> None:
        survey = make_survey(state="closed")
        telling.tell_back(survey, by=omar, heard={"en": "**Yes** <script>x</script> [a](javascript:x)"})
        assert "<strong>Yes</strong>" in survey.heard_html["en"]
        assert "<script" not in survey.heard_html["en"]
        assert "href" not in survey.heard_html["en"]

    def test_every_language_of_the_survey_is_told(self, omar: Member) -> None:
        survey = make_survey(state="closed", languages=["en", "zh_Hans"])
        with pytest.raises(Invalid) as refused:
            telling.tell_back(survey, by=omar, heard={"en": "Thank you."})
        assert (refused.value.field, survey.state, survey.heard) == ("heard_zh_Hans", "closed", {})

    @pytest.mark.parametrize("state", ["draft", "open", "told_back"])
    def test_it_is_told_once_and_after_closing(self, omar: Member, state: str) -> None:
        with pytest.raises(Conflict):
            telling.tell_back(make_survey(state=state), by=omar, heard={"en": "Thank you."})


class TestWriteHeard:
    def test_it_is_kept_before_anybody_is_told(self, omar: Member, ana: Member) -> None:
        survey = make_survey(state="open", panel=make_panel(members=(ana,)))
        answer(survey, ana, {"single": "red"})
        telling.write_heard(survey, by=omar, heard={"en": "So far: *slow*."})
        follow_due()
        assert (survey.state, survey.heard) == ("open", {"en": "So far: *slow*."})
        assert db.session.query(Notice).count() == 0

    def test_what_was_told_is_corrected_but_not_taken_back(self, omar: Member) -> None:
        survey = make_survey(state="closed")
        telling.tell_back(survey, by=omar, heard={"en": "Thank yuo."})
        telling.write_heard(survey, by=omar, heard={"en": "Thank you."})
        assert survey.heard_html == {"en": "<p>Thank you.</p>\n"}
        with pytest.raises(Invalid):
            telling.write_heard(survey, by=omar, heard={"en": " "})

    def test_a_draft_has_heard_nothing(self, omar: Member) -> None:
        with pytest.raises(Conflict):
            telling.write_heard(make_survey(state="draft"), by=omar, heard={"en": "Thank you."})
