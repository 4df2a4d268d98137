"""A report as JSON: the snapshot itself, its fingerprint, and the quotes that still stand.

The fingerprint is the SHA-256 of `snapshot`, written in UTF-8 with sorted keys and without blanks. Quotes
stand beside it, because they can be taken back and the figures cannot.
"""

import json
from dataclasses import asdict
from pathlib import Path

from community.insights.files.material import Material


def write(path: Path, material: Material) -> None:
    """Write the file; `snapshot` stands in it as it was written when the report was made."""
    quotes = {figure: [asdict(quote) for quote in each] for figure, each in material.quotes.items()}
    head = json.dumps(
        {"fingerprint": material.fingerprint, "quotes": quotes}, ensure_ascii=False, sort_keys=True
    )
    path.write_text(f'{head[:-1]}, "snapshot": {material.text}}}\n', encoding="utf-8")
