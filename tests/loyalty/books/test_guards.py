"""What the databases themselves refuse, whoever writes."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from community.infra.db import db
from community.loyalty.actions import points
from community.loyalty.models import LedgerAccount, LedgerEntry, LedgerTransaction
from community.members.models import Member
from tests.factories.loyalty import make_award, make_lot
from tests.loyalty.books.reading import all_rows, ensure_balanced

NOW = "'2026-01-01 00:00:00'"


@pytest.fixture
def books(ana: Member, ben: Member) -> dict[str, int]:
    """Ana has ten points and five that wait, Ben has three; the numbers of their accounts by kind."""
    make_lot(ana, 10)
    make_award(ana, 5)
    make_lot(ben, 3)
    accounts = db.session.scalars(select(LedgerAccount)).all()
    named = {f"ana_{each.kind}": each.id for each in accounts if each.member_id == ana.id}
    named |= {f"ben_{each.kind}": each.id for each in accounts if each.member_id == ben.id}
    named |= {each.kind: each.id for each in accounts if each.member_id is None}
    return named | {"ana": ana.id, "ben": ben.id}


def refused(statement: str) -> str:
    """What the database says; nothing has changed."""
    before = all_rows()
    with pytest.raises(DatabaseError) as caught, db.session.begin_nested():
        db.session.execute(text(statement))
    assert all_rows() == before
    return str(caught.value.orig)


def moving(
    books: dict[str, int], kind: str, giving: str, taking: str, *, amount: int = 2, of: str = "ana"
) -> str:
    return (
        "INSERT INTO ledger_transactions (key, payload_hash, kind, debit_account_id, credit_account_id,"
        " amount, member_id, source_type, source_id, effective_at, posted_at)"
        f" VALUES ('odd', '', '{kind}', {books[giving]}, {books[taking]}, {amount},"
        f" {books[of]}, 'award', 1, {NOW}, {NOW})"
    )


class TestWhatIsWritten:
    @pytest.mark.parametrize("table", ["ledger_transactions", "ledger_entries"])
    def test_it_cannot_be_changed_or_deleted(self, books: dict[str, int], table: str) -> None:
        assert "append-only" in refused(f"UPDATE {table} SET amount = 1000")
        assert "append-only" in refused(f"DELETE FROM {table}")

    def test_it_cannot_be_emptied(self, books: dict[str, int]) -> None:
        if db.session.get_bind().dialect.name == "postgresql":
            assert "append-only" in refused("TRUNCATE ledger_transactions, ledger_entries CASCADE")

    def test_nor_replaced(self, books: dict[str, int]) -> None:
        if db.session.get_bind().dialect.name == "sqlite":
            assert refused(
                "INSERT OR REPLACE INTO ledger_transactions SELECT id, key, payload_hash, kind,"
                " debit_account_id, credit_account_id, amount + 1, member_id, actor_id, rule_version_id,"
                " source_type, source_id, effective_at, posted_at, reverses_id FROM ledger_transactions"
            )
            assert "by their transaction" in refused(
                "INSERT OR REPLACE INTO ledger_entries SELECT * FROM ledger_entries"
            )


class TestTransactions:
    def test_each_has_its_two_entries_at_once(self, books: dict[str, int]) -> None:
        db.session.execute(text(moving(books, "hold", "ana_member_available", "ana_member_held")))
        line = db.session.scalars(select(LedgerTransaction).where(LedgerTransaction.key == "odd")).one()
        entries = db.session.scalars(select(LedgerEntry).where(LedgerEntry.transaction_id == line.id)).all()
        assert {(each.account_id, each.amount, each.balance_after) for each in entries} == {
            (books["ana_member_available"], -2, 8),
            (books["ana_member_held"], 2, 2),
        }

    @pytest.mark.parametrize(
        ("kind", "giving", "taking"),
        [
            ("earn", "program_issued", "ana_member_available"),
            ("earn", "program_adjust", "ana_member_pending"),
            ("mature", "ana_member_available", "ana_member_pending"),
            ("capture", "ana_member_available", "program_redeemed"),
            ("adjust", "program_adjust", "ana_member_pending"),
            ("hold", "ana_member_available", "ben_member_held"),
            ("hold", "ben_member_available", "ben_member_held"),
            ("mature", "ben_member_pending", "ana_member_available"),
            ("gift", "program_issued", "ana_member_pending"),
        ],
    )
    def test_points_go_known_ways_and_stay_with_their_member(
        self, books: dict[str, int], kind: str, giving: str, taking: str
    ) -> None:
        assert "known ways" in refused(moving(books, kind, giving, taking))

    @pytest.mark.parametrize("amount", [0, -2])
    def test_they_move_something(self, books: dict[str, int], amount: int) -> None:
        assert refused(moving(books, "hold", "ana_member_available", "ana_member_held", amount=amount))

    @pytest.mark.parametrize(
        ("kind", "giving", "taking"),
        [
            ("mature", "ana_member_pending", "ana_member_available"),
            ("hold", "ana_member_available", "ana_member_held"),
            ("release", "ana_member_held", "ana_member_available"),
            ("expire", "ana_member_available", "program_expired"),
            ("adjust", "ana_member_available", "program_adjust"),
        ],
    )
    def test_only_a_claw_back_takes_more_than_there_is(
        self, books: dict[str, int], kind: str, giving: str, taking: str
    ) -> None:
        assert refused(moving(books, kind, giving, taking, amount=11))
        back = moving(books, "claw_back", "ana_member_available", "program_forfeited", amount=11)
        db.session.execute(text(back))
        assert db.session.get_one(LedgerAccount, books["ana_member_available"]).balance == -1

    def test_a_key_is_used_once(self, books: dict[str, int], ana: Member) -> None:
        points.hold(ana.id, 2, key="wish", reward_id=1)
        again = moving(books, "hold", "ana_member_available", "ana_member_held")
        assert refused(again.replace("'odd'", f"'hold:{ana.id}:wish'"))

    def test_what_was_put_right_is_not_put_right_again(self, books: dict[str, int], ana: Member) -> None:
        held = points.hold(ana.id, 4, key="wish", reward_id=1)
        points.release(held)
        again = moving(books, "deny", "ana_member_pending", "program_forfeited")
        assert refused(
            again.replace("posted_at)", "posted_at, reverses_id)").replace(
                f"{NOW})", f"{NOW}, {held.transaction_id})"
            )
        )


class TestEntries:
    def test_nobody_writes_one_but_its_transaction(self, books: dict[str, int]) -> None:
        line = db.session.scalars(select(LedgerTransaction).limit(1)).one()
        for account_id, amount, balance in (
            (line.credit_account_id, line.amount, line.amount),
            (line.credit_account_id, line.amount + 1, 11),
            (books["ana_member_held"], line.amount, line.amount),
            (line.debit_account_id, -line.amount, "NULL"),
        ):
            assert "by their transaction" in refused(
                "INSERT INTO ledger_entries (transaction_id, account_id, amount, balance_after)"
                f" VALUES ({line.id}, {account_id}, {amount}, {balance})"
            )


class TestBalances:
    def test_they_are_what_the_entries_say_and_never_edited(self, books: dict[str, int]) -> None:
        for account in ("ana_member_available", "ana_member_held", "program_redeemed"):
            assert "balance of their entries" in refused(
                f"UPDATE ledger_accounts SET balance = balance + 1 WHERE id = {books[account]}"
            )

    def test_an_account_begins_empty(self, books: dict[str, int], ada: Member) -> None:
        assert "balance of their entries" in refused(
            f"INSERT INTO ledger_accounts (kind, member_id, balance) VALUES ('member_held', {ada.id}, 5)"
        )

    def test_an_account_stays_whose_it_is(self, books: dict[str, int]) -> None:
        assert "stay what they are" in refused(f"UPDATE ledger_accounts SET member_id = {books['ben']}")
        assert "stay what they are" in refused("UPDATE ledger_accounts SET kind = 'member_held'")
        assert refused("DELETE FROM ledger_accounts")

    def test_all_of_this_leaves_the_books_in_order(self, books: dict[str, int]) -> None:
        refused("UPDATE ledger_accounts SET balance = 0")
        ensure_balanced()
