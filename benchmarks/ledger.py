"""A member's balance, statement, hold, and expiry, and the daily check, on three sizes of the books.

A fifth of all entries belong to the member who is looked at, so that their own history grows as well. What
members wait for is told as a multiple of reading one row by its key, the check as a multiple of adding up
all entries once. Everything runs in one process on SQLite; figures are medians of rounds in which all take
turns, so that a busy machine slows all of them.
"""

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from community import create_app
from community.infra import clock
from community.infra.db import Base, db, unit_of_work
from community.loyalty.actions import expiring, points
from community.loyalty.models import (
    MEMBER_ACCOUNTS,
    Allocation,
    Award,
    Hold,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Lot,
    RuleVersion,
    Wallet,
)
from community.loyalty.models.guarding import ROUTES
from community.loyalty.queries import books, checking, statement
from community.members.models import Member

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS, REPEATS, CHECK_ROUNDS = 7, 20, 3
# Earned, matured, held, captured; the rest of a member's lots is still open.
VERBS = ("earn", "mature", "hold", "capture")
ENTRIES_OF_A_STORY = 2 * len(VERBS)
STORIES_OF_OTHERS = 25
OPEN_LOTS = 20
PIECE = 1_000


def main() -> None:
    """Print a row for each thing measured, a column for each size, and how each step up makes it grow."""
    columns = [measure(size) for size in SIZES]
    print(f"{'':<48}" + "".join(f"{size:>12,}" for size in SIZES) + f"{'growth':>17}")
    for name in columns[0]:
        figures = [column[name] for column in columns]
        steps = [f"{after / before:.2f}" for before, after in pairwise(figures)]
        print(f"{name:<48}" + "".join(f"{figure:>12.2f}" for figure in figures) + f"{' · '.join(steps):>17}")


def measure(size: int) -> dict[str, float]:
    """What a member waits for by the reading of a row, the check by the adding up of all entries."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": folder})
        with app.app_context():
            upgrade()
            member_id = fill(size)
            member = db.session.get_one(Member, member_id)
            middle = db.session.scalar(select(func.max(LedgerEntry.id))) // 2
            row = select(Wallet.opened_at).where(Wallet.member_id == member_id)
            things: dict[str, Callable[[], object]] = {
                "one row by its key": lambda: db.session.execute(row).one(),
                "balance": lambda: books.balances_of(member_id),
                "statement, first page": lambda: statement.list_lines(member),
                "statement, from the middle": lambda: statement.list_lines(member, before=middle),
                "hold and give back": lambda: hold_and_release(member_id),
                "nightly expiry, none due": expiring.expire_due,
            }
            rounds = [{name: cpu_of(thing) for name, thing in things.items()} for _ in range(ROUNDS)]
            found = {
                f"{name}, × one row by its key": statistics.median(
                    each[name] / each["one row by its key"] for each in rounds
                )
                for name in list(things)[1:]
            }
            return found | check()


def check() -> dict[str, float]:
    """The daily look through the books, in seconds of CPU and by adding up all entries once."""
    looked, added = [], []
    total = select(func.sum(LedgerEntry.amount), func.count())
    for _round in range(CHECK_ROUNDS):
        looked.append(seconds_of(checking.look_through))
        added.append(seconds_of(lambda: db.session.execute(total).one()))
    assert checking.look_through().mismatches == []
    return {
        "daily check, seconds of CPU": statistics.median(looked),
        "daily check, × adding up all entries": statistics.median(looked) / statistics.median(added),
    }


def hold_and_release(member_id: int) -> None:
    """Set points aside and give them back, each in a transaction of its own."""
    points.release(points.hold(member_id, 25, key=f"bench-{time.perf_counter_ns()}", reward_id=1))


def cpu_of(thing: Callable[[], object]) -> float:
    """Seconds of CPU for REPEATS calls."""
    return seconds_of(lambda: [thing() for _ in range(REPEATS)])


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds of CPU that the work takes."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def fill(size: int) -> int:
    """Books of about so many entries; the id of the member who has a fifth of them."""
    stories = size // ENTRIES_OF_A_STORY
    own = stories // 5
    with unit_of_work() as session:
        others = (stories - own) // STORIES_OF_OTHERS
        ids = [make_members(min(PIECE, others + 1 - start)) for start in range(0, others + 1, PIECE)]
        member_ids = [each for piece in ids for each in piece]
        first = member_ids[0]
        accounts = read_accounts()
        version_id = session.scalars(select(RuleVersion.id).limit(1)).one()
        for start in range(0, stories, PIECE):
            numbers = range(start, min(start + PIECE, stories))
            whose = [first if number % 5 == 0 else member_ids[1 + number % others] for number in numbers]
            tell(numbers, whose, accounts=accounts, version_id=version_id, verbs=VERBS)
        numbers = range(stories, stories + OPEN_LOTS)
        tell(numbers, [first] * OPEN_LOTS, accounts=accounts, version_id=version_id, verbs=VERBS[:2])
    return first


def make_members(number: int) -> list[int]:
    """So many members with wallets and accounts."""
    session = db.session
    people = [
        {"display_name": "M", "password_hash": "", "locale": "en", "time_zone": "UTC"} for _ in range(number)
    ]
    ids = list(session.scalars(insert(Member).returning(Member.id), people))
    session.execute(insert(Wallet), [{"member_id": each} for each in ids])
    session.execute(
        insert(LedgerAccount),
        [{"member_id": each, "kind": kind} for each in ids for kind in MEMBER_ACCOUNTS],
    )
    return ids


def read_accounts() -> dict[tuple[int | None, str], int]:
    """The number of each account by member and kind."""
    rows = db.session.execute(select(LedgerAccount.member_id, LedgerAccount.kind, LedgerAccount.id))
    return {(row.member_id, row.kind): row.id for row in rows}


def tell(
    numbers: range,
    whose: list[int],
    *,
    accounts: dict[tuple[int | None, str], int],
    version_id: int,
    verbs: tuple[str, ...],
) -> None:
    """One contribution of ten points for each number, and what became of it; entries follow by themselves."""
    now, later = clock.now(), clock.ahead(days=365)
    is_spent = "capture" in verbs
    rows: dict[type[Base], list[dict[str, Any]]] = {
        Award: [], LedgerTransaction: [], Lot: [], Hold: [], Allocation: [],
    }  # fmt: skip
    for number, member_id in zip(numbers, whose, strict=True):
        own, line = number + 1, number * len(VERBS) + 1
        common = {"payload_hash": "", "amount": 10, "member_id": member_id, "posted_at": now}
        rows[Award].append(
            {
                "id": own, "member_id": member_id, "rule": "idea_accepted", "rule_version_id": version_id,
                "source_type": "idea", "source_id": own, "title": f"Idea number {own}", "points": 10,
                "path": f"/ideas/{own}", "state": "matured", "reason": "approved", "earned_at": now,
            }
        )  # fmt: skip
        rows[LedgerTransaction] += [
            common | move for move in moves(line, own, accounts=accounts, member_id=member_id, verbs=verbs)
        ]
        rows[Lot].append(
            {
                "id": own, "member_id": member_id, "transaction_id": line, "award_id": own, "granted": 10,
                "used": 10 if is_spent else 0, "state": "closed" if is_spent else "open",
                "available_from": now, "expires_at": later,
            }
        )  # fmt: skip
        if is_spent:
            hold = {"id": own, "member_id": member_id, "transaction_id": line + 2, "amount": 10}
            rows[Hold].append(hold | {"state": "captured", "made_at": now, "ended_at": now})
            part = {"lot_id": own, "transaction_id": line + 2, "hold_id": own, "purpose": "hold"}
            rows[Allocation].append(part | {"amount": 10, "state": "used"})
    for table, wanted in rows.items():
        if wanted:
            db.session.execute(insert(table), wanted)


def moves(
    line: int,
    own: int,
    *,
    accounts: dict[tuple[int | None, str], int],
    member_id: int,
    verbs: tuple[str, ...],
) -> Iterator[dict[str, Any]]:
    """One transaction for each verb."""
    for place, verb in enumerate(verbs):
        giving, taking = (
            accounts[None if kind.startswith("program") else member_id, kind] for kind in ROUTES[verb]
        )
        about = {"earn": "award", "mature": "award", "hold": "reward", "capture": "hold"}[verb]
        yield {
            "id": line + place, "key": f"{verb}:{own}", "kind": verb, "debit_account_id": giving,
            "credit_account_id": taking, "source_type": about, "source_id": 1 if verb == "hold" else own,
        }  # fmt: skip


if __name__ == "__main__":
    main()
