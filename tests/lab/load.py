"""Traffic between two hosts of the lab: how much of each stream arrives, and how long a packet is on its way."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lab.real.lab import Lab

FIRST_PORT = 5201
SECONDS = 60
"""How long a server may take to listen on a busy machine."""


@dataclass(frozen=True)
class Stream:
    """UDP packets of one class.

    Attributes:
        dscp: their code point by name; empty: none.
        length: bytes of each; 0: as many as the path carries at once.
    """

    mbps: float
    dscp: str = ""
    length: int = 0

    @property
    def words(self) -> list[str]:
        """What iperf3 is told."""
        mark = ["--dscp", self.dscp] if self.dscp else []
        return ["--udp", "--bitrate", f"{self.mbps}M", *mark, *(["--length", str(self.length)] if self.length else [])]


@dataclass(frozen=True)
class Arrived:
    """What became of a stream at the far end."""

    mbps: float
    lost_percent: float


@dataclass(frozen=True)
class Ends:
    """Who sends to whom.

    Attributes:
        address: of the host `there`.
        reverse: whether `there` sends.
    """

    lab: Lab
    here: str
    there: str
    address: str
    reverse: bool = False

    def tcp_mbps(self, seconds: int = 4) -> float:
        """What arrives of one connection that sends all it can."""
        (answer,) = self._run([[]], seconds)
        return answer["end"]["sum_received"]["bits_per_second"] / 1e6

    def send(self, *streams: Stream, seconds: int = 4) -> tuple[Arrived, ...]:
        """Send all streams at once."""
        ends = [answer["end"]["sum"] for answer in self._run([stream.words for stream in streams], seconds)]
        return tuple(
            Arrived(end["bits_per_second"] / 1e6 * (1 - end["lost_percent"] / 100), end["lost_percent"]) for end in ends
        )

    def _run(self, each: list[list[str]], seconds: int) -> list[dict]:
        ports = range(FIRST_PORT, FIRST_PORT + len(each))
        way = ["--reverse"] if self.reverse else []
        with self._servers(ports):
            clients = [
                subprocess.Popen(
                    [
                        *self.lab.inside(self.here),
                        *("iperf3", "--json", "--time", str(seconds), "--port", str(port), "--client", self.address),
                        *(*way, *words),
                    ],
                    stdout=subprocess.PIPE,
                    text=True,
                )
                for port, words in zip(ports, each, strict=True)
            ]
            return [json.loads(client.communicate(timeout=SECONDS + seconds)[0]) for client in clients]

    @contextmanager
    def _servers(self, ports: range) -> Iterator[None]:
        servers = [
            subprocess.Popen(
                [*self.lab.inside(self.there), "iperf3", "--server", "--one-off", "--port", str(port)],
                stdout=subprocess.DEVNULL,
            )
            for port in ports
        ]
        try:
            deadline = time.monotonic() + SECONDS
            while not all(f":{port} " in self.lab.run(self.there, ["ss", "-ltn"]) for port in ports):
                assert time.monotonic() < deadline, "iperf3 does not listen"
                time.sleep(0.1)
            yield
        finally:
            for server in servers:
                server.kill()
                server.wait()


def round_trip_ms(lab: Lab, host: str, address: str, tos: int) -> float:
    """How long an answer takes in the mean, with packets of a type of service."""
    words = ["ping", "-n", "-q", "-i", "0.1", "-c", "20", "-W", "2", "-Q", str(tos), address]
    return float(re.search(r"= [\d.]+/([\d.]+)/", lab.run(host, words))[1])
