"""Pages and feeds as compressed as pays: a quarter of a millisecond for a quarter of the bytes.

What is secret in a page cannot be found out from its length by having it asked for again and again: browsers
send our cookies with no request that another site makes (SameSite), and let go of a window that another site
opened on ours (Cross-Origin-Opener-Policy), so nobody can repeat the question without a click for each.
"""

import zlib
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

TYPES = frozenset({"text/html", "text/plain", "application/json", "application/atom+xml"})
# Shorter answers fit into the first packets anyway.
LEAST = 1_400
# The quickest levels: the next ones save a twentieth and take twice as long.
_BROTLI_QUALITY = 1
_GZIP_LEVEL = 1
_WITH_GZIP_HEADER = 31


def init_app(app: Flask) -> None:
    """Compress answers as the last step before they leave."""
    app.after_request(lambda response: compress(response, request.headers.get("Accept-Encoding", "")))


def compress(response: Response, accepted: str) -> Response:
    """The answer in the best encoding of those that are accepted."""
    if response.mimetype not in TYPES or response.is_streamed or response.direct_passthrough:
        return response
    encoding = _chosen(accepted)
    if not encoding or response.status_code < 200 or response.status_code in (204, 304):
        return response
    content = response.get_data()
    if len(content) < LEAST or "Content-Encoding" in response.headers:
        return response
    response.set_data(_brotli(content) if encoding == "br" else _gzip(content))
    response.headers["Content-Encoding"] = encoding
    etag, is_weak = response.get_etag()
    if etag and not is_weak:
        # The same page, but not the same bytes.
        response.set_etag(etag, weak=True)
    return response


@lru_cache(maxsize=100)
def _chosen(accepted: str) -> str:
    known = parse_accept_header(accepted)
    brotli, gzip = known.quality("br"), known.quality("gzip")
    if max(brotli, gzip) <= 0:
        return ""
    return "br" if brotli >= gzip else "gzip"


def _brotli(content: bytes) -> bytes:
    # Not loaded by processes that answer nobody.
    import brotli

    return bytes(brotli.compress(content, quality=_BROTLI_QUALITY))


def _gzip(content: bytes) -> bytes:
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _WITH_GZIP_HEADER)
    return packer.compress(content) + packer.flush()
