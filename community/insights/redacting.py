"""Taking words out of a written snapshot: names of people and titles of ideas that are to be forgotten."""

import json
import re
from collections.abc import Mapping
from typing import Any

# Where a name or a title stands: alone, in quotation marks, before what is said of it, or before the number
# that tells it from another one of the same words.
_BEFORE, _BEHIND = "(?:^|(?<=[“「]))", "(?=$|[”」]|: |：| \\(#)"

# The cells of rows and the sentences of claims: a heading is nobody's word, even if somebody is called so.
_SAID = ("cells", "text")


def without(written: str, words: Mapping[str, str]) -> str:
    """The snapshot (figures.to_json) with each of the words replaced; the same text if none stands in it."""
    known = [each for each in words if each]
    if not known:
        return written
    # The longest first: one title can begin with another one.
    any_of = "|".join(re.escape(each) for each in sorted(known, key=lambda each: (-len(each), each)))
    pattern = re.compile(f"{_BEFORE}(?:{any_of}){_BEHIND}")

    def replaced(value: Any, *, is_said: bool = False) -> Any:
        if isinstance(value, str):
            return pattern.sub(lambda found: words[found.group()], value) if is_said else value
        if isinstance(value, list):
            return [replaced(each, is_said=is_said) for each in value]
        if isinstance(value, dict):
            return {key: replaced(each, is_said=is_said or key in _SAID) for key, each in value.items()}
        return value

    data = json.loads(written)
    found = replaced(data)
    if found == data:
        return written
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
