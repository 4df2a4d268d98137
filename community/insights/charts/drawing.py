"""From a figure to SVG that takes on the colours of its page, and to a picture."""

import logging
from functools import cache
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import vl_convert
from flask_babel import force_locale
from PIL import Image

from community.insights.charts import house, measuring, shapes
from community.insights.charts.canvas import Canvas
from community.insights.charts.plan import Plan, plan
from community.insights.figures import Figure

logger = logging.getLogger(__name__)

_SVG = "{http://www.w3.org/2000/svg}"
_KEPT = frozenset({"g", "path", "line", "text", "tspan"})
# What the marks look like and where they are; nothing else of Vega's is needed on a page.
_ATTRIBUTES = (
    "d", "transform", "x", "y", "x1", "y1", "x2", "y2", "fill", "stroke", "stroke-width", "stroke-dasharray",
    "stroke-linejoin", "opacity", "fill-opacity", "stroke-opacity", "text-anchor", "font-size", "font-weight",
)  # fmt: skip
# As wide as a letter in the picture that shows whether there is one.
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<text x="4" y="32" font-size="30" font-family="{fonts}">汉</text></svg>'
)


def svg_of(figure: Figure, locale: str) -> str:
    """The chart for wide and for narrow columns, one after the other; "" if there is nothing to draw."""
    drawn = [_draw(figure, locale, width=width) for width in (house.WIDE, house.NARROW)]
    names = ("chart-wide", "chart-narrow")
    return "".join(tostring(svg, "unicode") for svg in map(_for_pages, drawn, names) if svg is not None)


def png_of(figure: Figure, locale: str, *, scale: float) -> bytes:
    """The wide chart on white; empty if there is nothing to draw."""
    svg = _draw(figure, locale, width=house.WIDE)
    if svg is None:
        return b""
    written = _on_white(svg)
    if measuring.is_chinese(written) and not has_chinese_letters():
        logger.warning("No font of this machine has Chinese letters: pictures of charts go without them.")
    return bytes(vl_convert.svg_to_png(written, scale=scale))


def _draw(figure: Figure, locale: str, *, width: int) -> Element | None:
    with force_locale(locale):
        found = plan(figure)
        if found is None:
            return None
        canvas = Canvas(width)
        height = shapes.SHAPES[found.chart.shape](canvas, found)
        height = _say_left_out(canvas, found, height)
        spec = canvas.to_spec(height=height, locale=locale)
    # Written by the renderer from marks of ours: nothing from outside is parsed here.
    svg = fromstring(vl_convert.vegalite_to_svg(spec))  # noqa: S314
    return _cleaned(svg, figure, found, locale)


def _say_left_out(canvas: Canvas, found: Plan, height: float) -> float:
    if not found.left_out:
        return height
    canvas.text(shapes.more_in_table(found.left_out), x=0, y=height + 16, size=house.SMALL, tone="soft")
    return height + 28


def _cleaned(svg: Element, figure: Figure, found: Plan, locale: str) -> Element:
    """The same picture of marks alone, named for those who cannot see it."""
    width, height = (svg.get(each, "0") for each in ("width", "height"))
    result = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": width,
            "height": height,
            "viewBox": svg.get("viewBox", f"0 0 {width} {height}"),
            "role": "img",
            "aria-label": f"{figure.title}. {found.chart.description}",
            "font-family": house.FONTS[locale],
        },
    )
    for child in svg:
        _copy(child, result)
    return result


def _copy(source: Element, parent: Element) -> None:
    name = source.tag.removeprefix(_SVG)
    if name not in _KEPT or source.get("display") == "none":
        return
    words = (source.text or "").strip()
    is_empty_box = name == "path" and (
        not source.get("d") or source.get("class") in ("background", "foreground")
    )
    if is_empty_box:
        return
    kept = {each: str(source.get(each)) for each in _ATTRIBUTES if source.get(each) is not None}
    if kept.get("opacity") == "1":
        del kept["opacity"]
    if kept.get("transform") == "translate(0,0)":
        del kept["transform"]
    classes = [
        f"{prefix}-{house.NAMES[kept[each]]}"
        for each, prefix in (("fill", "cf"), ("stroke", "cs"))
        if kept.get(each) in house.NAMES
    ]
    if classes:
        kept["class"] = " ".join(classes)
    target = parent if name == "g" and not kept else SubElement(parent, name, kept)
    if words:
        target.text = words
    if name != "g" and source.get("aria-label") and source.get("aria-roledescription") and not words:
        SubElement(target, "title").text = source.get("aria-label")
    for child in source:
        _copy(child, target)


@cache
def has_chinese_letters() -> bool:
    """Whether any of the fonts of this machine has Chinese letters."""
    picture = vl_convert.svg_to_png(_PROBE.format(fonts=house.FONTS["zh_Hans"]))
    drawn = Image.open(BytesIO(picture)).convert("RGBA").getchannel("A").getextrema()
    return bool(drawn[1])


def _for_pages(svg: Element | None, name: str) -> Element | None:
    if svg is not None:
        svg.set("class", f"chart {name}")
    return svg


def _on_white(svg: Element) -> str:
    svg.insert(0, Element("rect", {"width": "100%", "height": "100%", "fill": "#ffffff"}))
    return tostring(svg, "unicode")
