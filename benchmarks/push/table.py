"""What the benchmark prints: tables in Markdown, as docs/push.md has them."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.push.rows import Row


def case_lines(results: tuple[Row, ...], devices: int, answer_ms: float) -> Iterable[str]:
    """The table of one case: medians, and how they stand to the lean Netmiko that does the same."""
    lean = next((row for row in results if row.name == "lean"), None)
    yield f"\n{devices} devices, answers after {answer_ms:g} ms, logins after 150 ms\n"
    yield "| what | seconds | of lean | CPU ms a device | runs | it would notice |"
    yield "|---|---|---|---|---|---|"
    for row in results:
        yield f"| {row.what} | {_figures(row, lean, devices)} |"


def _figures(row: Row, lean: Row | None, devices: int) -> str:
    if not row.is_measured:
        return f"- | - | - | 0 | {row.wrong or 'not measured'}"
    seconds = row.seconds(devices)
    ratio = f"{seconds / lean.seconds(devices):.2f}" if lean is not None and lean.is_measured else "-"
    about = f"about {seconds:.0f}" if row.few is not None else f"{seconds:.2f}"
    checks = f"{row.checks} (measured with {row.few[0]} and {row.few[1]})" if row.few is not None else row.checks
    return f"{about} | {ratio} | {row.cpu_ms():.1f} | {len(row.runs)} | {checks}"
