"""What a delivery prints at its end: what a device said stands there once, however many service lines it carries."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.show import show_outcomes
from flows.show_waves import show_lines
from tasks.ledger import OutcomeRecord
from tasks.line_reports import LineReport

SITE, SWITCH = "KC-TH-01", "KC-TH-01-SW1"
DETAIL = f"{SWITCH}: expected line 'x' to be taken; found % Invalid input. Correct the template; then plan again."


def report(number: int, *why_not: str) -> LineReport:
    return LineReport(f"RBKC-2026-0007/L{number}", SITE, "lan", "delivered", not why_not, (), why_not)


def test_what_a_device_said_stands_there_once(capsys):
    at = datetime(2026, 11, 25, tzinfo=UTC)
    record = OutcomeRecord("RBKC-2026-0007", "h" * 64, 1, SITE, SWITCH, "rolled_back", DETAIL, 0, "[]", at)
    told = show_outcomes((record,))
    why = f"{SWITCH} rolled_back: {DETAIL}"
    show_lines((report(1, why), report(2, why), report(3, why, "KC-TH-01-CPE1: not begun"), report(4)), told)
    printed = capsys.readouterr().out
    assert printed.count("plan again") == 1
    assert f"RBKC-2026-0007/L1, RBKC-2026-0007/L2 not delivered: {SWITCH} rolled_back\n" in printed
    assert f"RBKC-2026-0007/L3 not delivered: {SWITCH} rolled_back (1 more)\n" in printed


def test_lines_that_are_shown_alone_say_why_once(capsys):
    why = f"{SWITCH} rolled_back: {DETAIL}"
    show_lines((report(1, why), report(2, why)))
    assert f"RBKC-2026-0007/L1, RBKC-2026-0007/L2 not delivered: {why}\n" in capsys.readouterr().out
