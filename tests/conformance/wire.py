"""A wire between Turnup and a device that can be cut at any byte: a small TCP proxy on loopback."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass
from enum import StrEnum

_NO_LINGER = struct.pack("ii", 1, 0)
_CHUNK = 65_536


class Cut(StrEnum):
    """How a wire is cut."""

    ENDED = "both ends are told"
    RESET = "the connection is reset"
    SILENT = "nobody is told, and nothing comes through"


@dataclass(frozen=True)
class Accident:
    """When and how the wire is cut.

    Attributes:
        after_bytes: bytes that came through since the wire was laid, both ways together.
        away_seconds: how long nobody gets through afterwards; on a silent wire they are not even refused.
    """

    after_bytes: int
    cut: Cut
    away_seconds: float = 0.0


class Wire:
    """Forwards connections from a port of its own to a device.

    Args:
        port: where the device listens on loopback.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.mend()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._end_all()

    def mend(self, accident: Accident | None = None) -> None:
        """Let everything come through from now on, up to the next accident."""
        self._end_all()
        self.passed = 0
        self._accident = accident
        self._away_until = 0.0
        self._is_silent = False

    def _end_all(self) -> None:
        with self._lock:
            sockets, self._open = tuple(self._open), set()
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if time.monotonic() < self._away_until:
                self._keep_out(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                near.close()
                continue
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.update((near, far))
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _keep_out(self, near: socket.socket) -> None:
        """Nobody answers whoever comes now; kept open, so that nobody is told either."""
        if not self._is_silent:
            near.close()
            return
        with self._lock:
            self._open.add(near)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        with contextlib.suppress(OSError, ValueError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    some = one.recv(_CHUNK)
                    if not some:
                        raise OSError
                    allowed, accident = self._through(some)
                    other[one].sendall(allowed)
                    if accident is not None:
                        self._happen(accident, near, far)
                        if accident.cut is Cut.SILENT:
                            return
                        raise OSError
        for each in (near, far):
            each.close()

    def _through(self, some: bytes) -> tuple[bytes, Accident | None]:
        """How much of it still comes through, and what happens then."""
        with self._lock:
            accident = self._accident
            if accident is None or self.passed + len(some) < accident.after_bytes:
                self.passed += len(some)
                return some, None
            self._accident = None
            left = accident.after_bytes - self.passed
            self.passed += left
            self._away_until = time.monotonic() + accident.away_seconds
            self._is_silent = accident.cut is Cut.SILENT
            return some[:left], accident

    @staticmethod
    def _happen(accident: Accident, near: socket.socket, far: socket.socket) -> None:
        if accident.cut is Cut.RESET:
            for each in (near, far):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
