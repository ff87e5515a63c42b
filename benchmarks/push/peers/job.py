"""What every peer does: the commands, the lines, and where the devices are."""

from __future__ import annotations

from typing import Any

from benchmarks.push.texts import pushed_fragment

LOGIN, PASSWORD = "turnup", "benchmark-only"
WORKERS = 200
READ, SAVE = "show running-config", "write memory"
PUSHED = pushed_fragment().splitlines()
Places = list[dict[str, Any]]
"""The devices: `name`, `port` and `host_key` of each; all listen on 127.0.0.1."""
