"""The database's own watch over feedback: whatever changes what is counted marks the piece of time it is in.

Triggers, not calls: a text changes by reading, corrections, topics that merge, edits, withdrawals, erasures
and rows that go with others, and a report that missed one of these ways would be wrong without a sign.
"""

from sqlalchemy import DDL, Table, event

# What counting looks at (queries/texts.py).
COUNTED = (
    "panel_id", "said_at", "state", "author_id", "author_key", "topic_id", "language", "sentiment", "score",
    "kind", "source", "rating", "told_at",
)  # fmt: skip

_SQLITE_PIECE = "max(date({0}.said_at, 'weekday 0', '-6 days'), date({0}.said_at, 'start of month'))"
_POSTGRESQL_PIECE = (
    "GREATEST(date_trunc('week', {0}.said_at AT TIME ZONE 'UTC'), "
    "date_trunc('month', {0}.said_at AT TIME ZONE 'UTC'))::date"
)


def ddl(dialect: str) -> list[str]:
    """The statements, for a migration, that set the watch and mark all there is, to be counted first."""
    return [*_watch(dialect), mark_all(dialect)]


def mark_all(dialect: str) -> str:
    """The statement that marks each piece with texts in it; a condition on `feedback_items` can follow."""
    piece = (_SQLITE_PIECE if dialect == "sqlite" else _POSTGRESQL_PIECE).format("feedback_items")
    columns = "panel_id, starts_on"
    return f"INSERT INTO rollup_marks ({columns}) SELECT DISTINCT panel_id, {piece} FROM feedback_items"  # noqa: S608 (the names are ours)


def drop_ddl(dialect: str) -> list[str]:
    """The statements that end the watch."""
    verbs = ("insert", "update", "delete")
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS feedback_items_mark_{verb}" for verb in verbs]
    return [
        *(f"DROP TRIGGER IF EXISTS feedback_items_mark_{verb} ON feedback_items" for verb in verbs),
        *(f"DROP FUNCTION IF EXISTS feedback_items_mark_{verb}()" for verb in verbs),
    ]


def attach(table: Table) -> None:
    """Have `create_all` set the watch as well."""
    for dialect in ("sqlite", "postgresql"):
        for statement in _watch(dialect):
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))
        for statement in drop_ddl(dialect):
            event.listen(table, "before_drop", DDL(statement).execute_if(dialect=dialect))


def _watch(dialect: str) -> list[str]:
    if dialect == "sqlite":
        changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in COUNTED)
        old, new = _sqlite_mark("old"), _sqlite_mark("new")
        return [
            f"CREATE TRIGGER feedback_items_mark_insert AFTER INSERT ON feedback_items BEGIN {new} END",
            f"CREATE TRIGGER feedback_items_mark_delete AFTER DELETE ON feedback_items BEGIN {old} END",
            f"CREATE TRIGGER feedback_items_mark_update AFTER UPDATE OF {', '.join(COUNTED)} "
            f"ON feedback_items WHEN {changed} BEGIN {old} {new} END",
        ]
    old, new = (f"SELECT {row}.panel_id, {_POSTGRESQL_PIECE.format(row)}" for row in ("o", "n"))
    counted = [", ".join(f"{row}.{column}" for column in COUNTED) for row in ("o", "n")]
    both = (
        f"FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE ({counted[0]}) IS DISTINCT FROM ({counted[1]})"
    )
    sources = {
        # One mark per statement and piece, however many rows it touches.
        "insert": (f"{new} FROM new_rows n GROUP BY 1, 2", "NEW TABLE AS new_rows"),
        "delete": (f"{old} FROM old_rows o GROUP BY 1, 2", "OLD TABLE AS old_rows"),
        "update": (f"{old} {both} UNION {new} {both}", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    }
    statements = []
    for verb, (source, tables) in sources.items():
        name = f"feedback_items_mark_{verb}"
        # Marks are only added, never looked for: writers must not wait for each other here.
        statements += [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO rollup_marks (panel_id, starts_on) {source}; RETURN NULL; END $$",
            f"CREATE TRIGGER {name} AFTER {verb.upper()} ON feedback_items REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ]
    return statements


def _sqlite_mark(row: str) -> str:
    # There is one writer at a time, also while pieces are counted: a mark that stands will be heeded.
    piece = _SQLITE_PIECE.format(row)
    return (
        f"INSERT INTO rollup_marks (panel_id, starts_on) SELECT {row}.panel_id, {piece} "  # noqa: S608
        f"WHERE NOT EXISTS (SELECT 1 FROM rollup_marks "
        f"WHERE panel_id = {row}.panel_id AND starts_on = {piece});"
    )
