"""Where contestants run: each in a process and an environment of its own, on the first core; devices on the second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.push.fleet import Place
from benchmarks.push.turnup_job import Took
from flows.server import free_port, prefect_server, wait_for_server
from flows.settings import settle_prefect

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PEERS = Path(__file__).with_name("peers")
ENVIRONMENTS = CHECKOUT / ".turnup" / "peers"
JOB_SECONDS = 900.0
MEASURED_CORE, DEVICE_CORE = 0, 1


class Failed(Exception):
    """A contestant did not come to its end; its last words."""


def python_of(name: str) -> Path:
    """The Python of a peer's environment, made anew whenever its lock is another.

    Raises:
        Failed: it does not install.
    """
    place, lock = ENVIRONMENTS / name, (PEERS / f"{name}.txt").read_text()
    stamp, python, uv = place / "installed.txt", place / "bin" / "python", Path(sys.executable).with_name("uv")
    if not stamp.is_file() or stamp.read_text() != lock:
        print(f"installing {name}", file=sys.stderr, flush=True)
        for command in (
            (uv, "venv", "--quiet", "--clear", "--python", sys.executable, place),
            (uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", PEERS / f"{name}.txt"),
        ):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise Failed(f"does not install: {_last(done.stderr)}")
        stamp.write_text(lock)
    return python


def run_peer(name: str, environment: str, places: Sequence[Place]) -> tuple[float, float]:
    """Let a peer do its job; gives its seconds and its processor seconds.

    Raises:
        Failed: it did not end well.
    """
    command = (str(python_of(environment)), "-m", "benchmarks.push.peers", name)
    try:
        done = subprocess.run(
            command, input=_words(places), capture_output=True, text=True, cwd=CHECKOUT, timeout=JOB_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"not over after {JOB_SECONDS:.0f} s") from error
    if done.returncode:
        raise Failed(_last(done.stderr))
    took = json.loads(done.stdout.splitlines()[-1])
    return took["seconds"], took["cpu_seconds"]


class TurnupRoom:
    """A process in which Turnup is ready to begin.

    Args:
        module: its job.
        places: the devices.
        words: what the job is told on its command line.
        environment: settings that it needs besides ours.
    """

    def __init__(
        self, module: str, places: Sequence[Place], words: Sequence[str], environment: dict[str, str] | None = None
    ) -> None:
        command = (sys.executable, "-m", f"benchmarks.push.{module}", *words)
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command,
            text=True,
            cwd=CHECKOUT,
            env={**os.environ, **(environment or {})},
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )
        self._say(_words(places))

    def _say(self, words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()

    def wait_until_ready(self) -> None:
        """Wait until its plan is made and its ledger is open."""
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise Failed(_last(self._process.communicate()[1]))

    def begin(self) -> None:
        """Let it begin."""
        self._say("go")

    def end(self) -> Took:
        """Wait for its end; gives what it took."""
        printed, complaints = self._process.communicate(timeout=JOB_SECONDS)
        if self._process.returncode:
            raise Failed(_last(complaints))
        return Took(**json.loads(printed.splitlines()[-1]))


def run_turnup(
    module: str, places: Sequence[Place], words: Sequence[str], environment: dict[str, str] | None = None
) -> Took:
    """Let Turnup do its job.

    Raises:
        Failed: it did not end well.
    """
    room = TurnupRoom(module, places, words, environment)
    room.wait_until_ready()
    room.begin()
    return room.end()


@contextmanager
def server(home: Path) -> Iterator[dict[str, str]]:
    """A Prefect server on the core of who is measured; gives the settings with which it is found."""
    port, everywhere = free_port(), os.sched_getaffinity(0)
    os.sched_setaffinity(0, {MEASURED_CORE})
    try:
        with prefect_server(home, port) as environment:
            wait_for_server(port, home / "server.log")
            os.sched_setaffinity(0, everywhere)
            found = {name: environment[name] for name in ("PREFECT_API_URL", "PREFECT_HOME")}
            settle_prefect(found)
            yield found
    finally:
        os.sched_setaffinity(0, everywhere)


def _words(places: Sequence[Place]) -> str:
    return json.dumps([asdict(place) for place in places])


def _last(words: str) -> str:
    return (words.strip().splitlines() or ["it failed"])[-1][:120]
