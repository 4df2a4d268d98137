"""The rules of the house as functions from one source file to the sentences that say what is wrong in it."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

# What the files of a domain are called; any other name is a rule module, which is pure.
FILES_OF_A_DOMAIN = {
    "__init__", "models", "policy", "queries", "actions", "forms", "views", "staff", "api", "notices", "jobs",
    "personal_data", "slots",
}  # fmt: skip
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "common", "misc", "base", "core", "manager", "service"}

# Folders that are no domains: they know no business noun and are laid out as their subject asks.
FOUNDATIONS = {"infra", "analysis", "statistics"}

ENTRANCES = {"views", "staff", "api", "slots"}
WITHOUT_SQL = {"policy", "forms", "views", "staff", "api", "notices", "jobs", "slots"}
STATEMENTS = {"select", "insert", "update", "delete", "text", "exists", "union", "union_all"}
SESSION_NAMES = {"db", "session", "unit_of_work"}
SESSION_CLASSES = {"Session", "sessionmaker", "scoped_session"}
SESSION_METHODS = {
    "execute", "scalar", "scalars", "get", "get_one", "query", "add", "add_all", "delete", "flush", "merge",
    "refresh", "rollback",
}  # fmt: skip
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
WITH_DICE = {"demo", "analysis", "statistics"}

# Files that tie their domain to the app, as `create_app` asks them to: neither pages nor rules.
WIRING = {
    "community/members/sign_in.py",  # tells Flask-Login how to find the member of a session
    "community/members/passkeys.py",  # speaks to devices in the name of the site's own address
    "community/members/provider.py",  # one for each app, with what it has fetched
    "community/home/navigation.py",  # gives every page its menu
    "community/operating/metrics.py",  # counts what the app's processes do
}


@dataclass(frozen=True)
class Source:
    """One Python file of the site; `path` begins with `community/`."""

    path: PurePosixPath
    code: str

    @cached_property
    def tree(self) -> ast.Module:
        """What the file says."""
        return ast.parse(self.code)

    @property
    def folder(self) -> str:
        """The folder under `community`, empty for the files at the top and for the commands."""
        return self.path.parts[1] if len(self.path.parts) > 2 and self.path.parts[1] != "cli" else ""

    @property
    def name(self) -> str:
        """What kind of file it is; `queries/board.py` is one of the queries."""
        return PurePosixPath(self.path.parts[2]).stem if self.folder else self.path.stem

    @property
    def is_in_a_domain(self) -> bool:
        """Whether it belongs to a folder that speaks of the business."""
        return bool(self.folder) and self.folder not in FOUNDATIONS

    @property
    def is_rule_module(self) -> bool:
        """Whether its name is its own, so that it has to be pure."""
        return self.is_in_a_domain and self.name not in FILES_OF_A_DOMAIN and str(self.path) not in WIRING

    def imports(self) -> Iterator[tuple[int, str, str]]:
        """Line, module and name (empty for a whole module) of each import, also inside functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, node.module or "", alias.name) for alias in node.names)

    def calls(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of each call, as far as it can be read."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node.lineno, _dotted(node.func)

    def at(self, line: int, what: str) -> str:
        """A sentence that begins with the place."""
        return f"{self.path}:{line}: {what}"


@dataclass(frozen=True)
class Template:
    """One template; `path` begins with `templates/`."""

    path: PurePosixPath
    code: str

    @property
    def is_mail(self) -> bool:
        """Whether it becomes a mail, where style sheets cannot be linked."""
        return self.path.parts[1] == "emails"


def sources(root: Path) -> list[Source]:
    """All Python files of the site."""
    return [
        Source(PurePosixPath(path.relative_to(root).as_posix()), path.read_text(encoding="utf-8"))
        for path in sorted((root / "community").rglob("*.py"))
    ]


def templates(root: Path) -> list[Template]:
    """All templates of the site."""
    return [
        Template(PurePosixPath(path.relative_to(root).as_posix()), path.read_text(encoding="utf-8"))
        for path in sorted((root / "templates").rglob("*"))
        if path.is_file()
    ]


def names_say_something(source: Source) -> Iterator[str]:
    """No file and no folder is called after nothing."""
    for part in (*source.path.parts[1:-1], source.path.stem):
        if part in NAMES_THAT_SAY_NOTHING:
            yield source.at(1, f"“{part}” says nothing; name it after what is in it")


def rule_modules_are_pure(source: Source) -> Iterator[str]:
    """A file with a name of its own knows neither the web nor the session."""
    if not source.is_rule_module:
        return
    for line, module, name in source.imports():
        # Texts in the reader's language are part of a rule's words.
        is_web = module.split(".")[0].startswith(("flask", "werkzeug")) and module != "flask_babel"
        is_session = module == "community.infra.db" and name in SESSION_NAMES
        is_session = is_session or (
            module.startswith("sqlalchemy.orm") and name in ("Session", "sessionmaker")
        )
        if is_web or is_session or module == "community.infra.web":
            yield source.at(
                line,
                f"“{source.name}” is no usual file name, so it is a rule module and may not import "
                f"{name or module}; usual are {', '.join(sorted(FILES_OF_A_DOMAIN - {'__init__'}))}",
            )


def analysis_is_pure(source: Source) -> Iterator[str]:
    """Analysis is functions over text, statistics over numbers: no web, no database."""
    if source.folder not in ("analysis", "statistics"):
        return
    for line, module, _ in source.imports():
        if module.split(".")[0].startswith(("flask", "werkzeug", "sqlalchemy", "huey")):
            yield source.at(line, f"{source.folder} is pure and may not import {module}")


def policies_are_pure(source: Source) -> Iterator[str]:
    """A policy decides from what it is given."""
    if not (source.is_in_a_domain and source.name == "policy"):
        return
    for line, module, name in source.imports():
        last = name if module.startswith("community") else module
        if module.split(".")[0].startswith(("flask", "werkzeug")) or (
            module.startswith("community") and {"queries", "actions", "db"} & {*module.split("."), last}
        ):
            yield source.at(line, f"a policy is pure and may not import {name or module}")


def only_one_place_commits(source: Source) -> Iterator[str]:
    """A transaction ends in `unit_of_work` and nowhere else."""
    if source.path.match("community/infra/db.py"):
        return
    for line, call in source.calls():
        if call.split(".")[-1] == "commit":
            yield source.at(line, "commits by itself; wrap the action in unit_of_work")


def sql_stays_in_queries_and_actions(source: Source) -> Iterator[str]:
    """Statements are built, and the session is used, where data is read or changed on purpose."""
    forbidden = source.name in WITHOUT_SQL if source.is_in_a_domain else not source.folder
    is_sessionless = forbidden or source.is_rule_module or source.name == "models"
    if source.folder in FOUNDATIONS or not is_sessionless:
        return
    names = {name for _, module, name in source.imports() if module.startswith("sqlalchemy")}
    for line, call in source.calls():
        owner, _, method = call.rpartition(".")
        if forbidden and call in names & STATEMENTS:
            yield source.at(line, f"builds SQL with {call}; that belongs into queries or actions")
        if method in SESSION_METHODS and owner.split(".")[-1] == "session" and "flask" not in owner:
            yield source.at(line, f"uses the session ({call}); that belongs into queries or actions")


def members_are_passed_in(source: Source) -> Iterator[str]:
    """Who is asking is read at the entrance and handed down."""
    is_entrance = source.name in ENTRANCES or source.folder == "infra" or source.path.name == "__init__.py"
    if is_entrance:
        return
    for line, module, name in source.imports():
        if (module, name) in (("flask_login", "current_user"), ("community.infra.web", "viewer")):
            yield source.at(
                line, f"asks who is signed in ({name}); only views, staff and api do, and pass it in"
            )


def time_comes_from_the_clock(source: Source) -> Iterator[str]:
    """There is one clock, so that tests can set it."""
    if source.path.match("community/infra/clock.py"):
        return
    for line, call in source.calls():
        if ".".join(call.split(".")[-2:]) in CLOCK_CALLS:
            yield source.at(line, f"reads the time with {call}; ask community.infra.clock")


def chance_is_secret(source: Source) -> Iterator[str]:
    """What must not be guessed comes from `secrets`; dice are for the demo and for drawing samples."""
    if source.folder in WITH_DICE:
        return
    for line, module, _ in source.imports():
        if module == "random":
            yield source.at(line, "imports random, which can be guessed; use secrets")


RULES: tuple[Callable[[Source], Iterator[str]], ...] = (
    names_say_something,
    rule_modules_are_pure,
    analysis_is_pure,
    policies_are_pure,
    only_one_place_commits,
    sql_stays_in_queries_and_actions,
    members_are_passed_in,
    time_comes_from_the_clock,
    chance_is_secret,
)

SAFE = (re.compile(r"\|\s*safe\b"), "marks text as safe; only the Markdown pipeline may")
UNSAFE = (
    (re.compile(r"\{%-?\s*autoescape\s+false"), "switches escaping off"),
    (re.compile(r"<script\b(?![^>]*\ssrc=)[^>]*>", re.I), "has a script in the page; make it a behaviour"),
    (
        re.compile(r"<script\b[^>]*\ssrc=[^>]*>\s*[^<\s]", re.I),
        "has a script in the page; make it a behaviour",
    ),
    (re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I), "has an event attribute; use data-behaviour"),
    (re.compile(r"=\s*[\"']?\s*javascript:", re.I), "has a javascript: link"),
)
INLINE_STYLE = (
    (re.compile(r"<style\b", re.I), "has a style element; put it into static/css"),
    (re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I), "has a style attribute; put it into static/css"),
)
# Its drawings stand in the same file, and nobody else's text comes near them.
DRAWINGS = "templates/components/icon.html"
COMMENT = re.compile(r"\{#.*?#\}", re.S)


def pages_have_nothing_inline(template: Template) -> Iterator[str]:
    """Pages obey their own content security policy, and nothing escapes the escaping."""
    code = COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), template.code)
    patterns = [*UNSAFE]
    if not template.is_mail:
        patterns += INLINE_STYLE
    if str(template.path) != DRAWINGS:
        patterns.append(SAFE)
    for pattern, what in patterns:
        for match in pattern.finditer(code):
            yield f"{template.path}:{code.count(chr(10), 0, match.start()) + 1}: {what}"


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return "?"
