"""Imports point down the list of layers in pyproject.toml, also those inside functions."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command as lint; lint()"
    return subprocess.run(
        [sys.executable, "-c", program, "--config", str(ROOT / "pyproject.toml"), "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_house_keeps_the_order() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


class TestTheOrderBites:
    @pytest.fixture
    def house(self, tmp_path: Path) -> Path:
        """A small house in good order."""
        for file, code in {
            "__init__.py": "from community import routes",
            "config.py": "",
            "routes.py": "from community.ideas import views",
            "ideas/views.py": "from community.members import policy",
            "surveys/views.py": "",
            "members/policy.py": "from community.infra import clock",
            "analysis/tokens.py": "",
            "infra/clock.py": "from community import config",
        }.items():
            path = tmp_path / "community" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(code + "\n")
        return tmp_path

    def test_good_order_is_kept(self, house: Path) -> None:
        answer = lint_imports(house)
        assert answer.returncode == 0, answer.stdout + answer.stderr

    @pytest.mark.parametrize(
        ("file", "code", "sentence"),
        [
            (
                "members/policy.py",
                "import community.ideas",
                "community.members is not allowed to import community.ideas",
            ),
            (
                "members/policy.py",
                "def f():\n    from community.ideas import views",
                "community.members is not allowed to import community.ideas",
            ),
            (
                "ideas/views.py",
                "from community.surveys import views",
                "community.ideas is not allowed to import community.surveys",
            ),
            (
                "analysis/tokens.py",
                "from community.infra import clock",
                "community.analysis is not allowed to import community.infra",
            ),
            ("infra/clock.py", "from community import routes", "community.infra is not allowed to import"),
            ("surveys/views.py", "from community import create_app", "is not allowed to import community"),
            ("attic/__init__.py", "", "community.attic"),
        ],
    )
    def test_bad_order_is_found(self, house: Path, file: str, code: str, sentence: str) -> None:
        path = house / "community" / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(code + "\n")
        answer = lint_imports(house)
        assert answer.returncode == 1, answer.stderr
        assert sentence in " ".join(answer.stdout.split())
