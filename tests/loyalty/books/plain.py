"""The books as a child would keep them: every point is a coin that lies in one place.

No sums are stored and nothing is shared with the site's code, so that both can only agree by being right.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

FAR = datetime(9999, 1, 1, tzinfo=UTC)


class Refused(Exception):
    """There are not enough coins, or it was decided otherwise before."""


@dataclass(eq=False)
class Pile:
    """Coins that came together."""

    number: int
    by_hand: bool = False
    since: datetime | None = None
    expires_at: datetime | None = None
    was_taken_back: bool = False
    coins: list["Coin"] = field(default_factory=list)

    def lying(self, place: str) -> list["Coin"]:
        """Those of its coins that are there."""
        return [coin for coin in self.coins if coin.place == place]


@dataclass(eq=False)
class Coin:
    """One point; `place` says where it lies, or what became of it."""

    pile: Pile
    place: str = "pending"


class PlainBooks:
    """One member's coins."""

    def __init__(self) -> None:
        self.piles: list[Pile] = []
        self.set_aside: dict[str, list[Coin]] = {}
        self.owed = 0
        # Coins they had to give back without having them.
        self.taken_on_credit = 0

    def balances(self) -> tuple[int, int, int, int]:
        """Pending, available, set aside, owed."""
        count = self.places()
        return count["pending"], count["free"] - self.owed, count["set aside"], self.owed

    def places(self) -> Counter[str]:
        """How many coins lie where."""
        return Counter(coin.place for pile in self.piles for coin in pile.coins)

    def totals(self) -> Counter[str]:
        """What all this means to the programme's accounts."""
        count = self.places()
        came = Counter(pile.by_hand for pile in self.piles for _coin in pile.coins)
        return Counter(
            program_issued=-came[False],
            program_adjust=count["adjusted"] - came[True],
            program_redeemed=count["redeemed"],
            program_expired=count["expired"],
            program_forfeited=count["forfeited"] + self.taken_on_credit,
        )

    def earn(self, points: int, *, by_hand: bool = False) -> Pile:
        """A new pile that waits."""
        pile = Pile(len(self.piles), by_hand=by_hand)
        pile.coins = [Coin(pile) for _ in range(points)]
        self.piles.append(pile)
        return pile

    def mature(self, pile: Pile, *, now: datetime, expires_at: datetime | None) -> None:
        """The pile may be spent."""
        self._ensure_waits(pile)
        pile.since, pile.expires_at = now, expires_at
        self._free(pile.coins)

    def deny(self, pile: Pile) -> None:
        """The pile goes away."""
        self._ensure_waits(pile)
        for coin in pile.coins:
            coin.place = "forfeited"

    def claw_back(self, pile: Pile) -> int:
        """As many coins as the pile had go, its own before others, but for those that had expired."""
        if pile.since is None:
            raise Refused
        pile.was_taken_back = True
        moved = missing = len(pile.coins) - len(pile.lying("expired"))
        for coin in [*pile.lying("free"), *self._by_expiry()]:
            if missing and coin.place == "free":
                coin.place = "forfeited"
                missing -= 1
        self.owed += missing
        self.taken_on_credit += missing
        return moved

    def hold(self, points: int, name: str) -> None:
        """Put coins aside."""
        self._ensure_has(points)
        self.set_aside[name] = self._by_expiry()[:points]
        for coin in self.set_aside[name]:
            coin.place = "set aside"

    def capture(self, name: str) -> None:
        """They are spent."""
        for coin in self._taken_for(name):
            coin.place = "redeemed"

    def release(self, name: str, *, now: datetime, grace: timedelta) -> None:
        """They go back; a pile that has expired meanwhile lives on for a little."""
        coins = self._taken_for(name)
        for coin in coins:
            if coin.pile.expires_at is not None and coin.pile.expires_at <= now:
                coin.pile.expires_at = now + grace
        self._free(coins)

    def adjust(self, points: int, *, now: datetime, expires_at: datetime | None) -> None:
        """Coins come or go by hand."""
        if points > 0:
            self.mature(self.earn(points, by_hand=True), now=now, expires_at=expires_at)
            return
        self._ensure_has(-points)
        for coin in self._by_expiry()[:-points]:
            coin.place = "adjusted"

    def expire(self, *, now: datetime) -> list[Coin]:
        """Free coins whose time is over go."""
        over = [
            coin
            for coin in self._by_expiry()
            if coin.pile.expires_at is not None and coin.pile.expires_at <= now
        ]
        for coin in over:
            coin.place = "expired"
        return over

    def _free(self, coins: list[Coin]) -> None:
        for coin in coins:
            coin.place = "paid" if self.owed else "free"
            self.owed -= min(self.owed, 1)

    def _by_expiry(self) -> list[Coin]:
        free = [coin for pile in self.piles for coin in pile.lying("free")]
        return sorted(
            free, key=lambda coin: (coin.pile.expires_at or FAR, coin.pile.since or FAR, coin.pile.number)
        )

    def _taken_for(self, name: str) -> list[Coin]:
        coins, self.set_aside[name] = self.set_aside[name], []
        if not coins:
            raise Refused
        return coins

    def _ensure_has(self, points: int) -> None:
        if self.balances()[1] < points:
            raise Refused

    @staticmethod
    def _ensure_waits(pile: Pile) -> None:
        if len(pile.lying("pending")) != len(pile.coins):
            raise Refused
