"""The rules of the house hold in every file, and each of them can tell a house that breaks it."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture import house
from tests.architecture.house import Source, Template

ROOT = Path(__file__).parents[2]

Rule = Callable[[Source], Iterator[str]]


@pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    found = [sentence for source in house.sources(ROOT) for sentence in rule(source)]
    assert not found, "\n" + "\n".join(found)


def test_pages_keep_the_rule() -> None:
    found = [
        sentence
        for template in house.templates(ROOT)
        for sentence in house.pages_have_nothing_inline(template)
    ]
    assert not found, "\n" + "\n".join(found)


# Rule, file, code that breaks it.
BROKEN: list[tuple[Rule, str, str]] = [
    (house.names_say_something, "ideas/utils.py", ""),
    (house.names_say_something, "ideas/helpers/__init__.py", ""),
    (house.rule_modules_are_pure, "ideas/statuses.py", "from flask import request"),
    (house.rule_modules_are_pure, "ideas/statuses.py", "def f():\n    import flask_login"),
    (house.rule_modules_are_pure, "ideas/statuses.py", "from community.infra.db import unit_of_work"),
    (house.rule_modules_are_pure, "panels/criteria/dates.py", "from sqlalchemy.orm import Session"),
    (house.analysis_is_pure, "analysis/tokens.py", "import sqlalchemy as sa"),
    (house.analysis_is_pure, "analysis/tokens.py", "from flask import current_app"),
    (house.policies_are_pure, "ideas/policy.py", "from community.ideas import queries"),
    (house.policies_are_pure, "ideas/policy.py", "from community.ideas.queries import find_idea"),
    (house.policies_are_pure, "ideas/policy.py", "from flask import g"),
    (house.only_one_place_commits, "ideas/actions.py", "def f(session):\n    session.commit()"),
    (house.only_one_place_commits, "infra/jobs.py", "db.session.commit()"),
    (house.sql_stays_in_queries_and_actions, "ideas/views.py", "from sqlalchemy import select\nselect(1)"),
    (house.sql_stays_in_queries_and_actions, "ideas/notices.py", "db.session.scalars(statement)"),
    (house.sql_stays_in_queries_and_actions, "ideas/models.py", "db.session.get(Idea, 1)"),
    (house.sql_stays_in_queries_and_actions, "panels/criteria.py", "session.execute(statement)"),
    (house.sql_stays_in_queries_and_actions, "cli/mail.py", "from sqlalchemy import text\ntext('SELECT 1')"),
    (house.members_are_passed_in, "ideas/actions.py", "from flask_login import current_user"),
    (house.members_are_passed_in, "ideas/forms.py", "from community.infra.web import viewer"),
    (house.time_comes_from_the_clock, "ideas/actions.py", "from datetime import datetime\ndatetime.now()"),
    (house.time_comes_from_the_clock, "ideas/actions.py", "import datetime\ndatetime.datetime.utcnow()"),
    (house.time_comes_from_the_clock, "infra/jobs.py", "import time\ntime.time()"),
    (house.chance_is_secret, "members/tokens.py", "import random"),
    (house.chance_is_secret, "infra/web.py", "def f():\n    from random import choice"),
]


class TestTheRulesBite:
    @pytest.mark.parametrize(("rule", "path", "code"), BROKEN)
    def test_a_broken_rule_is_found_and_placed(self, rule: Rule, path: str, code: str) -> None:
        (sentence,) = rule(Source(PurePosixPath("community", path), code))
        assert sentence.startswith(f"community/{path}:")

    def test_every_rule_is_shown_to_bite(self) -> None:
        assert {rule for rule, _, _ in BROKEN} == set(house.RULES)

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("ideas/queries/board.py", "from sqlalchemy import select\nsession.scalars(select(1))"),
            ("ideas/actions.py", "from community.infra.db import unit_of_work\nsession.add(idea)"),
            ("ideas/statuses.py", "from flask_babel import lazy_gettext as _l\nMOVES = {}"),
            ("panels/criteria.py", "from sqlalchemy import exists, select\nselect(1).where(exists())"),
            ("ideas/views.py", "from flask import session\nsession['draft'] = 'a'\ndraft.get('title')"),
            ("infra/db.py", "session.commit()"),
            ("infra/clock.py", "from datetime import datetime\ndatetime.now()"),
            ("demo/actions.py", "from random import Random"),
        ],
    )
    def test_a_kept_rule_is_left_alone(self, path: str, code: str) -> None:
        source = Source(PurePosixPath("community", path), code)
        assert [sentence for rule in house.RULES for sentence in rule(source)] == []


def about(code: str, *, path: str = "templates/ideas/show.html") -> list[str]:
    return list(house.pages_have_nothing_inline(Template(PurePosixPath(path), code)))


class TestThePageRuleBites:
    @pytest.mark.parametrize(
        "code",
        [
            "{{ body | safe }}",
            "{% autoescape false %}{{ body }}{% endautoescape %}",
            "<script>go()</script>",
            '<script src="/app.js">go()</script>',
            '<p\n  style="color: red">',
            "<style>p {}</style>",
            '<button type="button" onclick="go()">',
            '<a href="javascript:go()">',
        ],
    )
    def test_it_finds_what_is_inline(self, code: str) -> None:
        assert about(f"<h1>Ideas</h1>\n{code}")[0].startswith("templates/ideas/show.html:2: ")

    @pytest.mark.parametrize(
        "code",
        [
            '<script type="module" nonce="{{ nonce }}" src="{{ url }}"></script>',
            "{# never |safe, never <style> #}",
            '<p class="style" data-behaviour="on">{{ safe }}</p>',
        ],
    )
    def test_it_leaves_the_rest_alone(self, code: str) -> None:
        assert about(code) == []

    def test_mails_may_carry_their_style(self) -> None:
        assert about('<p style="margin: 0">', path="templates/emails/ideas/told.html") == []
