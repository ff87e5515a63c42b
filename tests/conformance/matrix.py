"""The table as a page: `python -m tests.conformance.matrix` writes `docs/conformance.md`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.conformance.rows import ROWS, Row
from tests.conformance.table import FAULTS, Fault, Way

PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"

HEAD = """\
# What can go wrong in a push, and how it ends

Every platform passes the same table; each cell is a test (`tests/conformance/`). After each the same is checked:
the device is what the ledger says, running and startup alike; an intention is open only if the device's state is
not known; no revert timer is left; the lease is free; the audit chain holds; the detail says what an engineer
needs; and the same command, run again when the fault is over, finishes. `make conformance` writes this page anew.

"""

TAIL = """\

Besides the table, on the simulated platforms:

- **killed at every write**: before and after each write to the ledger and to a device, as many as a first run counts;
  the next run finishes, nothing is pushed twice that was not taken back between, no "ok" that is not so.
- **a ledger that fails at every write**, from then on or only once: nothing is confirmed that is not recorded.
- **the wire cut at random bytes**, ended, reset or silent: `TURNUP_CUTS=500` cuts more often.
- **what devices print by themselves**: messages, warnings, greetings that look like prompts.
- **FakeNOS**, which answers errors or nothing and keeps no line: never good.
"""


def word(fault: Fault, cell: Way | str) -> str:
    """What a cell of the page says."""
    if isinstance(cell, str):
        return f"not shown: {cell}"
    return f"{cell.outcome or fault.outcome}" + (f" ({cell.why})" if cell.why else "")


def lines(rows: tuple[Row, ...] = ROWS) -> Iterator[str]:
    """The table in Markdown."""
    yield f"| fault | {' | '.join(f'{row.platform}, {row.devices}' for row in rows)} |"
    yield f"|---|{'---|' * len(rows)}"
    for fault in FAULTS:
        yield f"| {fault.name} | {' | '.join(word(fault, row.cells[fault.name]) for row in rows)} |"


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(lines()) + "\n" + TAIL


if __name__ == "__main__":
    PAGE.write_text(page())
