"""Memory of the processes of `flask serve`, and the CPU from its call to the first page.

What processes share is counted once (PSS). Measured when the first page has come, and again after all kinds
of pages were asked for from every process.
"""

from benchmarks._figures import cpu_of
from benchmarks._ground import Ground, grounds, let_settle, options, site
from benchmarks._load import run
from benchmarks.mixed import drain, mix_of

WEB_MOST, ALL_MOST, START_MOST = 150.0, 230.0, 2.0
SECONDS, CONNECTIONS = 10.0, 16


def main() -> None:
    """A line for each set-up and database."""
    asked = options(__doc__)
    print(f"{'':<40}{'MB at first':>12}{'MB worn in':>12}{'goal':>7}{'CPU s to first page':>21}{'goal':>6}")
    with grounds(asked.size, asked.database, is_copy=True) as filled:
        for ground in filled:
            let_settle(ground)
            measure(f"{ground.name}, two web processes", ground, workers=0, most=WEB_MOST)
            measure(f"{ground.name}, with a worker", ground, workers=1, most=ALL_MOST)


def measure(name: str, ground: Ground, *, workers: int, most: float) -> None:
    """One line."""
    mix = mix_of(ground)
    with site(ground, processes=2, workers=workers) as served:
        started, first = cpu_of(served.process), served.megabytes()
        answers = run(served.port, mix, seconds=SECONDS, connections=CONNECTIONS)
        if workers:
            drain(ground)
        worn = served.megabytes()
    wrong = f"  wrong: {dict(answers.wrong)}" if answers.wrong else ""
    print(
        f"{name:<40}{first:>12.0f}{worn:>12.0f}{most:>7.0f}{started:>21.2f}{START_MOST:>6g}{wrong}",
        flush=True,
    )


if __name__ == "__main__":
    main()
