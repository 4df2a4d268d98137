"""Workers for tests of killing: the first one dies while it collects, the second one while it draws."""

import os
import signal
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from community import create_app
from community.insights import charts, kinds
from community.insights.figures import Figure
from tests.insights.plain_kind import plain_kind


def make_app(settings: dict[str, Any]) -> Flask:
    """The site as these workers see it."""
    kinds.KINDS = {"voice": plain_kind(charts=3, at_step=die_while_collecting)}
    charts.svg_of = draw
    return create_app(settings)


def die_while_collecting(step: int) -> None:
    """The second step is deadly once."""
    if step == 1:
        die_once("collecting")


def draw(figure: Figure, _locale: str) -> str:
    """Leave a line for each chart that is drawn; the second one is deadly once."""
    if figure.key == "texts.1":
        die_once("drawing")
    with (Path(current_app.config["INSTANCE"]) / "drawn").open("a") as file:
        file.write(f"{figure.key}\n")
    return "<svg></svg>"


def die_once(where: str) -> None:
    """Kill this process if none was killed there before."""
    mark = Path(current_app.config["INSTANCE"]) / f"died-{where}"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
