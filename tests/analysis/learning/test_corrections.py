"""Corrections: one is enough for texts that say nearly the same, and it goes no further."""

from math import sqrt
from random import Random

from community.analysis.learning.corrections import LEAST_LIKENESS, Correction, Corrections
from community.analysis.learning.features import Group, grams
from community.analysis.masking import mask


def corrected(text: str, value: str, *, was: str, group: Group = "en") -> Correction:
    return Correction(mask(text), group, value, was)


def found(corrections: Corrections, text: str, *, was: str, group: Group = "en") -> str | None:
    hit = corrections.find(mask(text), group, was=was)
    return hit.correction.value if hit else None


def cosine(runs: set[str], others: set[str]) -> float:
    return len(runs & others) / sqrt(len(runs) * len(others))


class TestCorrections:
    def test_without_any_none_is_found(self) -> None:
        assert Corrections().find("anything", "en", was="neu") is None

    def test_the_same_text_is_read_as_corrected_however_it_is_written(self) -> None:
        corrections = Corrections([corrected("This set is sick", "pos", was="neg")])
        assert found(corrections, "  this SET is  sick", was="neu") == "pos"

    def test_a_like_text_that_was_read_the_same_way_is_read_as_corrected(self) -> None:
        corrections = Corrections([corrected("The new castle set is sick!", "pos", was="neg")])
        hit = corrections.find("the new castle set is so sick!!", "en", was="neg")
        assert hit is not None
        assert hit.correction.value == "pos"
        assert 0.6 <= hit.likeness < 1

    def test_a_like_text_that_was_read_otherwise_is_left_alone(self) -> None:
        corrections = Corrections([corrected("The new castle set is sick!", "pos", was="neg")])
        assert found(corrections, "The new castle set is so sick, I love it!", was="pos") is None

    def test_another_text_is_left_alone(self) -> None:
        corrections = Corrections([corrected("The new castle set is sick!", "pos", was="neg")])
        assert found(corrections, "My parcel came late and broken", was="neg") is None

    def test_the_most_like_text_decides(self) -> None:
        corrections = Corrections(
            [
                corrected("The crane of the harbour is sick", "pos", was="neg"),
                corrected("The crane of the harbour is broken", "neg", was="neg"),
            ]
        )
        assert found(corrections, "The crane of the harbour is broken again", was="neg") == "neg"
        assert found(corrections, "The crane of the harbour is sick again", was="neg") == "pos"

    def test_of_two_corrections_of_one_text_the_last_counts(self) -> None:
        corrections = Corrections(
            [corrected("so wavy", "neg", was="neu"), corrected("So wavy", "pos", was="neu")]
        )
        assert len(corrections) == 1
        assert found(corrections, "so wavy", was="neu") == "pos"

    def test_a_correction_of_simplified_text_holds_for_traditional(self) -> None:
        corrections = Corrections([corrected("这套积木太上头了", "pos", was="neg", group="zh")])
        assert found(corrections, "這套積木太上頭了！", was="neg", group="zh") == "pos"

    def test_among_many_corrections_the_like_one_is_still_found(self) -> None:
        others = [
            corrected(f"The train number {'i' * at} has arrived", "neu", was="pos") for at in range(200)
        ]
        corrections = Corrections([*others, corrected("The lighthouse lamp is sick", "pos", was="neg")])
        assert found(corrections, "The lighthouse lamp is really sick", was="neg") == "pos"

    def test_it_finds_what_comparing_every_text_would_find(self) -> None:
        dice = Random(7)
        words = ["".join(dice.choices("aeioulnrst", k=dice.randint(2, 7))) for _number in range(60)]
        texts = [" ".join(dice.choices(words, k=dice.randint(3, 60))) for _number in range(150)]
        known = Corrections(corrected(text, str(at), was="neg") for at, text in enumerate(texts))
        for text in texts[:40]:
            said = f"{text} {' '.join(dice.choices(words, k=4))}"
            runs = grams(mask(said), "en")
            likeness, at = max((cosine(runs, grams(mask(other), "en")), at) for at, other in enumerate(texts))
            assert found(known, said, was="neg") == (str(at) if likeness >= LEAST_LIKENESS else None)
