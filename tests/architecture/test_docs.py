from pathlib import Path

from flask import Flask

from community.config import SETTINGS

ROOT = Path(__file__).parents[2]
OPERATING = (ROOT / "docs/operating.md").read_text()


class TestOperating:
    def test_it_explains_every_setting_as_the_code_does(self) -> None:
        for setting in SETTINGS:
            assert f"| `{setting.name}` | {shown(setting.default)} | {setting.explanation} |" in OPERATING


class TestReadme:
    def test_it_names_every_command(self, shared_app: Flask) -> None:
        text = (ROOT / "README.md").read_text() + OPERATING
        ours = {"serve", "work", "seed", "member", "panel"}
        assert ours <= set(shared_app.cli.commands)
        assert [name for name in ours if f"flask {name}" not in text] == []


def shown(default: str) -> str:
    return f"`{default}`" if default else "–"
