"""Planning one device beside what hier_config alone needs for the same texts.

Repeat: .venv/bin/python -m benchmarks.planning [--lines 1000] [--rounds 30]

The lower bound parses running and candidate once each and makes remediation and rollback; it knows no ownership, no
normalisation, no takeover and no diff. Both run in turn in one process, and what is printed is the median of each and
their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from hier_config import WorkflowRemediation, get_hconfig
from hier_config.models import Platform as HierPlatform

from turnup.change.device_change import plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.tree import as_text, load_tree
from turnup.fragments import Fragment
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

SITE, DEVICE = SiteCode("HF-LIB-01"), DeviceName("HF-LIB-01-SW1")


def running_text(lines: int) -> str:
    """A switch of about so many lines: ports, VLANs, ACLs, logging."""
    out = ["hostname HF-LIB-01-SW1", "vlan 99", " name MGMT"]
    for number in range(1, 25):
        out += [f"interface GigabitEthernet1/0/{number}", " switchport mode access", " spanning-tree portfast"]
    acl = 0
    while len(out) < lines:
        acl += 1
        out.append(f"ip access-list extended OTHERS-{acl}")
        out += [f" {10 * n} permit tcp any host 192.0.2.{n} eq 443" for n in range(1, 20)]
    return "\n".join(out) + "\n"


def declared_text() -> str:
    """A change of about 60 lines."""
    out = []
    for vlan in range(110, 120):
        out += [f"vlan {vlan}", f" name SEGMENT-{vlan}"]
    for number in range(1, 11):
        out += [
            f"interface GigabitEthernet1/0/{number}",
            f" description SEGMENT-{109 + number} LBHF-2026-0042/L1",
            f" switchport access vlan {109 + number}",
            " spanning-tree bpduguard enable",
        ]
    return "\n".join(out) + "\n"


def median_of(times: list[float]) -> float:
    """Median in milliseconds."""
    return statistics.median(times) * 1000


def timed(action: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=30)
    chosen = parser.parse_args()
    running = running_text(chosen.lines)
    fragment = Fragment("LBHF-2026-0042/L1", DEVICE, Platform.CISCO_IOS, declared_text())
    planned = plan_device(SITE, DEVICE, Platform.CISCO_IOS, running, OwnedConfig(), (fragment,))
    candidate = as_text(Platform.CISCO_IOS, load_tree(Platform.CISCO_IOS, planned.candidate))

    def ours() -> None:
        plan_device(SITE, DEVICE, Platform.CISCO_IOS, running, OwnedConfig(), (fragment,))

    def bound() -> None:
        here = get_hconfig(HierPlatform.CISCO_IOS, running)
        there = get_hconfig(HierPlatform.CISCO_IOS, candidate)
        workflow = WorkflowRemediation(here, there)
        _ = workflow.remediation_config, workflow.rollback_config

    times: dict[str, list[float]] = {"ours": [], "bound": []}
    for _ in range(chosen.rounds):
        times["ours"].append(timed(ours))
        times["bound"].append(timed(bound))
    mine, least = median_of(times["ours"]), median_of(times["bound"])
    print(f"{len(running.splitlines())} lines running, {len(declared_text().splitlines())} declared")
    print(f"hier_config alone {least:7.1f} ms")
    print(f"Turnup            {mine:7.1f} ms, {mine / least:.2f} times")


if __name__ == "__main__":
    main()
