"""Web servers for the site: what an empty view costs on each, and who still answers beside slow clients."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks import _figures, _ground, _load, _slow

SLOW = 300
MANY = 1000
SECONDS = 6.0

HELLO = "benchmarks._serve_hello:app"
COMMANDS = {
    "gunicorn, 2 × 4 threads": [
        "-m", "gunicorn", HELLO, "--bind", "{host}:{port}", "--workers", "2", "--worker-class", "gthread",
        "--threads", "4", "--no-control-socket", "--log-level", "critical",
    ],
    "granian, WSGI, 2 × 4 threads": [
        "-m", "granian", "--interface", "wsgi", "--host", "{host}", "--port", "{port}", "--workers", "2",
        "--blocking-threads", "4", "--no-ws", "--log-level", "critical", HELLO,
    ],
    "waitress, tuned, 4 threads": [
        "-m", "waitress", "--listen={host}:{port}", "--threads=4", "--connection-limit=2000",
        "--channel-timeout=15", "--asyncore-use-poll", HELLO,
    ],
    "ours, 2 × 4 threads": ["-m", "benchmarks._serve_hello", "{host}", "{port}"],
}  # fmt: skip


@contextmanager
def served(name: str) -> Iterator[_figures.Served]:
    """The empty view under that server."""
    port = _ground.free_port()
    command = [sys.executable, *(each.format(host=_load.HOST, port=port) for each in COMMANDS[name])]
    with _ground.running(command, {}) as process:
        _ground.wait_for(port, "/", process)
        yield _figures.Served(port, process)


def main() -> None:
    """Print both tables."""
    asked = _ground.options(__doc__ or "")
    rounds: dict[str, list[tuple[float, float, float]]] = {name: [] for name in COMMANDS}
    ask = _load.again(_load.Ask("hello", _load.get("/")))
    with ExitStack() as stack:
        running = {name: stack.enter_context(served(name)) for name in COMMANDS}
        for _round in range(asked.rounds):
            for name, each in running.items():
                before = sum(each.seconds_of_cpu())
                answers = _load.run(each.port, ask, seconds=asked.seconds)
                cost = (sum(each.seconds_of_cpu()) - before) / max(answers.count, 1)
                rounds[name].append(
                    (cost * 1000, answers.count / answers.seconds, answers.percentile(0.99) * 1000)
                )
        print(f"{'':<30}{'CPU ms':>9}{'ratio':>8}{'per s':>9}{'p99 ms':>9}{'PSS MB':>9}")
        reference = sorted(cost for cost, _rate, _p99 in rounds["gunicorn, 2 × 4 threads"])
        for name, turns in rounds.items():
            cost, rate, p99 = (sorted(column)[len(turns) // 2] for column in zip(*turns, strict=True))
            ratio = cost / reference[len(reference) // 2]
            print(
                f"{name:<30}{cost:>9.3f}{ratio:>8.2f}{rate:>9.0f}{p99:>9.1f}{running[name].megabytes():>9.0f}"
            )
    print(f"\nslowest page beside {SLOW} slow clients (and {MANY} with slow bodies), s")
    print(f"{'':<30}" + "".join(f"{kind:>10}" for kind in _slow.KINDS) + f"{MANY:>10}")
    for name in COMMANDS:
        print(f"{name:<30}" + "".join(f"{_beside(name, *crowd):>10}" for crowd in _crowds()), flush=True)


def _crowds() -> Iterator[tuple[str, int]]:
    yield from ((kind, SLOW) for kind in _slow.KINDS)
    yield ("bodies", MANY)


def _beside(name: str, kind: str, count: int) -> str:
    with served(name) as server, _slow.clients(server.port, kind, count, path="/post", reading="/long"):
        probes = _slow.probe(server.port, "/", seconds=SECONDS)
    return (
        f"{probes.slowest:.2f}"
        if not probes.failed
        else f"{len(probes.times)} of {len(probes.times) + probes.failed}"
    )


if __name__ == "__main__":
    main()
