"""Pictures of figures in one style: SVG that follows the page's colours, PNG for spreadsheets.

What draws is imported when something is drawn, which only workers do: it would slow every start of the site.
"""

import sys
from importlib import import_module
from typing import Any

from community.insights.figures import Figure


def svg_of(figure: Figure, locale: str) -> str:
    """The figure's chart for pages and files, twice: for a wide column, and for a narrow one (a phone).

    Colours stand as attributes, as on white paper, and as classes that a page may colour otherwise. "" if
    there is nothing to draw.
    """
    return str(_drawing().svg_of(figure, locale))


def png_of(figure: Figure, locale: str, *, scale: float = 2.0) -> bytes:
    """The figure's wide chart as a picture on white; empty if there is nothing to draw."""
    return bytes(_drawing().png_of(figure, locale, scale=scale))


def _drawing() -> Any:
    # Altair looks into these as soon as they begin to be imported, which another worker of this process may
    # be doing; whoever asks for them waits until they are whole.
    import_module("numpy")
    if "pandas" in sys.modules:
        import_module("pandas")
    return import_module("community.insights.charts.drawing")


__all__ = ["png_of", "svg_of"]
