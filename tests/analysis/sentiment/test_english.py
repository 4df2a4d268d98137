"""How English texts feel, by what the language does to a word."""

from time import process_time

import pytest

from community.analysis.masking import mask
from community.analysis.sentiment import english
from community.analysis.sentiment.findings import Evidence, Scored, Words
from community.analysis.sentiment.scorer import decide


def scored(text: str, words: Words | None = None) -> Scored:
    return english.score(mask(text), words or {})


def label(text: str) -> str:
    return decide(scored(text), "en")[0]


def rules(text: str) -> set[str]:
    return {each.rule for each in scored(text).evidence}


def says(expected: str, *texts: str) -> list[str]:
    """The texts that are not labelled as expected."""
    return [text for text in texts if label(text) != expected]


class TestPlainWords:
    def test_praise_is_positive(self) -> None:
        assert not says(
            "pos", "The import is easy.", "Lovely staff.", "Works like a charm.", "Five stars from me."
        )

    def test_blame_is_negative(self) -> None:
        assert not says(
            "neg", "The soup was bland.", "A waste of money.", "They were rude.", "I want a refund."
        )

    def test_faults_need_no_angry_word(self) -> None:
        assert not says(
            "neg",
            "The export button does nothing.",
            "It keeps logging me out.",
            "My parcel never arrived.",
            "I was charged twice.",
            "The latest release drains my battery.",
        )

    def test_facts_are_neutral(self) -> None:
        assert not says(
            "neu", "The invoice was sent on Monday.", "There are three tabs.", "Our plan renews in March."
        )

    def test_words_of_customers_mean_what_customers_mean(self) -> None:
        assert not says("pos", "This is a killer feature.", "A must-have.", "The setup is dead simple.")
        assert not says("neg", "The update killed my phone.", "It bricked the router.", "A battery hog.")

    def test_drawn_out_words_are_known(self) -> None:
        assert not says("pos", "soooo goooood", "loooove it")


class TestNegation:
    def test_it_turns_praise(self) -> None:
        assert not says(
            "neg",
            "The import is not easy.",
            "The staff weren't very friendly.",
            "It doesn't work.",
            "Neither the room nor the breakfast was good.",
            "I don't like the colours.",
            "The manual is far from clear.",
        )

    def test_it_turns_blame(self) -> None:
        assert not says(
            "pos", "Not bad at all.", "No bugs so far.", "It never crashes.", "No problems with the delivery."
        )

    def test_it_reaches_over_a_distance(self) -> None:
        assert not says(
            "neg",
            "Nothing about the new menu is clear.",
            "I would not say that the people on the phone were helpful.",
            "I don't think anyone could call this layout intuitive.",
            "None of the waiters we met that evening was friendly.",
            "This is not what I would call a pleasant stay.",
            "The staff was not, as far as I could see, very helpful.",
        )

    def test_it_ends_with_its_clause(self) -> None:
        assert not says(
            "pos", "Not cheap, excellent quality.", "I did not wait long and the food was delicious."
        )

    def test_two_of_them_are_praise(self) -> None:
        assert not says("pos", "I can't complain.", "No reason to complain.", "You won't be disappointed.")

    def test_the_evidence_holds_the_negator_too(self) -> None:
        text = "Sadly it is not easy."
        evidence = scored(text).evidence[-1]

        assert text[evidence.start : evidence.end] == "not easy"
        assert evidence.rule == "negation"


class TestDegree:
    def test_degrees_order_the_same_word(self) -> None:
        slightly, plain, very = (
            scored(text).signals.positive for text in ("slightly good", "good", "very good")
        )

        assert slightly < plain < very

    def test_hardly_turns_it_round(self) -> None:
        assert not says("neg", "The chart is barely readable.", "Hardly usable.", "The sync rarely works.")

    def test_too_much_is_bad(self) -> None:
        assert not says("neg", "The text is too small.", "Too many ads.", "Too expensive.")

    def test_capitals_and_marks_weigh(self) -> None:
        assert scored("it is GREAT here").signals.positive > scored("it is great here").signals.positive
        assert scored("great!!!").signals.compound > scored("great").signals.compound


class TestContrast:
    def test_what_follows_but_counts_more(self) -> None:
        assert not says(
            "neg", "Nice idea, but it crashes all the time.", "I liked it; however, it broke after a week."
        )
        assert not says("pos", "A bit pricey, but worth it.", "It took a while, but it works great.")

    def test_what_is_granted_counts_less(self) -> None:
        assert not says("pos", "Although it is expensive, I love it.")
        assert not says("neg", "Although the staff were friendly, the room was dirty.")


class TestComparison:
    def test_the_new_one_is_better(self) -> None:
        assert not says("pos", "The new version is faster than the old one.", "Better than I expected.")
        assert not says("pos", "Compared to other apps, this one is easier.")

    def test_the_other_one_is_better(self) -> None:
        assert not says(
            "neg",
            "The old dashboard was easier than the new one.",
            "The previous design was nicer.",
            "Other tools are much faster.",
            "I liked the old layout more.",
        )

    def test_nothing_is_better(self) -> None:
        assert not says("pos", "Nothing is better than this.", "I have never used a better tool.")


class TestTime:
    def test_what_is_over_is_turned(self) -> None:
        assert not says("pos", "The login is no longer broken.", "Finally fixed.", "The bug is gone.")
        assert not says("neg", "It used to be good.", "It no longer works.", "Worked fine until the update.")

    def test_what_is_now_counts(self) -> None:
        assert not says("pos", "It used to crash, now it is stable.")


class TestAsking:
    def test_requests_are_neutral(self) -> None:
        assert not says(
            "neu",
            "Please add a print view.",
            "Could you support two currencies?",
            "It would be great to have keyboard shortcuts.",
            "I'd love to see a calendar.",
            "We need an option to merge duplicates.",
            "Please make the text bigger.",
        )

    def test_questions_are_neutral(self) -> None:
        assert not says(
            "neu",
            "Is there a free trial?",
            "What is the best way to import contacts?",
            "How can I report a bug?",
            "Is the new version faster than the old one?",
        )

    def test_they_are_not_when_they_complain(self) -> None:
        assert not says("neg", "Why does it crash every time?", "Please fix this terrible app.")

    def test_the_signals_tell(self) -> None:
        assert scored("Could you add a filter?").signals.is_request
        assert scored("Could you add a filter?").signals.is_question
        assert not scored("I added a filter.").signals.is_request


class TestSarcasm:
    def test_thanks_for_harm_are_none(self) -> None:
        assert not says(
            "neg",
            "Thanks for nothing 👍",
            "Well done for breaking the login 👏",
            "So much for express shipping.",
            "Great, it crashed again.",
            "Love waiting an hour for a reply 🙄",
        )

    def test_thanks_for_help_are(self) -> None:
        assert not says("pos", "Thanks for your quick help!", "Well done, great release.")


class TestEmoji:
    def test_they_speak_alone_and_beside_facts(self) -> None:
        assert not says("pos", "😍", "Dark mode ❤️")
        assert not says("neg", "😡", "Another update 😤", "The new search 👎")


class TestNames:
    def test_names_are_no_feelings(self) -> None:
        assert not says(
            "neu",
            "I fly with United on Friday.",
            "I bought it at Best Buy yesterday.",
            "My order from Lucky Brand arrives on Tuesday.",
            "The Amazing Race starts at eight.",
        )


class TestEvidence:
    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("not easy", "negation"),
            ("very easy", "degree"),
            ("easy but slow", "contrast"),
            ("It used to be easy", "time"),
            ("The old one was easier", "comparison"),
            ("Is it easy?", "question"),
            ("I would like an easy editor", "request"),
            ("Thanks for nothing", "sarcasm"),
            ("works great", "phrase"),
            ("😍", "emoji"),
        ],
    )
    def test_it_names_its_rule(self, text: str, rule: str) -> None:
        assert rule in rules(text)

    def test_it_points_into_the_original(self) -> None:
        text = "＠sam “Really” TERRIBLE 👎 https://example.com/great"

        assert [text[each.start : each.end] for each in scored(text).evidence] == ["TERRIBLE", "👎"]

    def test_it_sums_to_the_signals(self) -> None:
        signals, evidence = scored("The room was lovely, the breakfast was cold and the staff rude.")

        assert signals.positive - signals.negative == pytest.approx(sum(each.weight for each in evidence))
        assert (signals.positive_count, signals.negative_count) == (1, 2)


class TestSiteWords:
    def test_they_go_before_ours(self) -> None:
        words = {"sick": 3.0, "great wall": 0.0, "zonk": -2.5}

        assert scored("sick design", words).signals.positive > 0
        assert scored("Great Wall", words).evidence == ()
        assert scored("very zonk", words).evidence == (Evidence(5, 9, -2.79, "degree"),)

    def test_other_sites_do_not_have_them(self) -> None:
        scored("zonk", {"zonk": -2.5})

        assert scored("zonk").evidence == ()


class TestCost:
    @pytest.mark.parametrize(
        "text",
        [
            "not good ",
            "Good Thing ",
            "NEVER BAD ",
            "nothing, ",
            "old better than ",
            "very ",
            "(",
            "so" + "o" * 40,
            "if ",
        ],
    )
    def test_a_long_text_takes_as_much_longer_as_it_is_long(self, text: str) -> None:
        def seconds(length: int) -> float:
            long = text * (length // len(text))
            started = process_time()
            scored(long)
            return process_time() - started

        scored(text)

        # Ten times the text; squared it would take most of a minute. Collecting garbage may fall into it.
        assert seconds(40_000) < 60 * seconds(4_000) + 3
