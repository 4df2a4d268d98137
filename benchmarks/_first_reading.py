"""Prints the seconds of CPU and the megabytes that a web process spends until it has read its first texts."""

import importlib
import resource
import sys
import time
from pathlib import Path
from types import ModuleType

TEXTS = ("The delivery was late, but I love it.", "客服的态度很好，就是送餐太慢了。")


def main() -> None:
    """Import the reader without the site around it, make one, and read an English and a Chinese text."""
    site = ModuleType("community")
    site.__path__ = [str(Path(__file__).parents[1] / "community")]
    sys.modules["community"] = site
    # What every web process has anyway.
    importlib.import_module("flask")
    importlib.import_module("sqlalchemy")
    seconds, memory = time.process_time(), held()
    from community.analysis.reader import Reader

    Reader().read(TEXTS)
    heavy = {"numpy", "scipy", "sklearn"} & sys.modules.keys()
    if heavy:
        raise SystemExit(f"reading imports {', '.join(sorted(heavy))}")
    print(time.process_time() - seconds, (held() - memory) / 1e6)


def held() -> float:
    """The bytes that the process holds; where the system does not tell, the most that it has held."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
