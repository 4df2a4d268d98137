"""How our charts look: colours with the names that pages know them by, letters, lines and sizes."""

from collections.abc import Mapping
from typing import Any

# Each colour as on white paper. On a page the class of its name takes over (static/css/tokens.css), so
# that it can be another one in the dark; no two names may share a value.
COLOURS: Mapping[str, str] = {
    "ink": "#1f1c18",
    "soft": "#6a6259",
    "hair": "#e6dfd2",
    "edge": "#8c8273",
    "bar": "#5a9a83",
    "sheet": "#fffdf9",
    # Letters that stay dark, on what is pale by day and by night.
    "letters": "#1f1c19",
    # Series, to be told apart also by those who see red and green alike, and without any colour.
    "one": "#1d5a49",
    "two": "#c24a31",
    "three": "#4d70b4",
    "four": "#b88a1e",
    "five": "#6d3a66",
    "six": "#696d75",
    # Feelings.
    "positive": "#2d7d71",
    "neutral": "#cbc2b3",
    "mixed": "#e3b95a",
    "negative": "#c9462d",
    # Directions, neither good nor bad.
    "up": "#2f62a3",
    "down": "#b8562a",
    "flat": "#938a7e",
    # From much below nothing to much above; then from little to much.
    "below-3": "#c24e33",
    "below-2": "#dd8f77",
    "below-1": "#f2d0c4",
    "level": "#f1ece2",
    "above-1": "#c9e0da",
    "above-2": "#86b9ae",
    "above-3": "#35807a",
    "much-1": "#eef4f0",
    "much-2": "#cfe3d9",
    "much-3": "#a0c9b8",
    "much-4": "#63a48d",
    "much-5": "#2b6f5b",
}
NAMES: Mapping[str, str] = {value: name for name, value in COLOURS.items()}
# Green and red come last: side by side they would say good and bad.
SERIES = ("three", "four", "five", "six", "one", "two")
FEELINGS: Mapping[str, str] = {"pos": "positive", "neu": "neutral", "mixed": "mixed", "neg": "negative"}
BELOW_AND_ABOVE = ("below-3", "below-2", "below-1", "level", "above-1", "above-2", "above-3")
MUCH = ("much-1", "much-2", "much-3", "much-4", "much-5")
# Which letters stand on which ground: light by day and dark by night, always dark, and else the page's own.
DEEP = frozenset(
    {"one", "two", "three", "five", "six", "positive", "negative", "below-3", "above-3", "much-5"}
)
PALE = frozenset({"four", "mixed"})
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

# Widths in pixels of the plot with its labels, roughly: for a column of text, and for a phone.
WIDE = 700
NARROW = 340
SIZE = 13
SMALL = 12

_LATIN = "Noto Sans, Segoe UI, Roboto, Helvetica Neue, Arial"
FONTS: Mapping[str, str] = {
    "en": f"{_LATIN}, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif",
    "zh_Hans": f"Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, {_LATIN}, sans-serif",
    "zh_Hant": f"Noto Sans CJK TC, Noto Sans TC, PingFang TC, Microsoft JhengHei, {_LATIN}, sans-serif",
}


def settings(locale: str) -> dict[str, Any]:
    """What Vega-Lite is told of the style, once for all charts."""
    return {
        "background": None,
        "font": FONTS[locale],
        "padding": 4,
        "view": {"stroke": None},
        "text": {"fontSize": SIZE, "color": COLOURS["ink"], "baseline": "middle", "align": "left"},
        "rule": {"strokeCap": "butt"},
    }
