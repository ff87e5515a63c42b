"""The one way into the lab: a port on loopback for each device, and an `sshd -i` inside it for each connection.

usage: python -m lab.real.gateway, with lines `PORT INIT_PID` on standard input; prints `ready` when all ports listen.
"""

from __future__ import annotations

import selectors
import signal
import socket
import subprocess
import sys

from lab.real.namespaces import in_device

LOOPBACK = "127.0.0.1"
SSHD = ("/usr/sbin/sshd", "-i", "-f", "/etc/ssh/sshd_config")


def listen(port: int) -> socket.socket:
    """Open a listening socket on loopback; port 0 lets the kernel choose."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK, port))
    listening.listen(64)
    return listening


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with listen(0) as listening:
        return int(listening.getsockname()[1])


def _serve(connection: socket.socket, init_pid: int) -> None:
    """Hand a connection to an sshd inside the device; it ends with the connection, or with the device."""
    argv = [*in_device(init_pid), *SSHD]
    with connection:
        end = connection.fileno()
        subprocess.Popen(argv, stdin=end, stdout=end, stderr=subprocess.DEVNULL, cwd="/")


def main() -> None:
    """Listen until killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps: nobody asks how a login ended
    selector = selectors.DefaultSelector()
    for line in sys.stdin:
        port, init_pid = (int(word) for word in line.split())
        selector.register(listen(port), selectors.EVENT_READ, init_pid)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            listening = key.fileobj
            if isinstance(listening, socket.socket):
                _serve(listening.accept()[0], int(key.data))


if __name__ == "__main__":
    main()
