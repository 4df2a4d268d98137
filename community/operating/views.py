"""What machines ask: is this process alive, can it serve, and the figures for Prometheus."""

import hmac

from flask import Response, current_app, request

from community.infra import limits
from community.infra.errors import NotFound
from community.infra.web import PublicBlueprint
from community.operating import metrics
from community.operating.queries import ready

blueprint = PublicBlueprint("operating", __name__)


@blueprint.get("/health/live")
@limits.limiter.exempt
def live() -> Response:
    """This process answers."""
    return _said("ok")


@blueprint.get("/health/ready")
@limits.limiter.exempt
def serving() -> Response:
    """This process has what it needs: its database, the tables of its release, and room on the disk."""
    missing = ready.list_missing()
    return _said("not ready: " + ", ".join(missing), status=503) if missing else _said("ok")


@blueprint.get("/metrics")
def figures() -> Response:
    """All figures, for whoever has the token; for all others there is no such page."""
    token = current_app.config["METRICS_TOKEN"]
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(sent.encode(), token.encode()):
        raise NotFound()
    answer = Response(metrics.written(), content_type=metrics.CONTENT_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _said(words: str, *, status: int = 200) -> Response:
    answer = Response(f"{words}\n", status=status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
