"""Search over a column of terms: FTS5 on SQLite, a GIN index on PostgreSQL, the same clauses for both.

A searchable table has the integer key `id` and the text column `search_terms`: terms joined by spaces.
PostgreSQL keeps the form that its index wants in a column of its own, made of `search_terms` by itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    DDL,
    Alias,
    BigInteger,
    Boolean,
    ColumnElement,
    Dialect,
    Float,
    FromClause,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    column,
    event,
    exists,
    false,
    func,
    inspect,
    literal,
    select,
)
from sqlalchemy import table as lightweight_table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

DIALECTS = ("sqlite", "postgresql")

_SHADOW = re.compile(r"\w+_search(_(data|idx|docsize|config|content))?")
_INDEX = re.compile(r"ix_\w+_search_terms")
_COLUMN, _VECTOR = "search_terms", "search_vector"
# Quoting is safe because terms hold no ASCII but letters and digits; this makes sure of it.
_UNSAFE = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]|\s")

# One plan for all words, which PostgreSQL makes of what is asked often, suits few of them.
PLANNED_ANEW: Mapping[str, Any] = {"is_planned_anew": True}


class Term(Protocol):
    """A term to ask for; with `is_prefix` all terms that begin with it are meant."""

    @property
    def value(self) -> str:
        """Letters, digits and their marks."""

    @property
    def is_prefix(self) -> bool:
        """Whether longer terms are meant too."""


def matches(table: Any, terms: Sequence[Term], *, any_of: bool = False) -> ColumnElement[bool]:
    """The condition that a row of the table (or model, or alias) holds all terms, or any of them.

    Without terms no row matches.
    """
    if not terms:
        return false()
    return _Matches(*_arguments(table, terms, any_of=any_of))


def rank(table: Any, terms: Sequence[Term], *, any_of: bool = False) -> ColumnElement[Any]:
    """What to order the rows that match by, ascending, so that the best come first."""
    if not terms:
        return literal(0.0)
    return _Rank(*_arguments(table, terms, any_of=any_of))


def any_of(table: Any) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """The condition that a row holds any of the terms, and what to order by so that the best come first.

    For a statement that is built once: it takes what `asked_for` makes of the terms.
    """
    source = _source(table)
    question = bindparam("terms", type_=_QuestionText())
    parts = source.c.id, source.c.search_terms, question
    return _Matches(*parts), _Rank(*parts)


def newest(
    table: Any, *, dialect: str, most: int, conditions: Sequence[ColumnElement[bool]] = ()
) -> Select[int, float]:
    """The `id` of the newest rows that hold all terms and fulfil the conditions, with their `place`.

    The best have the least. It takes what `asked_for` makes of the terms. What every other row holds costs
    little more than what few do: only so many are put in order, from the newest on.
    """
    source = _source(table)
    question = bindparam("terms", type_=_QuestionText())
    if dialect == "sqlite":
        name = _search_table(source.name)
        hits = lightweight_table(name, column("rowid", BigInteger), column("rank", Float), column(name))
        # As a part of the condition it cannot be looked at first; the index has the hits in their order.
        is_there = exists().where(source.c.id == hits.c.rowid, *conditions)
        return (
            select(hits.c.rowid.label("id"), hits.c.rank.label("place"))
            .where(hits.c[name].op("MATCH")(question), is_there)
            .order_by(hits.c.rowid.desc())
            .limit(most)
        )
    spaced = literal(" ") + source.c.search_terms + " "
    found = (
        select(source.c.id, spaced.label("text"))
        # The conditions first: PostgreSQL asks in this order, and a look into a long text takes longest.
        .where(*conditions, _Matches(source.c.id, source.c.search_terms, question))
        .order_by(source.c.id.desc())
        .limit(most)
        .subquery()
    )
    word = func.unnest(bindparam("words", type_=ARRAY(Text))).column_valued("word")
    without = func.length(func.replace(found.c.text, word, ""))
    length = func.length(found.c.text)
    # `ts_rank` would make the index's form of each text anew; how often each word is in it is told sooner.
    often = select(func.sum((length - without) * 1.0 / func.length(word))).scalar_subquery()
    # Long texts hold every word sooner or later, so their length counts against them a little.
    return select(found.c.id, (-often / func.ln(10 + length)).label("place"))


def asked_for(terms: Sequence[Term], *, any_of: bool = False) -> dict[str, Any]:
    """What `newest`, or `any_of`, takes for the terms, of which there has to be one."""
    _check(terms)
    words = [f" {term.value}" if term.is_prefix else f" {term.value} " for term in terms]
    question = _Question(tuple(terms), any_of)
    return {"terms": question, "words": words}


def attach(table: Table) -> None:
    """Let the table's search index be created and dropped with the table, on either database."""
    for dialect in DIALECTS:
        for statement in ddl(table.name, dialect):
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))
        for statement in drop_ddl(table.name, dialect):
            event.listen(table, "before_drop", DDL(statement).execute_if(dialect=dialect))


def ddl(table_name: str, dialect: str) -> list[str]:
    """The statements, for a migration, that make the table searchable and index the rows that it has.

    On SQLite, dropping a table drops its triggers too: after Alembic has rebuilt a table in batch mode,
    run `drop_ddl` and these again.
    """
    if dialect == "postgresql":
        return [
            # Kept, since whoever reads from the newest on would make it anew of each row that is passed.
            # array_to_tsvector refuses empty strings, which doubled spaces would make.
            f"ALTER TABLE {table_name} ADD COLUMN {_VECTOR} tsvector GENERATED ALWAYS AS "
            f"(array_to_tsvector(array_remove(string_to_array({_COLUMN}, ' '), ''))) STORED",
            f"CREATE INDEX ix_{table_name}_search_terms ON {table_name} USING gin ({_VECTOR})",
        ]
    search = _search_table(table_name)
    columns = "rowid, search_terms"
    forget = f"INSERT INTO {search} ({search}, {columns}) VALUES ('delete', old.id, old.search_terms);"  # noqa: S608 (the names are ours)
    learn = f"INSERT INTO {search} ({columns}) VALUES (new.id, new.search_terms);"  # noqa: S608
    return [
        # The "ascii" tokenizer leaves all beyond ASCII as it is, whatever Unicode version SQLite knows.
        f"CREATE VIRTUAL TABLE {search} USING fts5"
        f"(search_terms, content='{table_name}', content_rowid='id', tokenize='ascii')",
        f"CREATE TRIGGER {search}_insert AFTER INSERT ON {table_name} BEGIN {learn} END",
        f"CREATE TRIGGER {search}_delete AFTER DELETE ON {table_name} BEGIN {forget} END",
        f"CREATE TRIGGER {search}_update AFTER UPDATE OF search_terms ON {table_name} "
        f"WHEN old.search_terms IS NOT new.search_terms BEGIN {forget} {learn} END",
        f"INSERT INTO {search} ({search}) VALUES ('rebuild')",  # noqa: S608
    ]


def drop_ddl(table_name: str, dialect: str) -> list[str]:
    """The statements that undo `ddl`."""
    if dialect == "postgresql":
        # The index goes with it.
        return [f"ALTER TABLE {table_name} DROP COLUMN IF EXISTS {_VECTOR}"]
    search = _search_table(table_name)
    triggers = [f"DROP TRIGGER IF EXISTS {search}_{kind}" for kind in ("insert", "delete", "update")]
    return [*triggers, f"DROP TABLE IF EXISTS {search}"]


def is_search_table(name: str) -> bool:
    """Whether SQLite's search made this table, so that migrations must leave it alone."""
    return _SHADOW.fullmatch(name) is not None


def is_search_index(name: str) -> bool:
    """Whether this is PostgreSQL's search index, which no model declares."""
    return _INDEX.fullmatch(name) is not None


def is_search_column(name: str) -> bool:
    """Whether this is what PostgreSQL makes of the terms for its index, which no model declares."""
    return name == _VECTOR


@dataclass(frozen=True)
class _Question:
    terms: tuple[Term, ...]
    any_of: bool


class _QuestionText(TypeDecorator[_Question]):
    """Writes the question in the database's own search language; always sent as a parameter."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: _Question | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            words = [f"'{term.value}'" + (":*" if term.is_prefix else "") for term in value.terms]
            return (" | " if value.any_of else " & ").join(words)
        words = [f'"{term.value}"' + (" *" if term.is_prefix else "") for term in value.terms]
        return (" OR " if value.any_of else " AND ").join(words)


class _Matches(FunctionElement[bool]):
    name = "matches"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        # SQLAlchemy would write "= 1" behind it, and SQLite would then read the whole table.
        return self


class _Rank(FunctionElement[float]):
    name = "rank"
    type = Float()
    inherit_cache = True


def _arguments(table: Any, terms: Sequence[Term], *, any_of: bool) -> tuple[ColumnElement[Any], ...]:
    _check(terms)
    source = _source(table)
    question = bindparam("terms", _Question(tuple(terms), any_of), type_=_QuestionText(), unique=True)
    return source.c.id, source.c.search_terms, question


def _check(terms: Sequence[Term]) -> None:
    for term in terms:
        if not term.value or _UNSAFE.search(term.value):
            raise ValueError("a search term holds letters and digits only")


def _source(table: Any) -> Any:
    return table if isinstance(table, FromClause) else inspect(table).selectable


@compiles(_Matches, "sqlite")
def _matches_sqlite(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    key, search, question = _parts(element, compiler, options)
    return f"({key} IN (SELECT rowid FROM {search} WHERE {search} MATCH {question}))"  # noqa: S608


@compiles(_Rank, "sqlite")
def _rank_sqlite(element: _Rank, compiler: SQLCompiler, **options: Any) -> str:
    key, search, question = _parts(element, compiler, options)
    # Without MATERIALIZED every row would ask the index anew, which counts all hits each time.
    return (
        f"(WITH hits AS MATERIALIZED (SELECT rowid AS hit, rank AS place FROM {search} "  # noqa: S608
        f"WHERE {search} MATCH {question}) SELECT place FROM hits WHERE hit = {key})"
    )


@compiles(_Matches, "postgresql")
def _matches_postgresql(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    vector, question = _vector_parts(element, compiler, options)
    return f"({vector} @@ CAST({question} AS tsquery))"


@compiles(_Rank, "postgresql")
def _rank_postgresql(element: _Rank, compiler: SQLCompiler, **options: Any) -> str:
    vector, question = _vector_parts(element, compiler, options)
    # 1: long texts hold every word sooner or later, so their length counts against them a little.
    return f"(-ts_rank({vector}, CAST({question} AS tsquery), 1))"


def _parts(
    element: FunctionElement[Any], compiler: SQLCompiler, options: dict[str, Any]
) -> tuple[str, str, str]:
    key, _terms, question = element.clauses
    table = key.table
    while isinstance(table, Alias):
        table = table.element
    search = _search_table(table.name)
    return compiler.process(key, **options), search, compiler.process(question, **options)


def _search_table(table_name: str) -> str:
    return f"{table_name}_search"


def _vector_parts(
    element: FunctionElement[Any], compiler: SQLCompiler, options: dict[str, Any]
) -> tuple[str, str]:
    _key, terms, question = (compiler.process(part, **options) for part in element.clauses)
    # It stands beside the terms, in the same table or alias.
    return terms.removesuffix(_COLUMN) + _VECTOR, question
