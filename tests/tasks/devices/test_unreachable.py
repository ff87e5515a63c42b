"""A device that cannot be reached: the error names the cause, not the library."""

from __future__ import annotations

import socket
import threading

import pytest

from tasks.devices.login import open_session
from tasks.devices.session import Target
from turnup.errors import Unreachable
from turnup.sites import Platform


def reached(port: int) -> Unreachable:
    target = Target(
        "HF-LIB-01-SW1", "127.0.0.1", port, Platform.CISCO_IOS, "X", "env:TURNUP_USERNAME", "env:TURNUP_PASSWORD"
    )
    with pytest.raises(Unreachable) as caught, open_session(target):
        pass
    return caught.value


def test_a_port_on_which_nobody_listens_is_a_failed_connection():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert reached(port).found == "TCP connection to device failed: Connection refused"


def test_what_answers_but_speaks_no_ssh_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        error = reached(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
    assert error.found.startswith("Error reading SSH protocol banner")
    assert str(error).count("..") == 0
