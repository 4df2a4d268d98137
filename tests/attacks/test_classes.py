"""The shapes that attacks took elsewhere: each is answered for, some by there being nothing to attack."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text()
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+) \|$", re.M)

# What reads addresses of other sites, or turns bytes into objects.
FETCHING = ("requests", "httpx", "aiohttp", "urllib.request", "urllib3", "http.client", "ftplib")
UNSAFE = ("pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "yaml", "jsonpickle")
# The provider that the settings name is asked who somebody is.
MAY_FETCH = {"community/members/provider.py"}
# The supervisor asks its own web processes whether they answer.
OWN_ADDRESS = "community/infra/serving/"


@cache
def imports() -> tuple[tuple[str, str], ...]:
    return tuple(_imports())


def _imports() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "community").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            yield from ((str(path.relative_to(ROOT)), name) for name in names)


class TestShapes:
    def test_each_is_answered_by_tests_that_are_there(self) -> None:
        rows = ROW.findall(PAGE)
        assert [int(number) for number, _shape, _tests in rows] == list(range(1, 33))
        named = {path for _number, _shape, tests in rows for path in re.findall(r"`(tests/[^`]+)`", tests)}
        assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


class TestNothingToAttack:
    def test_nothing_that_people_name_is_fetched(self) -> None:
        found = {
            path
            for path, name in imports()
            if name.startswith(FETCHING) and not path.startswith(OWN_ADDRESS) and path not in MAY_FETCH
        }
        assert found == set()

    def test_nothing_that_is_stored_becomes_code(self) -> None:
        assert [(path, name) for path, name in imports() if name.split(".")[0] in UNSAFE] == []
