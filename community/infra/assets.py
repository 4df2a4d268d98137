"""Static files: in memory, compressed, under addresses that change with them, so browsers keep them.

One fingerprint stands in front of all paths: what a module imports and a style sheet names beside it comes
from the same release as the file itself.
"""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from werkzeug.wrappers import Response as BaseResponse

FOLDER = Path(__file__).parents[2] / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
# One file instead of thirty: what every page is dressed in, in the order of its layers.
BUNDLE = "css/site.css"
_FIRST = ("css/reset.css", "css/tokens.css", "css/base.css", "css/layout.css")
_COMPONENTS = "css/components/"
_FOR_EVER = "public, max-age=31536000, immutable"
# A tenth larger than the slowest level, in a hundredth of its time: done when a file is first asked for.
_BROTLI_QUALITY = 5


class File:
    """One static file, and what it is when it is compressed."""

    def __init__(self, name: str, content: bytes) -> None:
        self.type = TYPES[Path(name).suffix]
        self.content = content
        self.version = hashlib.sha256(content).hexdigest()[:16]

    def encoded(self, encoding: str) -> bytes:
        """The content in an encoding of HTTP, "" for none."""
        return self._brotli if encoding == "br" else self._gzip if encoding == "gzip" else self.content

    @property
    def encodings(self) -> tuple[str, ...]:
        """How it may be sent, the smallest first; pictures are compressed already."""
        return ("br", "gzip", "") if self.type != "image/png" else ("",)

    @cached_property
    def _brotli(self) -> bytes:
        # Not loaded by processes that serve no files.
        import brotli

        return bytes(brotli.compress(self.content, quality=_BROTLI_QUALITY))

    @cached_property
    def _gzip(self) -> bytes:
        return gzip.compress(self.content, mtime=0)


class Shelf:
    """All static files of a folder, and one fingerprint of them all."""

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.suffix in TYPES)
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        worn = [*_FIRST, *(name for name in files if name.startswith(_COMPONENTS))]
        files[BUNDLE] = b"\n".join(files[name] for name in worn)
        self.files: Mapping[str, File] = {name: File(name, content) for name, content in files.items()}
        versions = "".join(f"{name} {file.version}\n" for name, file in self.files.items())
        self.fingerprint = hashlib.sha256(versions.encode()).hexdigest()[:12]
        self.urls = {name: f"/static/{self.fingerprint}/{name}" for name in self.files}


def init_app(app: Flask) -> None:
    """Answer under /static, and give templates `static_url`."""
    app.static_folder = str(FOLDER)
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=_serve)
    app.jinja_env.globals["static_url"] = static_url


def static_url(name: str) -> str:
    """The address of a static file; KeyError if there is none."""
    return _shelf().urls[name]


def _serve(filename: str) -> BaseResponse:
    shelf = _shelf()
    release, _, name = filename.partition("/")
    is_current = release == shelf.fingerprint
    # A page of the release before may ask while this one is put in its place.
    file = shelf.files.get(filename) or shelf.files.get(name)
    if file is None:
        abort(404)
    encoding = _best_encoding(file)
    answer = Response(file.encoded(encoding), content_type=file.type)
    answer.headers["Cache-Control"] = _FOR_EVER if is_current else "public, no-cache"
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    if len(file.encodings) > 1:
        answer.vary.add("Accept-Encoding")
    answer.set_etag(f"{file.version}-{encoding}" if encoding else file.version)
    return answer.make_conditional(request)


def _best_encoding(file: File) -> str:
    accepted = request.accept_encodings
    return max(file.encodings, key=lambda encoding: accepted.quality(encoding) if encoding else 0.001)


def _shelf() -> Shelf:
    # Files change under a running site only while somebody works on them.
    return _read_shelf(_newest_change() if current_app.debug else 0.0)


def _newest_change() -> float:
    return max(path.stat().st_mtime for path in FOLDER.rglob("*"))


@lru_cache(maxsize=1)
def _read_shelf(_changed_at: float) -> Shelf:
    return Shelf(FOLDER)
