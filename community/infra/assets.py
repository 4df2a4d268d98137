"""Addresses of static files that change with their content, so that browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for


def init_app(app: Flask) -> None:
    """Give templates `static_url`, and let browsers keep what was asked for by fingerprint."""
    folder = Path(app.static_folder or "static")

    def static_url(name: str) -> str:
        version = _fingerprint(folder / name, (folder / name).stat().st_mtime_ns)
        return url_for("static", filename=name, v=version)

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    app.jinja_env.globals["static_url"] = static_url
    app.after_request(keep)


@cache
def _fingerprint(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
