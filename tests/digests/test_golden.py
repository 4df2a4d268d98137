"""The digest looks as it did in each language; `golden.py` says how to change that on purpose."""

from pathlib import Path

import pytest

from community.config import LOCALES
from community.infra import clock
from tests.digests import golden
from tests.notifications.golden import NOW, small_app


@pytest.mark.parametrize("locale", LOCALES)
def test_it_looks_as_it_did(tmp_path: Path, locale: str) -> None:
    with small_app(tmp_path).app_context(), clock.stopped_at(NOW):
        pictures = golden.render(locale)
    for name, content in pictures.items():
        assert content == (golden.FOLDER / name).read_text(encoding="utf-8"), name
    assert "<hay>" not in pictures[f"{locale}/weekly.html"]
