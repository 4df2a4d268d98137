"""What the database itself sees to in the books: entries come from their transaction, and nothing changes.

A transaction names two accounts and one amount, and its entries are written by a trigger; the table of
entries takes nothing else. So they sum to zero by construction, on both databases, at every moment. A
member's cached balance can only become what the newest entry of the account says.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import DDL, event

from community.infra import append_only

TABLES = ("ledger_transactions", "ledger_entries")

# Kind of transaction → the account that gives and the one that takes; an adjustment goes either way.
ROUTES: Mapping[str, tuple[str, str]] = {
    "earn": ("program_issued", "member_pending"),
    "mature": ("member_pending", "member_available"),
    "deny": ("member_pending", "program_forfeited"),
    "hold": ("member_available", "member_held"),
    "capture": ("member_held", "program_redeemed"),
    "release": ("member_held", "member_available"),
    "expire": ("member_available", "program_expired"),
    "claw_back": ("member_available", "program_forfeited"),
    "adjust": ("program_adjust", "member_available"),
}
_KNOWN = ", ".join(
    f"'{kind} {giving} {taking}'"
    for kind, (giving, taking) in (*ROUTES.items(), ("adjust", ROUTES["adjust"][::-1]))
)
_IS_A_WAY = """EXISTS (
SELECT 1 FROM ledger_accounts AS giving, ledger_accounts AS taking
 WHERE giving.id = NEW.debit_account_id AND taking.id = NEW.credit_account_id
   AND coalesce(giving.member_id, NEW.member_id) = NEW.member_id
   AND coalesce(taking.member_id, NEW.member_id) = NEW.member_id
   AND NEW.kind || ' ' || giving.kind || ' ' || taking.kind IN (KNOWN))""".replace("KNOWN", _KNOWN)
_WRITE_ENTRIES = """
INSERT INTO ledger_entries (transaction_id, account_id, amount, balance_after)
SELECT NEW.id, side.id, side.amount,
       CASE WHEN side.member_id IS NULL THEN NULL ELSE side.balance + side.amount END
  FROM (SELECT id, member_id, balance,
               CASE WHEN id = NEW.debit_account_id THEN -NEW.amount ELSE NEW.amount END AS amount
          FROM ledger_accounts WHERE id IN (NEW.debit_account_id, NEW.credit_account_id)) AS side
 ORDER BY side.id;
"""
# Two transactions of one member add up also when they forgot the lock on the wallet. The programme's
# accounts are not locked: everybody would wait for them.
_LOCK_ACCOUNTS = """
PERFORM 1 FROM ledger_accounts
 WHERE id IN (NEW.debit_account_id, NEW.credit_account_id) AND member_id IS NOT NULL
 ORDER BY id FOR NO KEY UPDATE;
"""
# The second EXISTS matters on SQLite, where "OR REPLACE" removes rows without asking the triggers.
_IS_A_SIDE = """EXISTS (
SELECT 1 FROM ledger_transactions AS moved JOIN ledger_accounts AS account ON account.id = NEW.account_id
 WHERE moved.id = NEW.transaction_id
   AND ((NEW.account_id = moved.debit_account_id AND NEW.amount = -moved.amount)
     OR (NEW.account_id = moved.credit_account_id AND NEW.amount = moved.amount))
   AND CASE WHEN account.member_id IS NULL THEN NEW.balance_after IS NULL
            ELSE NEW.balance_after = account.balance + NEW.amount
             AND (NEW.balance_after >= 0 OR NEW.amount > 0 OR moved.kind = 'claw_back') END)
AND NOT EXISTS (
SELECT 1 FROM ledger_entries AS written
 WHERE written.id = NEW.id
    OR (written.transaction_id = NEW.transaction_id AND written.account_id = NEW.account_id))"""
_KEEP_BALANCE = "UPDATE ledger_accounts SET balance = NEW.balance_after WHERE id = NEW.account_id;"
_NEWEST = "(SELECT balance_after FROM ledger_entries WHERE account_id = NEW.id ORDER BY id DESC LIMIT 1)"

_NOT_A_WAY = "ledger_transactions move points in known ways only"
_NOT_A_SIDE = "ledger_entries are written by their transaction"
_NOT_DERIVED = "ledger_accounts have the balance of their entries"


def ddl(dialect: str) -> list[str]:
    """The statements, for a migration, that guard the books."""
    guards = [statement for table in TABLES for statement in append_only.ddl(table, dialect)]
    return [*guards, *(_sqlite() if dialect == "sqlite" else _postgresql())]


def drop_ddl(dialect: str) -> list[str]:
    """The statements that undo `ddl` once the tables themselves are gone."""
    gone = [statement for table in TABLES for statement in append_only.drop_ddl(table, dialect)]
    if dialect == "sqlite":
        return gone
    return [*gone, *(f"DROP FUNCTION IF EXISTS {name}()" for name in _FUNCTIONS)]


def attach(transactions: Any, entries: Any) -> None:
    """Have `create_all` guard the tables as well; of the two, the entries are created last."""
    for dialect in ("sqlite", "postgresql"):
        for statement in ddl(dialect):
            event.listen(
                entries, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)
            )
        for statement in drop_ddl(dialect):
            event.listen(transactions, "after_drop", DDL(statement).execute_if(dialect=dialect))


def _sqlite() -> list[str]:
    def refuse(name: str, when: str, message: str) -> str:
        return f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"

    accounts = "ON ledger_accounts WHEN"
    return [
        refuse(
            "ledger_transactions_known_ways",
            f"BEFORE INSERT ON ledger_transactions WHEN NOT {_IS_A_WAY}",
            _NOT_A_WAY,
        ),
        f"CREATE TRIGGER ledger_transactions_move AFTER INSERT ON ledger_transactions "
        f"BEGIN {_WRITE_ENTRIES} END",
        refuse(
            "ledger_entries_only_sides",
            f"BEFORE INSERT ON ledger_entries WHEN NOT ({_IS_A_SIDE})",
            _NOT_A_SIDE,
        ),
        "CREATE TRIGGER ledger_entries_kept AFTER INSERT ON ledger_entries "
        f"WHEN NEW.balance_after IS NOT NULL BEGIN {_KEEP_BALANCE} END",
        refuse("ledger_accounts_begin", f"BEFORE INSERT {accounts} NEW.balance <> 0", _NOT_DERIVED),
        refuse(
            "ledger_accounts_derived",
            f"BEFORE UPDATE OF balance {accounts} NEW.balance IS NOT {_NEWEST}",
            _NOT_DERIVED,
        ),
        refuse(
            "ledger_accounts_stay",
            "BEFORE UPDATE OF id, kind, member_id ON ledger_accounts",
            "ledger_accounts stay what they are",
        ),
    ]


def _postgresql() -> list[str]:
    def refuse(condition: str, message: str) -> str:
        return f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; RETURN NEW;"

    bodies = (
        ("BEFORE INSERT ON ledger_transactions", refuse(f"NOT {_IS_A_WAY}", _NOT_A_WAY)),
        ("AFTER INSERT ON ledger_transactions", f"{_LOCK_ACCOUNTS} {_WRITE_ENTRIES} RETURN NULL;"),
        ("BEFORE INSERT ON ledger_entries", refuse(f"NOT ({_IS_A_SIDE})", _NOT_A_SIDE)),
        (
            "AFTER INSERT ON ledger_entries",
            f"IF NEW.balance_after IS NOT NULL THEN {_KEEP_BALANCE} END IF; RETURN NULL;",
        ),
        ("BEFORE INSERT ON ledger_accounts", refuse("NEW.balance <> 0", _NOT_DERIVED)),
        (
            "BEFORE UPDATE OF balance ON ledger_accounts",
            refuse(f"NEW.balance IS DISTINCT FROM {_NEWEST}", _NOT_DERIVED),
        ),
        (
            "BEFORE UPDATE OF id, kind, member_id ON ledger_accounts",
            refuse("true", "ledger_accounts stay what they are"),
        ),
    )
    emptying = [
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
        for table in TABLES
    ]
    return emptying + [
        statement
        for name, (when, body) in zip(_FUNCTIONS, bodies, strict=True)
        for statement in (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
            f"CREATE TRIGGER {name} {when} FOR EACH ROW EXECUTE FUNCTION {name}()",
        )
    ]


_FUNCTIONS = (
    "ledger_transactions_known_ways",
    "ledger_transactions_move",
    "ledger_entries_only_sides",
    "ledger_entries_kept",
    "ledger_accounts_begin",
    "ledger_accounts_derived",
    "ledger_accounts_stay",
)
