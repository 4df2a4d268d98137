"""The log: one line a record, JSON for machines or text for people, without anybody's words in it."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from traceback import format_tb
from typing import NamedTuple, TextIO

from flask import Flask, has_request_context, request
from sqlalchemy.exc import DBAPIError

from community.infra import clock

ID = "community.request_id"
# What a record may carry besides its message; all else stays out of the log.
FIELDS = ("request_id", "method", "route", "status", "ms")
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_LONGEST = 2_000
_DEEPEST = 5
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
# Lines and directions may be steered by these; a terminal may be by the others.
_UNSHOWN = re.compile(r"[^\x20-\x7e\xa0-\u2027\u2030-\u2065\u2070-\ud7ff\uf900-\ufefe\uff00-\uffef]")
# What these quote are names in our code, not what somebody wrote.
_ABOUT_CODE = ("AttributeError", "ImportError", "NameError", "TypeError", "UndefinedError")


class Answered(NamedTuple):
    """A request that was answered: by which endpoint ("" if none), and how long its answer took to begin."""

    method: str
    route: str
    status: int
    seconds: float


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is standard error now, not what it was when the site was loaded."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)

    def write(self, line: str) -> None:
        """Write a line that is formed already."""
        # A log that cannot be written, as on a full disk, is no reason to answer nobody.
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


_handler = _Stderr()


def init_app(app: Flask) -> None:
    """Write what the site logs to standard error; of the libraries only what they warn of."""
    form = app.config["LOG_FORMAT"] or ("text" if sys.stderr.isatty() else "json")
    _handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    if _handler not in root.handlers:
        root.addHandler(_handler)
    logging.getLogger("community").setLevel(LEVELS[app.config["LOG_LEVEL"]])
    app.jinja_env.globals["request_id"] = request_id


def write_request(name: str, number: str, answered: Answered) -> None:
    """The line of a request. Nothing in it needs to be escaped, so it takes a tenth of the usual way."""
    moment, ms = clock.now(), f"{answered.seconds * 1000:.1f}"
    method, route, status = answered[:3]
    if isinstance(_handler.formatter, TextLines):
        line = f"{moment:%H:%M:%S} info    {method} {route or '-'} {status} {ms} ms [{number}]"
    else:
        time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = (
            f'{{"time": "{time}", "level": "info", "logger": "{name}", '
            f'"message": "{method} {route or "-"} {status}", "request_id": "{number}", '
            f'"method": "{method}", "route": "{route}", "status": {status}, "ms": {ms}}}'
        )
    _handler.write(line)


def request_id() -> str:
    """The number of this request, to be quoted when something went wrong; "" outside of requests."""
    return str(request.environ.get(ID, "")) if has_request_context() else ""


class JsonLines(logging.Formatter):
    """One JSON object a record; what is not plain ASCII is escaped, so that no record can look like two."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        said = {
            "time": _moment(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _without_people(record.getMessage()),
        }
        for field in FIELDS:
            if (value := getattr(record, field, None)) is not None:
                said[field] = value
        if "request_id" not in said and (number := request_id()):
            said["request_id"] = number
        if record.exc_info and record.exc_info[1]:
            said["error"] = "\n".join(_told(record.exc_info[1]))
        return json.dumps(said)


class TextLines(logging.Formatter):
    """The same for people at a terminal; an error goes on over the lines below."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line and, if there is one, its error."""
        line = (
            f"{_moment(record):%H:%M:%S} {record.levelname.lower():7} {_without_people(record.getMessage())}"
        )
        if (milliseconds := getattr(record, "ms", None)) is not None:
            line += f" {milliseconds} ms"
        number = getattr(record, "request_id", "") or request_id()
        line = _shown(f"{line} [{record.name.removeprefix('community.')} {number}".rstrip() + "]")
        if record.exc_info and record.exc_info[1]:
            told = "\n".join(_told(record.exc_info[1]))
            line += "".join(f"\n    {_shown(each)}" for each in told.splitlines())
        return line


def told_safely(error: BaseException) -> str:
    """What an error says, without values that somebody wrote: from its database only what was violated."""
    name = type(error).__name__
    if isinstance(error, DBAPIError):
        return f"{name}: {_told_by_database(error.orig)}"
    said = str(error)
    if name not in _ABOUT_CODE:
        said = _QUOTED.sub("'…'", said)
    said = _without_people(said)
    return f"{name}: {said}" if said else name


def _told_by_database(error: BaseException | None) -> str:
    diagnosis = getattr(error, "diag", None)
    if diagnosis is not None and getattr(error, "sqlstate", None):
        parts = (diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name)
        return " ".join([type(error).__name__, str(error.sqlstate), *filter(None, parts)])  # type: ignore[union-attr]
    first_line = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {_without_people(_QUOTED.sub(chr(39) + '…' + chr(39), first_line))}"


def _told(error: BaseException) -> Iterator[str]:
    """The error and what it came from, each with its way through the code; the newest last."""
    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in chain and len(chain) < _DEEPEST:
        chain.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    for found in reversed(chain):
        for frame in format_tb(found.__traceback__):
            yield frame.rstrip("\n")
        yield told_safely(found)


def _without_people(text: str) -> str:
    return _ADDRESS.sub("…@…", text)[:_LONGEST]


def _shown(text: str) -> str:
    return _UNSHOWN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
