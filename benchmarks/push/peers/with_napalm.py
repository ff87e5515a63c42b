"""NAPALM's merge on IOS: the file is copied to the device, compared there, merged, saved."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.push.peers.job import LOGIN, PASSWORD, WORKERS, Places
from benchmarks.push.texts import pushed_fragment


def napalm(places: Places) -> None:
    """NAPALM with as many threads as there are devices, up to the workers of the others."""
    from napalm import get_network_driver

    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    driver = get_network_driver("ios")
    with ThreadPoolExecutor(min(WORKERS, len(places))) as pool:
        list(pool.map(lambda place: _one(driver, place), places))


def _one(driver: Any, place: dict[str, Any]) -> None:
    with driver("127.0.0.1", LOGIN, PASSWORD, optional_args={"port": place["port"]}) as device:
        device.get_config(retrieve="running")
        device.load_merge_candidate(config=pushed_fragment())
        if not device.compare_config():
            raise RuntimeError("nothing to push")
        device.commit_config()
        device.get_config(retrieve="running")
