"""Addresses in templates, each built once: a page has more than a hundred, and most stand on every page."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

MOST_KEPT = 8192


def init_app(app: Flask) -> None:
    """Let templates write addresses from memory; the rest of the site builds them as ever."""
    build: Callable[..., str] = app.url_for

    @lru_cache(maxsize=MOST_KEPT, typed=True)
    def build_once(_root: str, endpoint: str, /, **values: Any) -> str:
        return build(endpoint, **values)

    def url_for(endpoint: str, /, **values: Any) -> str:
        # Outside of a request addresses begin with the site's name, and some depend on the request itself.
        if not has_request_context() or endpoint.startswith(".") or "_external" in values:
            return build(endpoint, **values)
        try:
            return build_once(request.root_path, endpoint, **values)
        except TypeError:
            return build(endpoint, **values)

    app.jinja_env.globals["url_for"] = url_for
