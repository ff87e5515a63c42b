"""The one way into the lab: a port on loopback for each device, and an `sshd -i` inside it for each connection.

usage: python -m lab.real.gateway RUNNING_FILE, with a device a line on standard input; prints the port of each, which
nobody else can have taken, and `ready` when all listen. The file says at each connection which process is the device
now: a restarted one has another.
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


def listen() -> socket.socket:
    """Open a listening socket on loopback, on a port that the kernel chooses."""
    listening = socket.socket()
    listening.bind((LOOPBACK, 0))
    listening.listen(64)
    return listening


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
    for device in sys.stdin.read().split():
        opened = listen()
        selector.register(opened, selectors.EVENT_READ, device)
        print(opened.getsockname()[1])
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            listening = key.fileobj
            if isinstance(listening, socket.socket):
                _serve(listening.accept()[0], Running.read(running_file), str(key.data))


if __name__ == "__main__":
    main()
