"""Who takes part in the benchmark, and what was measured of each."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import NamedTuple

TURNUP = ""
"""Turnup's own environment, beside those of the peers."""


class Measured(NamedTuple):
    """One run of one contestant: devices, seconds for all of them, processor time for all of them."""

    devices: int
    seconds: float
    cpu_seconds: float


@dataclass(slots=True)
class Row:
    """A contestant.

    Attributes:
        name: as it is called on the command line of its room.
        environment: the virtual environment that it runs in.
        what: what it is.
        checks: what it would notice.
        few: two counts of devices that it is measured with, for its time at many is a straight line through them and it
            would take minutes; none: it is measured with as many as the others.
        wanted: whether it is measured in every round; else in the first one only.
        runs: what was measured.
        wrong: why there is nothing to show.
    """

    name: str
    environment: str
    what: str
    checks: str
    few: tuple[int, int] | None = None
    wanted: bool = False
    runs: list[Measured] = field(default_factory=list)
    wrong: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether there is something to show."""
        return bool(self.runs) and not self.wrong

    def seconds(self, devices: int) -> float:
        """Median for so many devices; on the line through two counts where they were fewer."""
        if self.few is None:
            return statistics.median(run.seconds for run in self.runs)
        few, more = (statistics.median(run.seconds for run in self.runs if run.devices == each) for each in self.few)
        each = (more - few) / (self.few[1] - self.few[0])
        return more + each * (devices - self.few[1])

    def cpu_ms(self) -> float:
        """Median of the processor time a device; where there are two counts, of the larger one."""
        most = max(run.devices for run in self.runs)
        return statistics.median(run.cpu_seconds / run.devices * 1000 for run in self.runs if run.devices == most)


def rows() -> tuple[Row, ...]:
    """Who takes part, Turnup first."""
    everything = "identity, lease, every answer, fresh read-back, confirm, save"
    return (
        Row("turnup", TURNUP, "Turnup, whole protocol, ledger, transcript", everything, wanted=True),
        Row("flow", TURNUP, "the same in its Prefect flow, a step a site", everything, wanted=True),
        Row("flow_whole", TURNUP, "and every site read once more, in a third session", f"{everything}, and again"),
        Row("lean", "netmiko", "lean Netmiko, two sessions, hier_config", "what differs before and after", wanted=True),
        Row("lean_blind", "netmiko", "lean Netmiko, two sessions", "nothing"),
        Row("raw", "netmiko", "asyncssh, block write (lower bound)", "nothing"),
        Row("scrapli", "netmiko", "scrapli over asyncssh, one session, all at once", "answers, if asked"),
        Row("nornir_fast", "netmiko", "nornir-netmiko, `fast_cli`, 100 workers", "nothing"),
        Row("napalm", "napalm", "NAPALM ios merge, 200 workers", "the file's hash, what would change"),
        Row("nornir_usual", "netmiko", "nornir-netmiko as most write it, 20 workers", "nothing", few=(20, 60)),
        Row("ansible", "ansible", "Ansible cisco.ios, libssh, 50 forks", "errors in answers", few=(1, 4)),
    )
