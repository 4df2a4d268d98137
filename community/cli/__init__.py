"""The commands of the site: which there are, and where; a command is loaded when it is called."""

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

# What is typed after `flask` → the file in this folder, and what it is called there.
COMMANDS = {
    "backup": "copies:backup",
    "db": "tables:db",
    "doctor": "wellness:doctor",
    "erasures": "erasures:erasure_commands",
    "feedback": "feedback:feedback_commands",
    "mail": "mail:mail_commands",
    "member": "members:member_commands",
    "panel": "panels:panel_commands",
    "report": "reports:report_commands",
    "restore": "copies:restore",
    "secret": "secrets:secret_commands",
    "seed": "seeding:seed",
    "serve": "serving:serve",
    "work": "serving:work",
}


class Commands(AppGroup):
    """The table above as the group that `flask` asks; nothing is imported for commands that are not run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """What may be typed."""
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """What is behind a name, or None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        file, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(f"{__name__}.{file}"), attribute)
        assert isinstance(command, click.Command)
        return command


def init_app(app: Flask) -> None:
    """Give `flask` its commands."""
    app.cli = Commands(app.name)
