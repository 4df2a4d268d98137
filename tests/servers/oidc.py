"""A real OpenID Connect provider (Canaille) in a process of its own, and a person who signs in there."""

import re
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "build/provider/bin/python"
# Where the provider sends browsers back to; nobody has to answer there.
SITE = "http://localhost:8000"
PASSWORD = "an old oak door"
CLIENT = {"OIDC_CLIENT_ID": "sounding-board", "OIDC_CLIENT_SECRET": "known to both"}
# Without what checks certificates: nothing here has one, and loading it takes longer than the tests.
_asking = httpx.Client(timeout=60, verify=False)  # noqa: S501
_FIELD = re.compile(r"<input[^>]*>")


class ProviderServer:
    """A running provider; `site` is the address of the site that it signs people in to."""

    def __init__(self, *, site: str) -> None:
        assert PYTHON.exists(), "the provider is not installed; `make provider` does it"
        self._port = _free_port()
        self.issuer = f"http://localhost:{self._port}"
        self._process = subprocess.Popen(
            [PYTHON, "tests/servers/provider_site.py", str(self._port), f"{site}/sign-in/provider/back"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait()

    def stage(self, **wanted: Any) -> None:
        """Bring about what is wanted: `people` by name, a new signing `key`."""
        _asking.post(f"{self.issuer}/stage", json=wanted).raise_for_status()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(timeout=30)

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            assert self._process.poll() is None, "the provider stopped"
            assert time.monotonic() < deadline, "the provider is not ready after a minute"
            try:
                if _asking.get(f"{self.issuer}/.well-known/openid-configuration").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)


class Person:
    """Somebody with a browser who signs in at the provider under a name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._browser = httpx.Client(timeout=60, verify=False)  # noqa: S501

    def follow(self, address: str, *, until: str) -> str:
        """Go where the site sends them, fill in what is asked, and stop at the way back."""
        for _step in range(12):
            answer = self._browser.get(address)
            while not answer.has_redirect_location:
                answer = self._browser.post(str(answer.url), data=self._fill_in(answer.text))
            address = str(answer.next_request.url) if answer.next_request else ""
            if address.startswith(until):
                return address
        raise AssertionError(f"sent around in circles at {address}")

    def _fill_in(self, page: str) -> dict[str, str]:
        sent = {}
        for field in _FIELD.findall(page):
            name = _attribute(field, "name")
            if name:
                sent[name] = {"login": self.name, "password": PASSWORD}.get(name, _attribute(field, "value"))
        assert sent.keys() & {"login", "password"}, f"the provider asks for something else: {page}"
        return sent


def _attribute(field: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', field)
    return found[1] if found else ""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
