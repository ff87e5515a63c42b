"""The push beside its peers, in one run: Turnup's whole protocol, and what others do to push the same lines.

Repeat: .venv/bin/python -m benchmarks.push [--devices 50 200] [--answers 5 50] [--rounds 3]

Neutral devices run on one core, who is measured on the other; all take turns, round by round, and the medians are
printed: seconds of the job without imports, and processor time a device. Peers come from `peers.txt`, into a virtual
environment of their own; one that does not install or run is said so. Every job is checked by what the devices have
afterwards, whatever it said itself.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.push.fleet import Devices, devices

CHECKOUT = Path(__file__).resolve().parent.parent.parent
VENV = CHECKOUT / ".turnup" / "peers"
REQUIREMENTS = Path(__file__).with_name("peers.txt")
JOB_SECONDS = 900.0


@dataclass(slots=True)
class Row:
    """A contestant and what was measured of it.

    Attributes:
        name: as it is called on the command line of its room.
        what: what it is.
        checks: what it would notice.
    """

    name: str
    what: str
    checks: str
    seconds: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    wrong: str = ""


def rows() -> tuple[Row, ...]:
    """Who takes part."""
    return (
        Row(
            "turnup", "Turnup, whole protocol, ledger", "all: identity, lease, answers, fresh read-back, confirm, save"
        ),
        Row("lean", "Netmiko, lean, two sessions, hier_config", "diff before and after; no answer, no identity"),
        Row("lean_blind", "Netmiko, lean, two sessions, compares nothing", "nothing"),
        Row("raw", "asyncssh, block write (lower bound)", "nothing"),
        Row("nornir_fast", "nornir-netmiko, fast_cli, 100 workers", "nothing"),
        Row("scrapli", "scrapli, asyncssh, all at once", "answers, if asked"),
        Row("nornir_usual", "nornir-netmiko as most write it, 20 workers", "nothing"),
    )


def install_peers() -> Path:
    """Make the peers' virtual environment, once for each version of its file."""
    stamp, wanted = VENV / "installed.txt", REQUIREMENTS.read_text()
    python = VENV / "bin" / "python"
    if not stamp.is_file() or stamp.read_text() != wanted:
        print("installing the peers", flush=True)
        subprocess.run((sys.executable, "-m", "venv", VENV), check=True)
        for line in (each for each in wanted.splitlines() if each and not each.startswith("#")):
            done = subprocess.run((python, "-m", "pip", "install", "-q", line), capture_output=True, text=True)
            if done.returncode:
                print(f"{line} does not install: {done.stderr.strip().splitlines()[-1:]}", flush=True)
        stamp.write_text(wanted)
    return python


def run_once(row: Row, fleet: Devices, python: Path, per_site: int) -> None:
    """Let one contestant do its job, in a process of its own, and look at the devices."""
    fleet.reset()
    places = json.dumps([asdict(place) for place in fleet.places])
    if row.name == "turnup":
        command = (sys.executable, "-m", "benchmarks.push.turnup_job", str(per_site))
    else:
        command = (str(python), "-m", "benchmarks.push.peers", row.name)
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        command, input=places, capture_output=True, text=True, env=environment, timeout=JOB_SECONDS, cwd=CHECKOUT
    )
    if done.returncode:
        row.wrong = (done.stderr.strip().splitlines() or ["it failed"])[-1][:90]
        return
    took, tally, count = json.loads(done.stdout.splitlines()[-1]), fleet.check(), len(fleet.places)
    row.seconds.append(took["seconds"])
    row.cpu_ms.append(took["cpu_seconds"] / count * 1000)
    if (tally.running, tally.saved, tally.armed) != (count, count, 0):
        row.wrong = f"{count - tally.running} devices without the lines, {count - tally.saved} not saved"


def measure(count: int, answer_ms: float, rounds: int, per_site: int, python: Path) -> Iterator[Row]:
    """Measure all contestants, one after the other, round by round."""
    everybody = rows()
    with devices(count, answer_ms, 150, core=1) as fleet:
        for _ in range(rounds):
            for row in everybody:
                if not row.wrong:
                    run_once(row, fleet, python, per_site)
    yield from everybody


def print_table(results: tuple[Row, ...], count: int, answer_ms: float) -> None:
    """Print the medians."""
    lean = next((statistics.median(row.seconds) for row in results if row.name == "lean" and row.seconds), 0.0)
    print(f"\n{count} devices, answers after {answer_ms:g} ms, logins after 150 ms")
    print(f"{'what':46}{'seconds':>9}{'of lean':>9}{'CPU ms':>8}  checks")
    for row in results:
        if row.seconds:
            seconds, cpu = statistics.median(row.seconds), statistics.median(row.cpu_ms)
            words = f"{seconds:9.2f}{seconds / lean if lean else 0:9.2f}{cpu:8.1f}"
        else:
            words = f"{'-':>9}{'-':>9}{'-':>8}"
        print(f"{row.what:46}{words}  {row.wrong or row.checks}")


def main() -> int:
    """Measure and print; 1 if Turnup left a device that is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--answers", type=float, nargs="+", default=[5.0, 50.0], metavar="MS")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--per-site", type=int, default=10)
    chosen = parser.parse_args()
    if (os.cpu_count() or 1) < 2:
        print("one core only: the devices and who is measured would share it")
        return 0
    python, bad = install_peers(), False
    for count in chosen.devices:
        for answer_ms in chosen.answers:
            results = tuple(measure(count, answer_ms, chosen.rounds, chosen.per_site, python))
            print_table(results, count, answer_ms)
            bad = bad or bool(results[0].wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
