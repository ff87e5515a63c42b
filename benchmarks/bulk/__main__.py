"""One call-off with thousands of SIMs, extensions or telephones, from its tables to its stored plan: how long?

Repeat: .venv/bin/python -m benchmarks.bulk [--of sims extensions telephones] [--count N] [--rounds 3]

Three plans are made as `turnup plan` makes them, with the ledger, reading texts in the place of devices: of the whole
order on empty servers; the same again; and, on servers that have it all, of the order with one member more and one
gone. The lower bound renders the same templates for the same values and makes a unified diff of the texts, and nothing
else: no gate, nothing is allocated, nothing is owned, nothing is checked or written. Each subject is measured in a
process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing

from benchmarks.bulk.measure import SUBJECTS, measure


def main() -> None:
    """Measure and print, one subject after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", nargs="+", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--count", type=int, default=0, help="other than 2,000 SIMs and 5,000 of the others")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    for name in chosen.of:
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(name, chosen.count, chosen.rounds))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
