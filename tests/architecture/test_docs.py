from pathlib import Path

from flask import Flask

from community.cli import COMMANDS
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
        assert [name for name in COMMANDS if f"flask {name}" not in text] == []

    def test_every_command_is_where_the_table_says(self, shared_app: Flask) -> None:
        shown_help = shared_app.test_cli_runner().invoke(args=["--help"])
        assert shown_help.exit_code == 0, shown_help.output
        assert [name for name in COMMANDS if f"\n  {name}" not in shown_help.output] == []


def shown(default: str) -> str:
    return f"`{default}`" if default else "–"
