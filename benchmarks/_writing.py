"""What members send in the benchmarks: votes, comments and ideas, none of them twice."""

import time
from collections.abc import Callable, Iterator, Sequence
from random import Random

from benchmarks._ground import Browser
from benchmarks._load import Ask, Asks, post
from benchmarks._people import BOARD
from community.demo.actions.scale.texts import Words


class Pens:
    """Members with what they might say; each request is one that was not sent before."""

    def __init__(self, browsers: Sequence[Browser], idea_ids: Sequence[int]) -> None:
        self._browsers, self._idea_ids = browsers, idea_ids
        self._words = Words("pens", size=400)
        self._remarks = [each.text for each in self._words.remarks]

    def votes(self) -> Asks:
        """A member supports an idea."""
        return self._for_ever(self.vote)

    def comments(self) -> Asks:
        """A member says something below an idea."""
        return self._for_ever(self.comment)

    def ideas(self) -> Asks:
        """A member posts an idea."""
        return self._for_ever(self.idea)

    def vote(self, dice: Random) -> Ask:
        """One vote."""
        return self._sent("vote", f"/ideas/{dice.choice(self._idea_ids)}/vote", dice)

    def comment(self, dice: Random) -> Ask:
        """One comment."""
        body = f"{dice.choice(self._remarks)} ({_unheard(dice)})"
        return self._sent("comment", f"/ideas/{dice.choice(self._idea_ids)}/comments", dice, body=body)

    def idea(self, dice: Random) -> Ask:
        """One idea."""
        title = " ".join(_unheard(dice) for _word in range(4))
        return self._sent(
            "idea", f"{BOARD}/ideas", dice, title=title, body=dice.choice(self._remarks), tags="card, shop"
        )

    def _sent(self, name: str, path: str, dice: Random, **form: str) -> Ask:
        browser = dice.choice(self._browsers)
        return Ask(
            name, post(path, {"csrf_token": browser.csrf_token, **form}, cookie=browser.cookie), status=303
        )

    def _for_ever(self, one: Callable[[Random], Ask]) -> Asks:
        def each(connection: int) -> Iterator[Ask]:
            # In a process of its own, in every turn: the moment makes it say something new.
            dice = Random(f"{time.time_ns()} {connection}")
            while True:
                yield one(dice)

        return each


def _unheard(dice: Random) -> str:
    """A word that no text holds yet."""
    return "".join(
        dice.choice(("ba", "do", "ke", "li", "mu", "no", "ra", "si", "ta", "ve")) for _each in range(5)
    )
