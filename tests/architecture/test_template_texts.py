"""Every text in a template can be filled in: a lone per cent sign would break its page."""

from collections import defaultdict
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parents[2] / "templates"
# As `jinja2` marks texts in templates, with their plain and plural forms.
KEYWORDS = ("_", "gettext", "ngettext", "pgettext")


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT)))
def test_texts_can_be_filled_in(path: Path) -> None:
    with path.open("rb") as file:
        found = list(babel_extract(file, KEYWORDS, (), {"extensions": "jinja2.ext.i18n"}))
    for line, _function, texts, _comments in found:
        for text in texts if isinstance(texts, tuple) else (texts,):
            if text is None:
                continue
            try:
                text % defaultdict(int)
            except (TypeError, ValueError):
                pytest.fail(f"line {line}: {text}")
