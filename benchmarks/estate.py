"""Reading one site of a large estate, beside Nornir's SimpleInventory, which reads all of it.

Repeat: .venv/bin/python -m benchmarks.estate [--sites 500] [--rounds 5]

Both load the same hosts, groups and defaults from the same machine's disk; ours reads one site's folder and must not
depend on `--sites`.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nornir.plugins.inventory import SimpleInventory

from tasks.inventory.estate import Estate
from tasks.inventory.nornir_plugin import TurnupInventory
from turnup.scalars import SiteCode

EXAMPLE = Path(__file__).resolve().parent.parent / "inventory"
SITE = "KC-TH-01"


def multiply(root: Path, sites: int) -> None:
    """Copy the example estate and repeat one site of it, and all hosts in one file as SimpleInventory wants them."""
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    hosts = (EXAMPLE / "sites" / SITE / "hosts.yaml").read_text()
    site = (EXAMPLE / "sites" / SITE / "site.yaml").read_text()
    everything = [path.read_text() for path in sorted((EXAMPLE / "sites").glob("*/hosts.yaml"))]
    for number in range(sites):
        code = f"KC-X{number}"
        folder = root / "sites" / code
        folder.mkdir()
        folder.joinpath("site.yaml").write_text(site.replace(SITE, code))
        folder.joinpath("hosts.yaml").write_text(hosts.replace(SITE, code))
        everything.append(hosts.replace(SITE, code))
    root.joinpath("all-hosts.yaml").write_text("\n".join(everything))


def median_seconds(action: Callable[[], object], rounds: int) -> float:
    """Median of some calls."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        multiply(root, chosen.sites)

        def ours() -> None:
            Estate(root).site(SiteCode(SITE))
            TurnupInventory(str(root), [SITE]).load()

        def simple() -> None:
            SimpleInventory(str(root / "all-hosts.yaml"), str(root / "groups.yaml"), str(root / "defaults.yaml")).load()

        mine = median_seconds(ours, chosen.rounds)
        theirs = median_seconds(simple, chosen.rounds)
    print(f"{chosen.sites} sites beside those of the example estate")
    print(f"SimpleInventory, all hosts    {theirs * 1000:9.1f} ms")
    print(f"Turnup, one site and its plan {mine * 1000:9.1f} ms, {theirs / mine:.0f} times faster")


if __name__ == "__main__":
    main()
