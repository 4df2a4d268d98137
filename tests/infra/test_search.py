"""Search: the same terms find the same rows in the same way on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    or_,
    select,
    text,
    update,
)

from community.infra import search

metadata = MetaData()
wishes = Table(
    "wishes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("search_terms", Text, nullable=False),
    Column("votes", Integer, nullable=False, default=0),
)
search.attach(wishes)


@dataclass(frozen=True)
class Term:
    value: str
    is_prefix: bool = False


TEXTS = {
    1: "dark mode for the app",
    2: "dark dark mode",
    3: "下载 载速 速度 度 app",
    4: "速度 度",
    5: "हिन्दी naïv café",
    6: "𬌗𬌗 ガラ ラス ス",
    7: "",
    8: "dark " + " ".join(f"other{number}" for number in range(60)),
}


@pytest.fixture
def connection(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """A connection to an own database in which the wishes stand."""
    own = database_kind == "postgresql"
    url = request.getfixturevalue("postgres_database") if own else f"sqlite:///{tmp_path / 'wishes.db'}"
    engine = create_engine(url)
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(
            insert(wishes), [{"id": key, "search_terms": terms} for key, terms in TEXTS.items()]
        )
        connection.commit()
        yield connection
    metadata.drop_all(engine)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def found(connection: Connection, *values: str, any_of: bool = False) -> set[int]:
    terms = [Term(value.rstrip("*"), is_prefix=value.endswith("*")) for value in values]
    return set(connection.scalars(select(wishes.c.id).where(search.matches(wishes, terms, any_of=any_of))))


class TestMatches:
    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            (["dark"], {1, 2, 8}),
            (["dark", "mode"], {1, 2}),
            (["dark", "速度"], set()),
            (["速度"], {3, 4}),
            (["速*"], {3, 4}),
            (["下*", "app"], {3}),
            (["速"], set()),
            (["हिन्दी"], {5}),
            (["café"], {5}),
            (["cafe"], set()),
            (["𬌗𬌗"], {6}),
            (["ガラ"], {6}),
            (["カラ"], set()),
            (["other7*"], {8}),
        ],
    )
    def test_it_finds_rows_that_hold_all_terms(
        self, connection: Connection, asked: list[str], expected: set[int]
    ) -> None:
        assert found(connection, *asked) == expected

    def test_it_finds_rows_that_hold_any_term(self, connection: Connection) -> None:
        assert found(connection, "mode", "速*", "nowhere", any_of=True) == {1, 2, 3, 4}

    def test_without_terms_nothing_is_found(self, connection: Connection) -> None:
        assert found(connection) == set()

    def test_words_of_the_search_language_are_only_words(self, connection: Connection) -> None:
        assert found(connection, "or") == set()
        assert found(connection, "NOT", "dark", any_of=True) == {1, 2, 8}

    @pytest.mark.parametrize("value", ["", "a b", 'a"', "a'", "a*", "a\\", "a\x00", "(a", "a&b", "a\u3000b"])
    def test_what_is_no_term_is_refused(self, value: str) -> None:
        with pytest.raises(ValueError, match="letters and digits"):
            search.matches(wishes, [Term(value)])

    def test_it_can_be_turned_round_and_joined_with_others(self, connection: Connection) -> None:
        matches = search.matches(wishes, [Term("dark")])
        assert set(connection.scalars(select(wishes.c.id).where(~matches))) == {3, 4, 5, 6, 7}
        either = or_(matches, wishes.c.id == 7)
        assert set(connection.scalars(select(wishes.c.id).where(either))) == {1, 2, 7, 8}
        assert (
            connection.scalar(select(func.count()).select_from(wishes).where(matches, wishes.c.id > 1)) == 2
        )

    def test_it_works_on_an_alias(self, connection: Connection) -> None:
        other = wishes.alias("other")
        terms = [Term("dark")]
        pairs = select(wishes.c.id, other.c.id).where(
            search.matches(wishes, [Term("速度")]),
            search.matches(other, terms),
            wishes.c.votes == other.c.votes,
        )
        ordered = pairs.order_by(search.rank(other, terms), wishes.c.id)
        assert len(connection.execute(ordered).all()) == 6

    def test_one_statement_serves_all_questions(self, connection: Connection) -> None:
        compiled: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *call: compiled.append(call[2]))
        cache: dict[object, object] = {}
        cached = connection.execution_options(compiled_cache=cache)
        assert found(cached, "dark") == {1, 2, 8}
        assert found(cached, "速*", "app") == {3}
        assert len(cache) == 1
        assert len(set(compiled)) == 1
        assert "dark" not in compiled[0]


class TestRank:
    def ranked(self, connection: Connection, *values: str, any_of: bool = False) -> list[int]:
        terms = [Term(value) for value in values]
        statement = (
            select(wishes.c.id)
            .where(search.matches(wishes, terms, any_of=any_of))
            .order_by(search.rank(wishes, terms, any_of=any_of), wishes.c.id)
        )
        return list(connection.scalars(statement))

    def test_a_short_text_comes_before_a_long_one(self, connection: Connection) -> None:
        order = self.ranked(connection, "dark")
        assert order[0] == 2
        assert order[-1] == 8

    def test_rows_with_more_of_the_terms_come_first(self, connection: Connection) -> None:
        assert self.ranked(connection, "app", "速度", "下载", any_of=True)[0] == 3

    def test_without_terms_it_leaves_the_order_alone(self, connection: Connection) -> None:
        keys = connection.scalars(select(wishes.c.id).order_by(search.rank(wishes, []), wishes.c.id))
        assert list(keys) == sorted(TEXTS)


class TestStayingInStep:
    def test_a_new_row_is_found(self, connection: Connection) -> None:
        connection.execute(insert(wishes).values(id=20, search_terms="brand new"))
        assert found(connection, "brand") == {20}

    def test_a_changed_row_is_found_by_its_new_terms_only(self, connection: Connection) -> None:
        connection.execute(update(wishes).where(wishes.c.id == 1).values(search_terms="light mode"))
        assert found(connection, "light") == {1}
        assert found(connection, "dark") == {2, 8}

    def test_a_removed_row_is_gone(self, connection: Connection) -> None:
        connection.execute(delete(wishes).where(wishes.c.id == 2))
        assert found(connection, "dark") == {1, 8}

    def test_what_is_rolled_back_is_not_found(self, connection: Connection) -> None:
        connection.execute(insert(wishes).values(id=20, search_terms="brand new"))
        connection.rollback()
        assert found(connection, "brand") == set()

    def test_doubled_spaces_do_no_harm(self, connection: Connection) -> None:
        connection.execute(insert(wishes).values(id=20, search_terms="  wide   spaces "))
        assert found(connection, "wide", "spaces") == {20}

    def test_after_all_this_the_index_agrees_with_the_rows(self, connection: Connection) -> None:
        connection.execute(update(wishes).values(votes=5, search_terms=wishes.c.search_terms + " more"))
        connection.execute(update(wishes).where(wishes.c.id == 1).values(search_terms="light"))
        connection.execute(delete(wishes).where(wishes.c.id == 2))
        assert found(connection, "more") == set(TEXTS) - {1, 2}
        if connection.dialect.name == "sqlite":
            # Raises if a single entry is wrong.
            check = "INSERT INTO wishes_search (wishes_search, rank) VALUES ('integrity-check', 1)"
            connection.execute(text(check))


class TestPlans:
    def test_the_index_is_used(self, connection: Connection) -> None:
        row = [{"id": 1000 + number, "search_terms": f"filler{number}"} for number in range(5000)]
        connection.execute(insert(wishes), row)
        connection.execute(text("ANALYZE"))
        statement = select(wishes.c.id).where(search.matches(wishes, [Term("dark")]))
        explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        sql = str(statement.compile(connection))
        parameters = statement.compile(connection).params
        question = '"dark"' if connection.dialect.name == "sqlite" else "'dark'"
        plan = "\n".join(
            str(line)
            for line in connection.exec_driver_sql(
                f"{explain} {sql}",
                (question,) if connection.dialect.name == "sqlite" else dict.fromkeys(parameters, question),
            )
        )
        assert "SEARCH wishes USING INTEGER PRIMARY KEY" in plan or "ix_wishes_search_terms" in plan
        assert "SCAN wishes\n" not in plan


class TestMigrations:
    def test_the_statements_index_the_rows_that_are_there(self, connection: Connection) -> None:
        dialect = connection.dialect.name
        for statement in search.drop_ddl("wishes", dialect):
            connection.execute(text(statement))
        connection.execute(insert(wishes).values(id=20, search_terms="meanwhile"))
        for statement in search.ddl("wishes", dialect):
            connection.execute(text(statement))
        assert found(connection, "meanwhile") == {20}
        assert found(connection, "dark", "mode") == {1, 2}

    def test_whatever_search_made_is_known_as_such(self, connection: Connection) -> None:
        inspector = inspect(connection)
        others = {name for name in inspector.get_table_names() if name != "wishes"}
        assert all(search.is_search_table(name) for name in others)
        if connection.dialect.name == "postgresql":
            names = [index["name"] for index in inspector.get_indexes("wishes")]
            assert names
            assert all(search.is_search_index(str(name)) for name in names)
            columns = {column["name"] for column in inspector.get_columns("wishes")}
            beside = columns - set(wishes.c.keys())
            assert {name for name in columns if search.is_search_column(name)} == beside
        else:
            assert "wishes_search_data" in others

    @pytest.mark.parametrize(
        "name", ["wishes", "ideas", "searches", "search_terms", "saved_searches", "research"]
    )
    def test_other_tables_are_left_to_the_models(self, name: str) -> None:
        assert not search.is_search_table(name)
        assert not search.is_search_index(f"ix_{name}_title")
        assert not search.is_search_column(name)
