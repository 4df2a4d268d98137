"""Texts of bulk data: put together from words of which few are frequent and most are rare, as in life."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import Any

from community.analysis.tokens import index_terms
from community.demo import content
from community.infra.text import excerpt, render_markdown

# So many of the titles name a thing that hardly any other does.
RARE = 0.3
# Texts are made once and used again and again: so many different ones.
LEAST, MOST = 100, 4_000


@dataclass(frozen=True)
class Said:
    """A text with all that is made of it once, and the language that it is in."""

    language: str
    text: str
    html: str
    excerpt: str
    terms: str


class Words:
    """Draws titles and texts; one seed gives the same ones everywhere."""

    def __init__(self, seed: str, *, size: int) -> None:
        self._seed, self._size = seed, max(LEAST, min(size, MOST))
        self._words = {language: _Language(content.read("scale")[language]) for language in ("en", "zh")}

    @cached_property
    def bodies(self) -> list[Said]:
        """What ideas say."""
        return self._pool("bodies", most=5, is_in_paragraphs=True)

    @cached_property
    def remarks(self) -> list[Said]:
        """What is said below ideas, and elsewhere."""
        return self._pool("remarks", most=3, is_in_paragraphs=False)

    def title(self, dice: Random, language: str) -> str:
        """What an idea is called."""
        title = self._words[language].line("titles", dice)
        if dice.random() < RARE:
            rare = f"{dice.choice('ABCDEFGHKLMNPQRSTUVWXYZ')}{dice.randrange(10, 10_000)}"
            title += f" ({rare})" if language == "en" else f"（{rare}）"
        return title[:120]

    def _pool(self, name: str, *, most: int, is_in_paragraphs: bool) -> list[Said]:
        dice = Random(f"{self._seed} {name}")
        return [
            self._said(dice, "zh" if number % 3 == 2 else "en", most, is_in_paragraphs=is_in_paragraphs)
            for number in range(self._size)
        ]

    def _said(self, dice: Random, language: str, most: int, *, is_in_paragraphs: bool) -> Said:
        lines = [self._words[language].line("sentences", dice) for _each in range(dice.randint(1, most))]
        between = "\n\n" if is_in_paragraphs and len(lines) > 2 else " " if language == "en" else ""
        text = between.join(lines)
        html = render_markdown(text)
        return Said(language, text, html, excerpt(html, 200), " ".join(index_terms(text)))


class _Language:
    def __init__(self, words: dict[str, Any]) -> None:
        self._patterns = {name: words[name] for name in ("titles", "sentences")}
        self._lists: dict[str, list[str]] = {
            name: each for name, each in words.items() if name not in self._patterns
        }
        self._lists["other"] = self._lists["noun"]
        self._weights = {name: _falling(each) for name, each in self._lists.items()}

    def line(self, name: str, dice: Random) -> str:
        """One title or sentence with its gaps filled; a capital gap begins with a capital letter."""
        pattern = dice.choice(self._patterns[name])
        return str(pattern.format_map(_Gaps(self._lists, self._weights, dice)))


class _Gaps(dict[str, str]):
    def __init__(
        self, lists: Mapping[str, list[str]], weights: Mapping[str, Sequence[float]], dice: Random
    ) -> None:
        super().__init__()
        self._lists, self._weights, self._dice = lists, weights, dice

    def __missing__(self, name: str) -> str:
        gap = name.lower()
        word = self._dice.choices(self._lists[gap], cum_weights=self._weights[gap])[0]
        return word.capitalize() if name != gap else word


def _falling(words: Sequence[str]) -> list[float]:
    # Zipf's law, a little flatter: with the plain one, the first word would be in every text.
    return list(accumulate(1 / (rank + 3) for rank in range(len(words))))
