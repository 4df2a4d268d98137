"""Tables whose rows the database itself refuses to change or delete."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, event


def ddl(name: str, dialect: str, *, may_be_emptied: str = "", others: Sequence[str] = ()) -> list[str]:
    """The statements that make a table append-only, for migrations.

    The JSON object in the column `may_be_emptied` can become `{}` while the `others` stay as they are.
    """
    if dialect == "sqlite":
        emptied = _is_only_emptied(may_be_emptied, others, same="IS", text="{0}")
        return [
            f"CREATE TRIGGER {name}_no_{verb} BEFORE {verb} ON {name} {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            for verb, condition in (("update", f"WHEN NOT ({emptied}) " if emptied else ""), ("delete", ""))
        ]
    emptied = _is_only_emptied(may_be_emptied, others, same="IS NOT DISTINCT FROM", text="{0}::text")
    passes = f"IF TG_OP = 'UPDATE' THEN IF {emptied} THEN RETURN NEW; END IF; END IF; " if emptied else ""
    return [
        f"CREATE FUNCTION {name}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {passes}RAISE EXCEPTION '{name} is append-only'; END $$",
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_is_append_only()",
    ]


def drop_ddl(name: str, dialect: str, *, is_table_gone: bool = True) -> list[str]:
    """The statements that undo `ddl`; the triggers of a table that is gone are gone with it."""
    if dialect == "sqlite":
        return [] if is_table_gone else [f"DROP TRIGGER {name}_no_{verb}" for verb in ("update", "delete")]
    triggers = [] if is_table_gone else [f"DROP TRIGGER {name}_no_change ON {name}"]
    return [*triggers, f"DROP FUNCTION IF EXISTS {name}_is_append_only()"]


def attach(table: Any, *, may_be_emptied: str = "") -> None:
    """Have `create_all` make the table append-only as well."""
    others = [column.name for column in table.columns if column.name != may_be_emptied]
    for dialect in ("sqlite", "postgresql"):
        for statement in ddl(table.name, dialect, may_be_emptied=may_be_emptied, others=others):
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))
        for statement in drop_ddl(table.name, dialect):
            event.listen(table, "after_drop", DDL(statement).execute_if(dialect=dialect))


def _is_only_emptied(column: str, others: Sequence[str], *, same: str, text: str) -> str:
    if not column:
        return ""
    kept = [f"NEW.{other} {same} OLD.{other}" for other in others]
    return " AND ".join([f"{text.format(f'NEW.{column}')} = '{{}}'", *kept])
