"""What a rule asks, in words, and whom a text praises."""

from flask import Flask

from community.cases.explaining import Names, conditions_in_words
from community.cases.praised import named_in
from community.members.models import Member

NAMES = Names(
    topics={3: "Delivery › Late"}, panels={1: "Paper days"}, segments={7: "Parents"}, tiers={2: "Silver"}
)


class TestConditionsInWords:
    def test_each_condition_is_a_sentence(self, app: Flask) -> None:
        conditions = {
            "min_urgency": 2, "kind": ["complaint", "help"], "topic": [3], "panel": [1], "segment": [7],
            "min_tier": 2, "has_member": False, "source": ["import"], "language": ["zh-Hans"],
            "sentiment": ["neg"],
        }  # fmt: skip
        assert conditions_in_words(conditions, NAMES) == [
            "Source: Import",
            "Panel: Paper days",
            "Kind: Complaint or Request for help",
            "Topic: Delivery › Late",
            "Sentiment: Negative",
            "Urgency: Urgent or more",
            "Language: Simplified Chinese",
            "Segment: Parents",
            "Tier: Silver or higher",
            "By somebody without an account",
        ]

    def test_what_is_no_longer_there_has_no_name(self, app: Flask) -> None:
        assert conditions_in_words({"topic": [99], "min_tier": 9}, NAMES) == ["Topic: …", "Tier: … or higher"]


class TestNamedIn:
    STAFF = [
        Member(id=number, display_name=name)
        for number, name in enumerate(("Omar Haddad", "Mia Berg", "Mia Holm", "魏然", "Li"), start=1)
    ]

    def test_by_whole_and_by_first_name(self) -> None:
        assert named_in("Thank you, OMAR!", self.STAFF) == [1]
        assert named_in("Mia Holm was so kind", self.STAFF) == [3]
        assert named_in("谢谢魏然老师", self.STAFF) == [4]

    def test_a_name_that_two_have_says_nobody(self) -> None:
        assert named_in("Thank you, Mia", self.STAFF) == []

    def test_not_within_other_words_and_not_by_two_letters(self) -> None:
        assert named_in("An omarish lie, like Li", self.STAFF) == []
