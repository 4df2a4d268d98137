import socket
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from community import create_app


class TestServe:
    def test_it_says_that_the_database_is_not_ready(self, tmp_path: Path) -> None:
        app = create_app({"INSTANCE": tmp_path})
        result = app.test_cli_runner().invoke(args=["serve", "--port", "0"])
        assert result.exit_code == 1
        assert "flask db upgrade" in result.output

    def test_it_says_that_somebody_else_has_the_port(self, new_app: Callable[..., Flask]) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            result = new_app().test_cli_runner().invoke(args=["serve", "--port", str(port)])
        assert result.exit_code == 1
        assert f"127.0.0.1:{port}" in result.output
