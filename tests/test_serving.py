"""The listening server: what it takes before a request is one, and how it stops."""

import socket
import threading
import time
from pathlib import Path

import pytest

from jeton.testing.served import Served, create_app, init, jeton


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    init(folder)
    return folder


def exchange(port: int, sent: bytes, *, wait_s: float = 5) -> bytes:
    """Send bytes over a connection of its own; all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as connection:
        connection.sendall(sent)
        return read_all(connection)


def read_all(connection: socket.socket) -> bytes:
    received = b""
    while True:
        try:
            chunk = connection.recv(65536)
        except (ConnectionResetError, TimeoutError):
            return received
        if not chunk:
            return received
        received += chunk


def test_headers_are_bounded_and_name_one_host(data: Path) -> None:
    with Served(data) as served:
        good = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        assert exchange(served.port, good + b"\r\n").startswith(b"HTTP/1.1 200")
        large = exchange(served.port, good + b"X-Large: " + b"a" * 40_000 + b"\r\n\r\n")
        assert large.startswith(b"HTTP/1.1 431")
        many = exchange(served.port, good + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 90) for i in range(400)) + b"\r\n")
        assert many.startswith(b"HTTP/1.1 431")
        assert exchange(served.port, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 400")
        two = exchange(served.port, good + b"Host: b\r\n\r\n")
        assert two.startswith(b"HTTP/1.1 400")
        assert b"Exactly one Host" in two
        lengths = exchange(
            served.port,
            b"POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        )
        assert lengths.startswith(b"HTTP/1.1 400")


def test_headers_that_never_end_are_cut_off_and_others_are_served(data: Path) -> None:
    with Served(data) as served, socket.create_connection(("127.0.0.1", served.port), timeout=20) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        began = time.monotonic()
        assert served.call("GET", "/healthz")[0] == 200
        answer = read_all(slow)
        assert answer.startswith(b"HTTP/1.1 408")
        assert 8 < time.monotonic() - began < 15


def test_a_connection_that_was_accepted_before_the_stop_is_answered(data: Path) -> None:
    served = Served(data)
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        served.process.terminate()
        time.sleep(0.2)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer
    assert served.stop() == 0


def test_twenty_stops_under_load_reset_nobody(data: Path) -> None:
    app = create_app(data)
    counts: dict[str, int] = {"answered": 0, "reset": 0, "refused": 0}
    lock = threading.Lock()
    for _ in range(20):
        served = Served(data)
        token = served.token(app)
        head = f"GET /api/folder/1 HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
        request = f"{head}Authorization: Bearer {token}\r\n\r\n".encode()
        stopped = threading.Event()
        clients = [
            threading.Thread(target=_client, args=(served.port, request, counts, lock, stopped)) for _ in range(24)
        ]
        for client in clients:
            client.start()
        time.sleep(0.3)
        began = time.monotonic()
        assert served.stop() == 0
        assert time.monotonic() - began < 30
        stopped.set()
        for client in clients:
            client.join()
    assert counts["answered"] > 1000
    assert counts["reset"] == 0, counts


def _client(port: int, request: bytes, counts: dict[str, int], lock: threading.Lock, stopped: threading.Event) -> None:
    """Asks again and again, on connections that are kept as long as they may; a new one once they may not."""
    while not stopped.is_set():
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        except OSError:
            with lock:
                counts["refused"] += 1
            return
        with connection:
            if not _ask_on(connection, request, counts, lock, stopped):
                return


def _ask_on(
    connection: socket.socket, request: bytes, counts: dict[str, int], lock: threading.Lock, stopped: threading.Event
) -> bool:
    while not stopped.is_set():
        try:
            connection.sendall(request)
            answer = connection.recv(65536)
            while answer and b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
        except OSError:
            answer = b""
        ended = not answer
        with lock:
            counts["reset" if ended else "answered"] += 1
        if ended:
            return False
        if b"connection: close" in answer:
            return True
    return False


def test_one_folder_is_served_once(data: Path) -> None:
    with Served(data):
        second = jeton(data, "serve", "--port", "0")
        assert second.returncode == 1
        assert str(data) in second.stderr


def test_a_taken_port_says_which(data: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = jeton(data, "serve", "--port", str(port))
    assert refused.returncode == 1
    assert f"127.0.0.1:{port}" in refused.stderr


def test_readiness_goes_and_the_database_is_whole_after_a_stop(data: Path) -> None:
    with Served(data) as served:
        assert served.call("GET", "/readyz") == (200, {"status": "ready"})
        assert served.stop() == 0
    assert not (data / "jeton.sqlite-wal").exists() or (data / "jeton.sqlite-wal").stat().st_size == 0
    assert jeton(data, "doctor").returncode == 0
