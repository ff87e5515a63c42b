"""What a lab has started, kept on disk so that another process can look inside and take it down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.real.namespaces import Process


@dataclass(frozen=True, slots=True)
class Running:
    """The processes and names of one lab.

    Attributes:
        prefix: what the names of all our network namespaces begin with.
        devices: process 1 of each device.
        gateway: the process that listens; none while the lab comes up.
    """

    prefix: str
    devices: Mapping[str, Process]
    gateway: Process | None = None

    def write(self, path: Path) -> None:
        """Keep it; a reader finds the old or the new, never a part."""
        scratch = path.with_suffix(".new")
        scratch.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        scratch.rename(path)

    @classmethod
    def read(cls, path: Path) -> Running | None:
        """Read it back; none when nothing was started."""
        if not path.exists():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        gateway = Process(**kept["gateway"]) if kept["gateway"] else None
        return cls(kept["prefix"], {name: Process(**each) for name, each in kept["devices"].items()}, gateway)

    @property
    def is_whole(self) -> bool:
        """Whether all of it still runs."""
        processes = [self.gateway, *self.devices.values()]
        return all(process is not None and process.is_alive for process in processes)
