"""What outstanding points will cost one day, with everything the number rests on."""

from typing import Any

from babel.dates import format_skeleton
from flask import Response
from flask_babel import get_locale

from community.infra import clock
from community.infra.web import page
from community.loyalty import liability as rules
from community.loyalty import money
from community.loyalty.queries import outstanding
from community.loyalty.queries.programme import programme
from community.loyalty.staff.access import blueprint, only_who_run_it


@blueprint.get("/liability")
def liability() -> Response:
    """The estimate, its parts, what earlier quarters say about it, and what it assumes."""
    only_who_run_it()
    settings, cohorts = programme(), outstanding.list_cohorts(clock.now())
    estimate = rules.estimate(
        outstanding.get_outstanding(),
        cohorts=cohorts,
        cost_per_thousand=settings.cost_per_thousand,
        assumed_redemption=settings.expected_redemption,
    )
    return page(
        "loyalty/staff/liability.html",
        estimate=estimate,
        parts=_parts(estimate),
        cohorts=cohorts,
        programme=settings,
        cost_so_far=outstanding.get_cost_per_thousand(),
        least=rules.LEAST_MEASURED,
        money=lambda amount: money.in_words(amount, settings.currency),
        quarter=lambda cohort: format_skeleton("yQQQ", cohort.begins_at, locale=get_locale() or "en"),
        as_of=clock.now(),
    )


def _parts(estimate: rules.Liability) -> list[tuple[str, int, int]]:
    """Each part of what is outstanding: its key, its points, and what they will cost."""
    there: Any = estimate.outstanding
    return [
        (
            name,
            getattr(there, name),
            rules.cost_of(
                getattr(there, name),
                cost_per_thousand=estimate.cost_per_thousand,
                share=estimate.expected_redemption,
            ),
        )
        for name in ("available", "held", "pending")
    ]
