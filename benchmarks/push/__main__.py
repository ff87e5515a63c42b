"""The push beside its peers, in one run: Turnup's whole protocol, and what others do to push the same lines.

Repeat, on a machine that does nothing else (about six minutes; a minute more the first time, to install the peers):

    make setup && .venv/bin/python -m benchmarks.push | tee push.md

Other cases: `--cases 200@5 200@50 50@5` are devices and milliseconds that answers take; `--rounds` is how often Turnup
and the lean Netmiko are measured, the others are once; `--only turnup flow lean` leaves the others out; `--scale 0`
leaves out the thousand devices and the second process. For a quick look: `--cases 10@5 --rounds 1 --scale 0`.

Neutral devices run on the second core; who is measured, and the Prefect server of Turnup's flow, on the first. All
take turns, round by round; what is printed is Markdown with medians: seconds of the job without imports and without the
start of a server, and processor time a device. Ansible and the usual nornir-netmiko take minutes for many devices: they
are measured with few, twice, and the figure is on the line through both, told with `about`. Ansible's own start counts.
Peers are installed from PyPI into virtual environments of their own (.turnup/peers). Every job is checked by what the
devices have afterwards, whatever it said itself. Exit status 1: Turnup left a device that is not as it should be.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.push.fleet import Devices, Place, devices
from benchmarks.push.rooms import DEVICE_CORE, Failed, run_peer, run_turnup, server
from benchmarks.push.rows import TURNUP, Measured, Row, rows
from benchmarks.push.scale import second_process, thousand
from benchmarks.push.table import case_lines

Case = tuple[int, float]


class Benchmark:
    """One run of the benchmark.

    Args:
        per_site: devices at a site.
        only: names of those that take part; none: all.
        prefect: settings with which the server is found.
    """

    def __init__(self, per_site: int, only: Sequence[str], prefect: dict[str, str]) -> None:
        self._per_site, self._only, self._prefect = per_site, only, prefect
        self._few: dict[tuple[str, float], Row] = {}

    def measure(self, count: int, answer_ms: float, rounds: int) -> tuple[Row, ...]:
        """Measure all of one case, one after the other, round by round."""
        taking_part = tuple(row for row in rows() if not self._only or row.name in self._only)
        with devices(max(count, 60), answer_ms, 150, DEVICE_CORE) as fleet:
            for number in range(rounds):
                for row in taking_part:
                    if not row.wrong and (number == 0 or row.wanted):
                        self._let(row, taking_part, fleet, count, answer_ms)
        return taking_part

    def _let(self, row: Row, all_rows: tuple[Row, ...], fleet: Devices, count: int, answer_ms: float) -> None:
        """Let one contestant do its job; some need not do it again."""
        if row.name == "flow_whole":
            return  # measured with the flow
        if row.few is not None and (known := self._few.get((row.name, answer_ms))):
            row.runs, row.wrong = known.runs, known.wrong
            return
        for few in row.few or (count,):
            print(f"{count} devices, {answer_ms:g} ms: {row.name}", file=sys.stderr, flush=True)
            try:
                self._job(row, all_rows, fleet, fleet.places[:few])
            except Failed as error:
                row.wrong = str(error)
                break
        if row.few is not None:
            self._few[row.name, answer_ms] = row

    def _job(self, row: Row, all_rows: tuple[Row, ...], fleet: Devices, places: tuple[Place, ...]) -> None:
        fleet.reset()
        if row.environment != TURNUP:
            row.runs.append(Measured(len(places), *run_peer(row.name, row.environment, places)))
        else:
            module = "flow_job" if row.name == "flow" else "turnup_job"
            took = run_turnup(module, places, [str(self._per_site)], self._prefect)
            row.runs.append(Measured(len(places), took.seconds, took.cpu_seconds))
            for whole in (each for each in all_rows if each.name == f"{row.name}_whole"):
                whole.runs.append(Measured(len(places), took.whole_seconds, took.whole_cpu_seconds))
        tally = fleet.check()
        if (tally.running, tally.saved, tally.armed) != (len(places), len(places), 0):
            lacking = len(places) - tally.running, len(places) - tally.saved
            raise Failed(f"{lacking[0]} devices without the lines, {lacking[1]} not saved, {tally.armed} armed")


def _case(words: str) -> Case:
    count, _, answer_ms = words.partition("@")
    return int(count), float(answer_ms)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=_case, nargs="+", default=[(200, 5), (200, 50), (50, 5)], metavar="DEVICES@MS")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--per-site", type=int, default=10)
    parser.add_argument("--only", nargs="+", default=(), choices=[row.name for row in rows()])
    parser.add_argument("--scale", type=int, default=1000, metavar="DEVICES")
    chosen = parser.parse_args()
    if (os.cpu_count() or 1) < 2:
        print("one core only: the devices and who is measured would share it")
        return 0
    bad = False
    with tempfile.TemporaryDirectory(prefix="bench") as home, server(Path(home)) as prefect:
        benchmark = Benchmark(chosen.per_site, chosen.only, prefect)
        for count, answer_ms in chosen.cases:
            results = benchmark.measure(count, answer_ms, chosen.rounds)
            print("\n".join(case_lines(results, count, answer_ms)), flush=True)
            bad = bad or any(row.wrong for row in results if row.environment == TURNUP)
    if chosen.scale:
        for line in (
            *thousand(chosen.scale, chosen.per_site),
            *second_process(max(chosen.scale // 5, 2 * chosen.per_site), chosen.per_site),
        ):
            print(line, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
