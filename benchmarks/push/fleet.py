"""The neutral devices as a process of their own, on a core of their own.

Started as `python -m benchmarks.push.fleet COUNT ANSWER_MS LOGIN_MS [CORE]`; prints where they listen, and answers
`check` on its standard input with how many devices have all that was pushed, in running and in startup configuration,
and `reset` by giving every device its first configuration again.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import asyncssh

from benchmarks.push.device import Device
from benchmarks.push.terminal import serve
from benchmarks.push.texts import name_of, pushed_fragment


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device is reached."""

    name: str
    port: int
    host_key: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What the devices have now: how many run what was pushed, saved it, and wait for a confirm."""

    running: int
    saved: int
    armed: int


class Devices:
    """A process of neutral devices."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.places = tuple(Place(**each) for each in json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def _ask(self, word: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self._line()

    def check(self) -> Tally:
        """Count what the devices have now."""
        return Tally(**json.loads(self._ask("check")))

    def reset(self) -> None:
        """Give every device its first configuration again."""
        self._ask("reset")


@contextmanager
def devices(count: int, answer_ms: float, login_ms: float, core: int | None) -> Iterator[Devices]:
    """Start devices on a core, or on all of them; they end with the block."""
    words = [str(word) for word in (count, answer_ms, login_ms, *(() if core is None else (core,)))]
    command = [sys.executable, "-m", "benchmarks.push.fleet", *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Devices(process)
        finally:
            process.terminate()


def _has_it(text: str) -> bool:
    lines = set(text.splitlines())
    return all(line in lines for line in pushed_fragment().splitlines())


class _Room:
    """The devices inside their process."""

    def __init__(self, count: int, answer_ms: float, login_ms: float) -> None:
        self._wanted = count, answer_ms / 1000, login_ms / 1000
        self.all = [Device(number, *self._wanted[1:]) for number in range(count)]

    def answer(self, word: str) -> str:
        """Answer what is asked on standard input."""
        if word == "check":
            running = sum(_has_it(device.text()) for device in self.all)
            saved = sum(_has_it(device.startup) for device in self.all)
            armed = sum(device.before is not None for device in self.all)
            return json.dumps({"running": running, "saved": saved, "armed": armed})
        for number, device in enumerate(self.all):
            device.__init__(number, *self._wanted[1:])  # type: ignore[misc]  # the listener keeps the device
        gc.collect()
        return "done"


async def _main(count: int, answer_ms: float, login_ms: float) -> None:
    room, key = _Room(count, answer_ms, login_ms), asyncssh.generate_private_key("ssh-ed25519")
    ports = await serve(room.all, key)
    public = " ".join(key.export_public_key().decode().split()[:2])
    places = [{"name": name_of(n), "port": port, "host_key": public} for n, port in enumerate(ports)]
    print(json.dumps(places), flush=True)
    gc.freeze()
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def tell(word: str) -> None:
        print(room.answer(word), flush=True)

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(tell, line.strip())
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=listen, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    if len(sys.argv) > 4:
        os.sched_setaffinity(0, {int(sys.argv[4])})
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
