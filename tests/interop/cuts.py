"""A proxy before a server of this machine that cuts connections while a client sends: in the middle, without a word."""

import selectors
import socket
import struct
import threading
from types import TracebackType
from typing import Final, Self

_RESET: Final = struct.pack("ii", 1, 0)


class CuttingDoor:
    """Listens on a port of this machine. After every `every_bytes` that clients sent, the connection is cut."""

    def __init__(self, port: int, *, every_bytes: int, most_cuts: int) -> None:
        self._port = port
        self._every_bytes = every_bytes
        self._left = most_cuts
        self._passed = 0
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._other: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._is_stopping = False
        self.sent_bytes = 0
        self.cuts = 0
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._work, name="door")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._is_stopping = True
        self._thread.join()

    def _work(self) -> None:
        while not self._is_stopping:
            for key, _ in self._selector.select(0.02):
                if key.fileobj is self._listening:
                    self._accept()
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._pass_on(key.fileobj)
        for side in list(self._other):
            self._end(side)
        self._selector.close()
        self._listening.close()

    def _accept(self) -> None:
        client, _ = self._listening.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            client.close()
            return
        self._clients.add(client)
        self._other[client], self._other[server] = server, client
        for side in (client, server):
            self._selector.register(side, selectors.EVENT_READ)

    def _pass_on(self, side: socket.socket) -> None:
        if side not in self._other:  # ended within this turn
            return
        try:
            content = side.recv(65_536)
            if content and side in self._clients:
                self.sent_bytes += len(content)
                self._passed += len(content)
            if not content or self._is_to_be_cut():
                self._end(side)
                return
            self._other[side].sendall(content)
        except OSError:
            self._end(side)

    def _is_to_be_cut(self) -> bool:
        if not self._left or self._passed < self._every_bytes:
            return False
        self._left -= 1
        self._passed = 0
        self.cuts += 1
        return True

    def _end(self, side: socket.socket) -> None:
        for one in (side, self._other.pop(side, side)):
            self._other.pop(one, None)
            self._clients.discard(one)
            if one.fileno() != -1:
                self._selector.unregister(one)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                one.close()
