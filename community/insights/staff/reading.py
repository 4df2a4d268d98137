"""Reading a report, and the texts behind its figures."""

from functools import partial

from flask import render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from community.feedback import policy as feedback_policy
from community.feedback import queries as feedback
from community.infra import language, paging, web
from community.infra.errors import NotFound
from community.insights import kinds, showing, writing
from community.insights.figures import Figure
from community.insights.queries import behind, doors, files
from community.insights.queries import reports as queries
from community.insights.queries.panels import list_panel_ids
from community.insights.scope import Scope
from community.insights.staff.access import blueprint


@blueprint.get("/<int:report_id>")
def report(report_id: int) -> BaseResponse:
    """A finished report; one that is not finished shows how far it is."""
    found = doors.get_report(report_id, web.viewer())
    material = files.find_material(report_id)
    if material is None:
        return web.see_other("insights_staff.progress", report_id=report_id)
    can_open = _can_open_texts(report_id)
    # Its words are in its own language, whoever reads it; only what stands around them is in the reader's.
    with language.writing_to(found.locale):
        sections = showing.show(material.snapshot, charts=material.charts, quotes=material.quotes)
        contents, body = (
            # By templates of ours, which escape what they are given.
            Markup(  # noqa: S704
                render_template(
                    template,
                    snapshot=material.snapshot,
                    sections=sections,
                    fingerprint=material.fingerprint,
                    texts_url=partial(_texts_url, report_id) if can_open else None,
                )
            )
            for template in ("insights/_contents.html", "insights/_report.html")
        )
    return web.page(
        "insights/staff/report.html",
        report=found,
        snapshot=material.snapshot,
        lang=language.TAGS[found.locale],
        contents=contents,
        body=body,
        kind=kinds.KINDS[found.kind],
        can_change=doors.can_change(found, web.viewer()),
    )


@blueprint.get("/<int:report_id>/texts")
def texts(report_id: int) -> BaseResponse:
    """The texts behind one row of a figure, as they are now."""
    found = doors.get_report(report_id, web.viewer())
    if not _can_open_texts(report_id):
        raise NotFound()
    snapshot = queries.get_snapshot(report_id)
    figure, number = _row(snapshot.figures())
    filters = dict(figure.rows[number].texts or {})
    if "case" in filters:
        return web.see_other("cases_staff.show", case_id=filters["case"])
    scope, viewer = Scope.from_settings(found.settings), web.viewer()
    panels = feedback.list_staffed_panels(viewer, locale=language.current_locale())
    with language.writing_to(found.locale):
        counted = writing.write_table(figure).rows[number]
    return web.page(
        "insights/staff/texts.html",
        report=found,
        snapshot=snapshot,
        figure=figure,
        lang=language.TAGS[found.locale],
        row_name=counted.name,
        counted=[
            (column.title, cell.text) for column, cell in zip(figure.columns[1:], counted.cells, strict=True)
        ],
        page=behind.list_behind(scope, filters, viewer, number=paging.page_number(web.argument("page"))),
        now=behind.count_behind(scope, filters),
        cap=behind.COUNT_CAP,
        panel_names={panel.id: panel.name for panel in panels},
    )


def _texts_url(report_id: int, figure: str, row: int) -> str:
    return url_for("insights_staff.texts", report_id=report_id, figure=figure, row=row)


def _row(figures: list[Figure]) -> tuple[Figure, int]:
    """The row that the address speaks of; NotFound if it is kept back or has no texts."""
    figure = next((each for each in figures if each.key == web.argument("figure")), None)
    number = request.args.get("row", type=int)
    if figure is None or number is None or not 0 <= number < len(figure.rows):
        raise NotFound()
    row = figure.rows[number]
    if row.is_hidden or row.texts is None:
        raise NotFound()
    return figure, number


def _can_open_texts(report_id: int) -> bool:
    """Whether the viewer reads the feedback of all panels of the report."""
    return all(feedback_policy.can_read_item(web.viewer(), each) for each in list_panel_ids(report_id))
