"""A report as PDF: title page, contents with page numbers, figures that are not torn apart."""

import ctypes
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from community.insights.failures import CannotMake

# What the library is called on the systems there are; WeasyPrint looks for the same.
_PANGO = ("libpango-1.0.so.0", "libpango-1.0-0", "pango-1.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")
_PANGO_FT2 = (
    "libpangoft2-1.0.so.0", "libpangoft2-1.0-0", "pangoft2-1.0", "libpangoft2-1.0.dylib",
    "libpangoft2-1.0-0.dll",
)  # fmt: skip


@cache
def is_possible() -> bool:
    """Whether this machine has the library that sets text; it comes with the system, not with Python."""
    return all(any(_is_there(name) for name in names) for names in (_PANGO, _PANGO_FT2))


def write(path: Path, page: str, *, fingerprint: str) -> None:
    """Set a page that stands alone, for paper; CannotMake if this machine cannot."""
    if not is_possible():
        raise CannotMake("pdf")
    try:
        with _quiet():
            weasyprint = _load()
    except OSError as error:
        raise CannotMake("pdf") from error
    with _quiet():
        weasyprint.HTML(string=page, url_fetcher=_fetch_nothing).write_pdf(
            path,
            # The same snapshot is to give the same bytes.
            pdf_identifier=bytes.fromhex(fingerprint)[:16],
            pdf_tags=True,
        )


def _load() -> Any:
    # Only workers write files: pages must not wait for this to load, and it needs Pango.
    import weasyprint
    from PIL import ImageFile

    # Loading it lets the whole process take pictures that break off; what members send has to be whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def _fetch_nothing(url: str, *_options: Any, **_more: Any) -> Any:
    raise ValueError(f"a report refers to {url}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what it says about style rules of browsers that it does not know."""
    logger = logging.getLogger("weasyprint")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _is_there(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
