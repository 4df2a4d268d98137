"""A report as a page that stands alone: styles and charts are in it, and nothing is fetched."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from flask import current_app, render_template
from markupsafe import Markup

from community.insights import kinds, showing
from community.insights.files.material import Material

STYLES = (
    "tokens.css",
    "reset.css",
    "base.css",
    "components/table.css",
    "pages/report.css",
    "files/report.css",
)
PRINT_STYLES = ("files/print.css",)
_END = "</svg>"


def page_for_browsers(material: Material) -> str:
    """The page in the present locale; each row leads to its texts on the site, which checks rights."""

    def texts_url(figure: str, row: int) -> str:
        return f"{material.address}/texts?figure={figure}&row={row}"

    return _render(material, styles=STYLES, texts_url=texts_url)


def page_for_print(material: Material) -> str:
    """The page in the present locale with the styles of paper."""
    # Paper is wide: of each chart only the first drawing, as what is set takes the longest.
    charts = {key: svg[: svg.find(_END) + len(_END)] for key, svg in material.charts.items() if svg}
    return _render(replace(material, charts=charts), styles=PRINT_STYLES)


def _render(
    material: Material, *, styles: Sequence[str], texts_url: Callable[[str, int], str] | None = None
) -> str:
    snapshot = material.snapshot
    return render_template(
        "insights/files/report.html",
        snapshot=snapshot,
        sections=showing.show(snapshot, charts=material.charts, quotes=material.quotes),
        fingerprint=material.fingerprint,
        texts_url=texts_url,
        kind_name=kinds.KINDS[snapshot.kind].name if snapshot.kind in kinds.KINDS else "",
        created=snapshot.data_at,
        about="; ".join(f"{label}: {value}" for label, value in snapshot.filters),
        address_link=Markup('<a href="{0}">{0}</a>').format(material.address),
        site_name=material.site_name,
        style=_style(styles),
    )


def _style(names: Sequence[str]) -> Markup:
    folder = Path(current_app.static_folder or "static") / "css"
    # Our own files, which hold no text of anybody else.
    return Markup("<style>{}</style>").format(
        Markup("\n".join((folder / name).read_text("utf-8") for name in names))  # noqa: S704
    )
