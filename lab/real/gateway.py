"""The one way into the lab: a port on loopback for each device, and an `sshd -i` inside it for each connection.

usage: python -m lab.real.gateway RUNNING_FILE, with lines `PORT DEVICE` on standard input; prints `ready` when all
ports listen. The file says at each connection which process is the device now: a restarted one has another.
"""

from __future__ import annotations

import selectors
import signal
import socket
import subprocess
import sys
from pathlib import Path

from lab.real.namespaces import in_device
from lab.real.running import Running

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


def _serve(connection: socket.socket, running: Running | None, device: str) -> None:
    """Hand a connection to an sshd inside the device; it ends with the connection, or with the device."""
    with connection:
        if running is None or not running.devices[device].is_alive:
            return
        end = connection.fileno()
        argv = [*in_device(running.devices[device].pid), *SSHD]
        subprocess.Popen(argv, stdin=end, stdout=end, stderr=subprocess.DEVNULL, cwd="/")


def main() -> None:
    """Listen until killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps: nobody asks how a login ended
    running_file = Path(sys.argv[1])
    selector = selectors.DefaultSelector()
    for line in sys.stdin:
        port, device = line.split()
        selector.register(listen(int(port)), selectors.EVENT_READ, device)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            listening = key.fileobj
            if isinstance(listening, socket.socket):
                _serve(listening.accept()[0], Running.read(running_file), str(key.data))


if __name__ == "__main__":
    main()
