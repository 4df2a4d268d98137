"""The socket that the site listens on, and how it is called."""

import socket
from pathlib import Path

from community.infra.serving import listening


class TestAddress:
    def test_names_host_and_port(self) -> None:
        with listening.listen("127.0.0.1", 0) as opened:
            assert listening.address(opened) == f"http://127.0.0.1:{opened.getsockname()[1]}"

    def test_names_the_path_of_a_socket_that_others_opened(self, tmp_path: Path) -> None:
        path = tmp_path / "site.sock"
        with socket.socket(socket.AF_UNIX) as theirs:
            theirs.bind(str(path))
            with listening.adopt(theirs.detach()) as ours:
                assert listening.address(ours) == str(path)
