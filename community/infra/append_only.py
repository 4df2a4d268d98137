"""Tables whose rows the database itself refuses to change or delete."""

from typing import Any

from sqlalchemy import DDL, event


def ddl(table: str, dialect: str) -> list[str]:
    """The statements that make a table append-only, for migrations."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()",
    ]


def drop_ddl(table: str, dialect: str) -> list[str]:
    """The statements that undo `ddl` once the table itself is gone."""
    return [] if dialect == "sqlite" else [f"DROP FUNCTION IF EXISTS {table}_is_append_only()"]


def attach(table: Any) -> None:
    """Have `create_all` make the table append-only as well."""
    for dialect in ("sqlite", "postgresql"):
        for statement in ddl(table.name, dialect):
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))
        for statement in drop_ddl(table.name, dialect):
            event.listen(table, "after_drop", DDL(statement).execute_if(dialect=dialect))
