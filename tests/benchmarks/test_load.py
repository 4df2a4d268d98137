import socket
import threading
from collections.abc import Iterator
from itertools import cycle, repeat

import pytest

from benchmarks._load import Answers, Ask, again, get, run

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
IN_CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


@pytest.fixture
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A server that gives the answers of the test in turns, whatever it is asked."""
    answers = cycle(request.param)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _address = server.accept()
                except OSError:
                    return
                with line:
                    while line.recv(4096):
                        answer = next(answers)
                        line.sendall(answer)
                        if answer is LAST:
                            break

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def nine(_connection: int) -> Iterator[Ask]:
    return repeat(Ask("page", get("/")), 9)


class TestLoad:
    @pytest.mark.parametrize("port", [(WHOLE, IN_CHUNKS, LAST)], indirect=True)
    def test_it_reads_answers_of_all_kinds_and_knocks_again_where_it_was_hung_up_on(self, port: int) -> None:
        answers = run(port, nine, seconds=60, connections=1)
        assert answers.count == 9
        assert not answers.wrong

    @pytest.mark.parametrize("port", [(WHOLE, UNCHANGED)], indirect=True)
    def test_it_counts_what_was_not_expected(self, port: int) -> None:
        answers = run(port, nine, seconds=60, connections=1)
        assert answers.wrong == {"page: 304": 4}

    @pytest.mark.parametrize("port", [(WHOLE,)], indirect=True)
    def test_at_a_steady_rate_it_asks_no_more_than_that(self, port: int) -> None:
        answers = run(port, again(Ask("page", get("/"))), seconds=0.5, connections=1, per_second=20)
        assert answers.count == 10


class TestAnswers:
    def test_percentiles_are_those_of_the_names_asked_for(self) -> None:
        answers = Answers(times={"board": [0.1, 0.2, 0.3, 0.4], "vote": [9.0]})
        assert answers.percentile(0.5, "board") == 0.3
        assert answers.percentile(0.99) == 9.0
