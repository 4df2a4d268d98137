"""Draws sheets of wrapping paper, so that some ideas of the demo come with a picture."""

import io
import random

from PIL import Image, ImageDraw

SIZE = (1200, 800)
PALETTES = (
    ("#f3e9d8", "#c9452c", "#1d5a49", "#e0b354"),
    ("#e3efe9", "#1d5a49", "#c9452c", "#f7f1e4"),
    ("#fbe7e1", "#8c3a2b", "#e59c7f", "#f6d9a8"),
    ("#e4ecf6", "#1e4a84", "#7aa5d8", "#f2c46d"),
)


def draw(seed: str) -> bytes:
    """A sheet of paper as PNG, always the same one for the same seed."""
    dice = random.Random(seed)
    paper, *inks = dice.choice(PALETTES)
    image = Image.new("RGB", SIZE, paper)
    pen = ImageDraw.Draw(image)
    dice.choice((_dots, _stripes, _leaves))(pen, inks, dice)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _dots(pen: ImageDraw.ImageDraw, inks: list[str], dice: random.Random) -> None:
    step = dice.choice((80, 100, 120))
    for row, y in enumerate(range(0, SIZE[1] + step, step)):
        for x in range(-step if row % 2 else -step // 2, SIZE[0] + step, step):
            radius = dice.randint(step // 8, step // 4)
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=dice.choice(inks))


def _stripes(pen: ImageDraw.ImageDraw, inks: list[str], dice: random.Random) -> None:
    x = -SIZE[1]
    while x < SIZE[0]:
        width = dice.randint(10, 46)
        pen.line((x, SIZE[1], x + SIZE[1], 0), fill=dice.choice(inks), width=width)
        x += width + dice.randint(24, 70)


def _leaves(pen: ImageDraw.ImageDraw, inks: list[str], dice: random.Random) -> None:
    for _leaf in range(90):
        x, y, size = dice.randint(0, SIZE[0]), dice.randint(0, SIZE[1]), dice.randint(28, 70)
        turn = dice.randint(0, 359)
        pen.chord((x, y, x + size * 2, y + size * 2), turn, turn + 110, fill=dice.choice(inks))
        pen.chord((x, y, x + size * 2, y + size * 2), turn + 180, turn + 290, fill=dice.choice(inks))
