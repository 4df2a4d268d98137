"""Addresses of static files that change with their content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for


def init_app(app: Flask) -> None:
    """Give templates `static_url`, and let browsers keep what was asked for by fingerprint."""
    folder = Path(app.static_folder or "static")
    versions: dict[str, str] = {}

    def static_url(name: str) -> str:
        # Files change under a running site only while somebody works on them.
        if name not in versions or app.debug:
            versions[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
        return url_for("static", filename=name, v=versions[name])

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    app.jinja_env.globals["static_url"] = static_url
    app.after_request(keep)
