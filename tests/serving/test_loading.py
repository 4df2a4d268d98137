"""What a web process holds: the site, and nothing that only workers or commands need."""

import subprocess
import sys
from pathlib import Path

HEAVY = (
    "alembic", "altair", "authlib", "cryptography", "flask_migrate", "matplotlib", "nltk", "numpy",
    "openpyxl", "pandas", "psycopg", "pyarrow", "pyreadstat", "redis", "scipy", "sklearn", "vl_convert",
    "weasyprint", "webauthn", "xlsxwriter",
)  # fmt: skip


class TestLoading:
    def test_the_site_loads_nothing_heavy_and_no_command(self, tmp_path: Path) -> None:
        code = (
            "import sys, wsgi\n"
            f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))\n"
            "print(*sorted(name for name in sys.modules if name.startswith('community.cli.')))"
        )
        assert said_by(code, tmp_path) == "\n\n"

    def test_a_queue_in_redis_has_its_driver_all_the_same(self, tmp_path: Path) -> None:
        code = (
            "import wsgi\n"
            "from redis.exceptions import ConnectionError\n"
            "try:\n"
            "    wsgi.app.extensions['work'].queue.storage.queue_size()\n"
            "except ConnectionError:\n"
            "    print('asked')\n"
        )
        assert said_by(code, tmp_path, QUEUE_URL="redis://127.0.0.1:1/0") == "asked\n"


def said_by(code: str, instance: Path, **settings: str) -> str:
    """What a new Python prints that runs the code."""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"INSTANCE": str(instance), "PYTHONPATH": ".", "PATH": "", **settings},
    )
    return ran.stdout
