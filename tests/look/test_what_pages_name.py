"""What pages and style sheets name exists, and colours come from one place."""

import re
from pathlib import Path

import pytest

from community.infra.assets import BUNDLE, FOLDER, Shelf

ROOT = Path(__file__).parents[2]
# Mails are read in programs that know no style sheets of ours.
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]
BEHAVIOURS = {path.stem for path in (ROOT / "static/js/behaviours").glob("*.js")}
# What sets a PDF knows neither layers nor the pages' tokens, and its paper is always white.
ON_PAPER = ROOT / "static/css/files/print.css"
STYLES = sorted(each for each in (ROOT / "static/css").rglob("*.css") if each != ON_PAPER)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
class TestTemplate:
    def test_its_behaviours_exist(self, path: Path) -> None:
        named = re.findall(r"""data[-_]behaviour=["']([a-z -]+)["']""", path.read_text())
        assert {name for names in named for name in names.split()} <= BEHAVIOURS

    def test_every_form_that_posts_carries_a_token(self, path: Path) -> None:
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
            assert "csrf" in form


class TestStaticFiles:
    shelf = Shelf(FOLDER)

    def test_the_sheet_of_all_pages_has_every_component_in_it(self) -> None:
        worn = self.shelf.files[BUNDLE].content
        for path in STYLES:
            if path.parent.name == "components":
                assert path.read_bytes() in worn, path.name

    def test_every_file_that_a_page_names_exists(self) -> None:
        named = {
            name for path in TEMPLATES for name in re.findall(r"static_url\('([^']+)'\)", path.read_text())
        }
        assert named <= self.shelf.urls.keys()


@pytest.mark.parametrize("path", STYLES, ids=lambda path: str(path.relative_to(ROOT)))
class TestStyleSheet:
    def test_its_rules_stand_in_a_layer(self, path: Path) -> None:
        outside = r"/\*.*?\*/|@font-face \{[^}]*\}|@layer [a-z, ]+;"
        source = re.sub(outside, "", path.read_text(), flags=re.DOTALL)
        assert re.match(r"\s*@layer [a-z]+ \{", source)

    def test_it_uses_only_tokens_that_exist(self, path: Path) -> None:
        known = set(re.findall(r"(--[a-z0-9-]+):", "".join(sheet.read_text() for sheet in STYLES)))
        assert set(re.findall(r"var\((--[a-z0-9-]+)", path.read_text())) <= known

    def test_colours_come_from_the_tokens(self, path: Path) -> None:
        if path.name != "tokens.css":
            assert not re.search(r"#[0-9a-f]{3,8}\b", path.read_text())
