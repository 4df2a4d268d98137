"""Every notice and mail of moderation is a sentence, whatever was decided about whatever."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template

from community.moderation import telling, trust_words
from community.moderation.flags import LABELS
from community.moderation.models import FLAG_REASONS, SUBJECTS, VERBS
from community.moderation.trust import CONDITIONS, EARNED, VOUCH_ENDED, VOUCHED, Facts

# Sentences are made without a database.
once = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

ABOUT = {"title": "Cards <without> storks", "type": "comment", "verb": "hide", "decision_id": 7}
NOTICES: list[tuple[str, dict[str, Any], str]] = [
    ("decided", {**ABOUT, "reason": "rude", "message": "Be kind.", "is_by_flags": False}, "Be kind."),
    ("decided", {**ABOUT, "reason": None, "message": "", "is_by_flags": True}, "Several members object"),
    ("shown", {**ABOUT, "message": ""}, "is shown now"),
    ("shown", {**ABOUT, "title": "", "message": ""}, "What you wrote is shown now"),
    ("undone", ABOUT, "Your comment is hidden"),
    ("appealed", ABOUT, "Another moderator"),
    ("appeal_decided", {**ABOUT, "state": "upheld", "answer": "It stays."}, "It stays."),
    ("hidden_by_flags", ABOUT, "Several members objected"),
    ("flag_answered", {**ABOUT, "is_agreed": True}, "They agreed with you"),
    ("flag_answered", {**ABOUT, "title": "", "is_agreed": False}, "They let it stand"),
    ("pause_ended", {}, "you can write again"),
    ("trust_changed", {"from_level": 1, "to_level": 2, "reason": "earned"}, "Trusted"),
    ("trust_changed", {"from_level": 2, "to_level": 1, "reason": "thanks"}, "At home"),
    ("asked", {"title": "Cards", "words": "Did you mean the drawing?"}, "Did you mean the drawing?"),
    ("answered", {"title": "Cards", "words": "Yes, I did."}, "Yes, I did."),
]


@once
class TestNotices:
    @pytest.mark.parametrize(("name", "data", "words"), NOTICES)
    def test_each_says_what_happened(
        self, shared_app: Flask, name: str, data: dict[str, Any], words: str
    ) -> None:
        told = SimpleNamespace(data=data, actor_name=None)
        with shared_app.test_request_context():
            said = render_template(f"moderation/notices/{name}.html", told=told)
        assert words in said
        assert "<without>" not in said


class TestWords:
    @once
    def test_every_decision_about_everything_has_a_sentence(self, shared_app: Flask) -> None:
        with shared_app.test_request_context():
            for verb in VERBS:
                for subject_type in SUBJECTS:
                    assert str(telling.title_of(verb, subject_type))
            for verb in telling.LOGGED_VERBS:
                assert str(telling.logged_as(verb, "idea"))

    def test_every_condition_and_reason_of_trust_has_words(self) -> None:
        facts = set(Facts().stored())
        assert {condition.fact for level in CONDITIONS.values() for condition in level} == facts
        assert set(trust_words.CONDITIONS) == set(trust_words.STAFF_CONDITIONS) == facts
        reasons = {*facts, EARNED, VOUCHED, VOUCH_ENDED}
        assert set(trust_words.REASONS) == set(trust_words.STAFF_REASONS) == reasons

    def test_every_reason_to_flag_has_words(self) -> None:
        assert set(LABELS) == set(FLAG_REASONS)
