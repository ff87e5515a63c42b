"""Traffic between two hosts of the lab: how much of each stream arrives, and how long a packet is on its way."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from lab.real.lab import Lab

FIRST_PORT = 5201
SECONDS = 60
"""How long a server may take to listen on a busy machine."""


@dataclass(frozen=True)
class Stream:
    """UDP packets of one class, each as long as the path carries: a queue that counts bytes has room for small ones.

    Attributes:
        dscp: their code point by name; empty: none.
    """

    mbps: float
    dscp: str = ""

    @property
    def words(self) -> list[str]:
        """What iperf3 is told."""
        mark = ["--dscp", self.dscp] if self.dscp else []
        return ["--udp", "--bitrate", f"{self.mbps}M", *mark]


@dataclass(frozen=True)
class Arrived:
    """What became of a stream at the far end."""

    mbps: float
    lost_percent: float


@dataclass(frozen=True)
class Ends:
    """Who sends, to whom. The other way round is another pair: iperf3 marks only what its client sends.

    Attributes:
        address: of the host `there`.
    """

    lab: Lab
    here: str
    there: str
    address: str

    def tcp_mbps(self, seconds: int = 4) -> float:
        """What arrives of one connection that sends all it can."""
        (answer,) = self._run([[]], seconds)
        return answer["end"].get("sum_received", {}).get("bits_per_second", 0) / 1e6

    def send(self, *streams: Stream, seconds: int = 4) -> tuple[Arrived, ...]:
        """Send all streams at once."""
        answers = self._run([stream.words for stream in streams], seconds)
        return tuple(_arrived(answer["end"].get("sum")) for answer in answers)

    def _run(self, each: list[list[str]], seconds: int) -> list[dict]:
        ports = range(FIRST_PORT, FIRST_PORT + len(each))
        with self._servers(ports), ExitStack() as ends:
            clients = [
                ends.enter_context(self._client(port, seconds, words)) for port, words in zip(ports, each, strict=True)
            ]
            return [json.loads(client.communicate(timeout=SECONDS + seconds)[0]) for client in clients]

    @contextmanager
    def _client(self, port: int, seconds: int, words: list[str]) -> Iterator[subprocess.Popen[str]]:
        told = ["--json", "--time", str(seconds), "--port", str(port), "--client", self.address, *words]
        client = subprocess.Popen([*self.lab.inside(self.here), "iperf3", *told], stdout=subprocess.PIPE, text=True)
        try:
            yield client
        finally:
            client.kill()
            client.wait()

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


def _arrived(end: dict | None) -> Arrived:
    """Read what iperf3 says at the end; who could not even begin has nothing there."""
    if not end:
        return Arrived(0, 100)
    return Arrived(end["bits_per_second"] / 1e6 * (1 - end["lost_percent"] / 100), end["lost_percent"])


def round_trip_ms(lab: Lab, host: str, address: str, tos: int) -> float:
    """How long an answer takes in the mean, with packets of a type of service."""
    words = ["ping", "-n", "-q", "-i", "0.1", "-c", "20", "-W", "2", "-Q", str(tos), address]
    return float(re.search(r"= [\d.]+/([\d.]+)/", lab.run(host, words))[1])
