"""Hardly a site: an empty view, a form, a long page; run, it is served as `flask serve` serves the site."""

import signal
import sys

from flask import Flask, request

from community.infra.serving import listening, supervising, web

LONG = "x" * 200_000

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Nothing but an answer."""
    return "hello"


@app.post("/post")
def post() -> str:
    """How many fields a form had."""
    return str(len(request.form))


@app.get("/long")
def long() -> str:
    """More than fits between the two of us."""
    return LONG


def main(host: str, port: int) -> None:
    """Two processes of four threads."""
    sock = listening.listen(host, port)

    def answer(say: supervising.Say) -> None:
        web.run(app, sock, web.Limits(4, 1_000_000), on_ready=lambda: say(b"+"), on_stuck=lambda: None)

    kind = supervising.Kind(2, answer, signal.SIGTERM, 10**9)
    supervising.Supervisor(kinds={"web": kind}, on_ready=lambda: None, check=lambda: False).run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
