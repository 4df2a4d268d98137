from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.loyalty import jobs
from community.loyalty.actions import points
from community.loyalty.actions.checking import check_books
from community.loyalty.actions.expiring import expire_due
from community.loyalty.models import BooksCheck, LedgerEntry
from community.loyalty.queries import checking
from community.loyalty.queries.books import find_newest_check, payouts_stopped
from community.members.models import Member
from community.schedule import SCHEDULE
from tests.factories.loyalty import make_adjustment, make_award, make_lot, stop_payouts
from tests.statements import statements


@pytest.fixture
def lived(ana: Member, ben: Member, ada: Member) -> Member:
    """Ana, after one of each kind of thing has happened; Ben has a little as well."""
    make_lot(ana, 20)
    make_lot(ana, 5, expires_at=clock.ago(days=1))
    expire_due()
    make_award(ana, 7)
    points.deny(make_award(ana, 8))
    points.capture(points.hold(ana.id, 3, key="spent", reward_id=1))
    points.release(points.hold(ana.id, 4, key="not spent", reward_id=1))
    points.hold(ana.id, 2, key="set aside", reward_id=1)
    points.adjust(make_adjustment(ana, 6, asked_by=ada), actor=ada)
    points.adjust(make_adjustment(ana, -1, asked_by=ada), actor=ada)
    award = make_award(ben, 10)
    points.mature(award)
    points.capture(points.hold(ben.id, 10, key="spent", reward_id=1))
    points.claw_back(award)
    make_lot(ben, 4)
    return ana


def unguarded(*changes: str) -> None:
    """Write as somebody does who can switch the guards off, or as a disk that lies."""
    if db.session.get_bind().dialect.name == "sqlite":
        names = db.session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%'")
        ).all()
        for name in names:
            db.session.execute(text(f"DROP TRIGGER {name}"))
        for change in changes:
            db.session.execute(text(change))
    else:
        for table in ("ledger_transactions", "ledger_entries", "ledger_accounts"):
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for change in changes:
            db.session.execute(text(change))
    db.session.commit()


def found() -> set[tuple[str, int | None, int, int]]:
    return {tuple(each.values()) for each in check_books().mismatches}


def account(member: Member, kind: str) -> str:
    return f"(SELECT id FROM ledger_accounts WHERE member_id = {member.id} AND kind = '{kind}')"


class TestBooksInOrder:
    def test_everything_is_counted(self, lived: Member) -> None:
        check = check_books()
        assert check.is_balanced
        assert (check.mismatches, check.mismatch_count) == ([], 0)
        assert check.transaction_count == 22
        assert check.totals == {
            "program_issued": -(20 + 5 + 7 + 8 + 10 + 4),
            "program_adjust": -6 + 1,
            "program_expired": 5,
            "program_forfeited": 8 + 10,
            "program_redeemed": 3 + 10,
            "member_pending": 7,
            "member_available": 20 + 6 - 3 - 2 - 1 - 10 + 4,
            "member_held": 2,
        }
        assert not payouts_stopped()

    def test_empty_books_are_in_order(self, ana: Member) -> None:
        assert check_books().transaction_count == 0
        assert find_newest_check() is not None
        assert not payouts_stopped()

    def test_it_asks_the_same_number_of_questions_however_much_there_is(self, lived: Member) -> None:
        with statements() as few:
            checking.look_through()
        for _ in range(5):
            make_lot(lived, 3)
        with statements() as many:
            checking.look_through()
        assert len(few) == len(many) == 7

    def test_it_runs_every_day(self) -> None:
        assert SCHEDULE[jobs.check_books] == timedelta(days=1)


class TestBooksOutOfOrder:
    @pytest.mark.parametrize(
        ("change", "mismatch"),
        [
            (
                lambda m: "UPDATE point_lots SET granted = granted + 1 WHERE state = 'pending'",
                ("pending", 8, 7),
            ),
            (
                lambda m: (
                    f"UPDATE point_lots SET granted = granted + 1 WHERE member_id = {m.id} AND granted = 6"
                ),
                ("available", 21, 20),
            ),
            (lambda m: "UPDATE point_holds SET amount = 5 WHERE state = 'held'", ("hold", 5, 2)),
            (lambda m: "UPDATE lot_allocations SET amount = 9 WHERE purpose = 'expire'", ("lot", 9, 5)),
            (
                lambda m: f"UPDATE ledger_accounts SET balance = 99 WHERE id = {account(m, 'member_held')}",
                ("balance", 2, 99),
            ),
            (
                lambda m: (
                    "DELETE FROM ledger_entries WHERE id = (SELECT max(id) FROM ledger_entries"
                    f" WHERE account_id = {account(m, 'member_held')})"
                ),
                ("entries", 2, 1),
            ),
            (
                lambda m: (
                    "UPDATE ledger_entries SET balance_after = 50 WHERE id = (SELECT max(id) FROM"
                    f" ledger_entries WHERE account_id = {account(m, 'member_held')})"
                ),
                ("chain", 2, 50),
            ),
            (
                lambda m: (
                    "UPDATE ledger_transactions SET amount = 50 WHERE id = (SELECT max(id) FROM"
                    f" ledger_transactions WHERE member_id = {m.id})"
                ),
                ("entries", 2, 0),
            ),
        ],
    )
    def test_every_kind_of_damage_is_found(
        self, lived: Member, change: Callable[[Member], str], mismatch: tuple[str, int, int]
    ) -> None:
        unguarded(change(lived))
        what, expected, has = mismatch
        assert (what, lived.id, expected, has) in found()
        assert payouts_stopped()

    def test_debts_are_part_of_it(self, lived: Member, ben: Member) -> None:
        unguarded("UPDATE point_debts SET paid = paid - 1")
        assert found() == {("available", ben.id, -7, -6)}

    def test_entries_that_make_points_from_nothing_are_the_programmes(self, lived: Member) -> None:
        unguarded(
            "INSERT INTO ledger_entries (transaction_id, account_id, amount, balance_after) SELECT max(id),"
            f" {account(lived, 'member_pending')}, 5, 12 FROM ledger_transactions"
        )
        assert {("programme", None, 0, 5), ("entries", None, 44, 45)} <= found()

    def test_a_word_for_each_kind_is_kept(self, lived: Member) -> None:
        unguarded("UPDATE ledger_accounts SET balance = balance + 1 WHERE member_id IS NOT NULL")
        assert {each[0] for each in found()} <= set(checking.KINDS)

    def test_administrators_hear_of_it(self, lived: Member, ada: Member) -> None:
        unguarded("UPDATE point_debts SET paid = paid - 1")
        check = check_books(by=ada)
        told = db.session.scalars(select(Activity).where(Activity.kind == "books.mismatched")).one()
        assert (told.subject_type, told.subject_id, told.actor_id) == ("bookscheck", check.id, ada.id)
        assert told.data == {"mismatch_count": 1}

    def test_the_list_ends_at_a_hundred_but_all_are_counted(
        self, lived: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        count = db.session.query(LedgerEntry).count()
        unguarded("UPDATE ledger_entries SET balance_after = 1000 + 7 * id WHERE balance_after IS NOT NULL")
        monkeypatch.setattr(checking, "LISTED", 3)
        check = check_books()
        assert len(check.mismatches) == 3
        assert 3 < check.mismatch_count <= count

    def test_payouts_go_on_once_a_later_check_finds_nothing(self, lived: Member) -> None:
        stop_payouts()
        assert payouts_stopped()
        check_books()
        assert not payouts_stopped()
        with unit_of_work() as session:
            assert session.query(BooksCheck).count() == 2

    def test_a_check_that_began_before_another_does_not_overrule_it(self, lived: Member) -> None:
        with clock.stopped_at(clock.ahead(minutes=5)):
            stop_payouts()
        check_books()
        assert payouts_stopped()
