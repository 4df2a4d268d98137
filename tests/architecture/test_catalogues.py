"""Every text of pages and code stands in every catalogue, and no text stands outside gettext."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
LOCALES = ("zh_Hans", "zh_Hant")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the pages and the code say today."""
    path = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    command = [
        str(Path(sys.executable).with_name("pybabel")), "-q", "extract", "--mapping-file", "pyproject.toml",
        "--keyword", "_l", "--output-file", str(path), ".",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)
    with path.open("rb") as file:
        return read_po(file)


def catalogue(locale: str) -> Catalog:
    with (ROOT / f"community/translations/{locale}/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def texts_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


class TestCatalogues:
    @pytest.mark.parametrize("locale", LOCALES)
    def test_nothing_is_left_untranslated(self, template: Catalog, locale: str) -> None:
        translated = catalogue(locale)
        assert len(template) > 300
        missing = [
            message.id
            for message in template
            if message.id
            and ((found := translated.get(message.id, message.context)) is None or not all(texts_of(found)))
        ]
        assert missing == []

    @pytest.mark.parametrize("locale", LOCALES)
    def test_nothing_in_it_is_unsure_or_gone(self, template: Catalog, locale: str) -> None:
        translated = catalogue(locale)
        assert [message.id for message in translated if message.id and message.fuzzy] == []
        assert [message.id for message in translated if message.id and template.get(message.id) is None] == []

    @pytest.mark.parametrize("locale", LOCALES)
    def test_it_fills_in_what_the_english_fills_in(self, locale: str) -> None:
        for message in catalogue(locale):
            if not message.id:
                continue
            wanted = {
                frozenset(PLACEHOLDER.findall(text))
                for text in (message.id if isinstance(message.id, tuple) else (message.id,))
            }
            for text in texts_of(message):
                assert frozenset(PLACEHOLDER.findall(text)) in wanted, message.id


class TestTemplates:
    def test_no_text_stands_outside_gettext(self) -> None:
        found = {
            str(path.relative_to(ROOT)): words
            for path in sorted((ROOT / "templates").rglob("*"))
            if path.suffix in (".html", ".txt") and (words := words_outside(path.read_text()))
        }
        assert found == {}

    def test_the_check_bites(self) -> None:
        assert words_outside('<p class="a">Hello {{ name }}</p>') == ["Hello"]
        assert words_outside("{% trans %}Hello{% endtrans %}<p>{{ _('Hello') }} · 5</p>") == []
        assert words_outside('<img alt="A card">') == ["A card"]


def words_outside(source: str) -> list[str]:
    """Words that a reader would see and no catalogue can change."""
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.S)
    source = re.sub(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", "", source, flags=re.S)
    source = re.sub(r"\{%-?\s*block body_class\b.*?%\}\w*", "", source)
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.S)
    source = re.sub(r"<svg.*?</svg>|<style.*?</style>", "", source, flags=re.S)
    spoken = re.findall(r"\b(?:alt|title|aria-label|placeholder)=\"([^\"]*)\"", source)
    plain = re.sub(r"<[^>]*>", "\n", source)
    words = [line.strip() for line in [*spoken, *plain.splitlines()]]
    return [line for line in words if re.search(r"[^\W\d_]{2,}", line) and line not in NAMES]


# What is called the same in every language.
NAMES = frozenset({"English", "简体中文", "繁體中文", "Enter"})
