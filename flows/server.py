"""A Prefect server of our own on this machine: started, waited for, and stopped by its process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from flows.settings import CHECKOUT
from turnup.errors import TurnupError

START_SECONDS = 120.0
HOST = "127.0.0.1"
SERVER_NICENESS = 10
"""What a server is told of a step can wait while devices cannot: a session that stalls may cost its revert timer."""


def api_url(port: int) -> str:
    """Address of the API of a server on this machine."""
    return f"http://{HOST}:{port}/api"


def server_environment(home: Path, port: int) -> dict[str, str]:
    """The environment in which server, worker and clients find each other, on loopback only."""
    return dict(
        os.environ,
        PREFECT_HOME=str(home),
        PREFECT_SERVER_API_HOST=HOST,
        PREFECT_SERVER_API_PORT=str(port),
        PREFECT_API_URL=api_url(port),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_SERVER_LOGGING_LEVEL="WARNING",
    )


def free_port() -> int:
    """A TCP port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: tuple[str, ...], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in the background for as long as the block lasts; its output goes to a file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def prefect_server(home: Path, port: int) -> Iterator[dict[str, str]]:
    """Start a Prefect server and give the environment in which it is found; it need not be up yet.

    Args:
        home: folder of its database and logs.
        port: TCP port on loopback.
    """
    environment = server_environment(home, port)
    command = (sys.executable, "-m", "prefect", "server", "start")
    with running(command, environment, home / "server.log") as process:
        os.setpriority(os.PRIO_PROCESS, process.pid, SERVER_NICENESS)
        yield environment


def wait_for_server(port: int, log: Path) -> None:
    """Wait until a server answers.

    Raises:
        TurnupError: it does not within 120 s.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{api_url(port)}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TurnupError(
        "Prefect server", f"an answer from {api_url(port)} within {START_SECONDS:.0f} s", "none", f"Read {log}."
    )
