"""The drift flow: compare devices with what was delivered to them. Reads devices, writes none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.runs import drift_run_name, tag_run
from flows.settings import workspace
from tasks.drift import DriftReport
from tasks.progress import stop_requested
from tasks.steps.artifacts import publish_drift
from tasks.steps.drift import compare_one_site, say_what_is_watched
from turnup.errors import DeviceError, Interrupted

SITES_AT_ONCE = 16
"""Sites in flight; what was read of one is let go of before the next batch begins."""

Scope = Annotated[
    str,
    Field(
        pattern=r"^([A-Za-z0-9-]{1,64})?$",
        description="A site, a buyer, or the reference of a call-off; empty: everything that was delivered",
    ),
]

_reports: ContextVar[list[DriftReport] | None] = ContextVar("reports", default=None)


@contextmanager
def kept_reports() -> Iterator[list[DriftReport]]:
    """Keep the reports of the drift flows that run in this block, for whoever wants more than their number."""
    reports: list[DriftReport] = []
    token = _reports.set(reports)
    try:
        yield reports
    finally:
        _reports.reset(token)


@flow(
    name="drift",
    flow_run_name=drift_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=SITES_AT_ONCE),  # type: ignore[arg-type]
    validate_parameters=True,
    persist_result=False,
)
def drift(scope: Scope = "", checks: bool = False) -> int:
    """Compare devices with what was delivered to them, and publish what drifted.

    Args:
        scope: what is compared.
        checks: whether devices are asked, too, what proves the service lines.

    Returns:
        the number of lines that do not stand as delivered, and of service checks that do not hold.

    Raises:
        DeviceError: a device could not be read; what was found on the others is published all the same.
        Interrupted: the user stopped it.
    """
    report = _compare(scope, asks=checks)
    kept = _reports.get()
    if kept is not None:
        kept.append(report)
    publish_drift(scope, report)
    if report.unread:
        raise _not_read(scope, report)
    return len(report.found) + len(report.failed)


def _compare(scope: str, *, asks: bool) -> DriftReport:
    bench = workspace()
    watch = say_what_is_watched(bench, scope)
    if scope:
        tag_run((scope,))
    report = DriftReport(unread=watch.lost)
    for begin in range(0, len(watch.rounds), SITES_AT_ONCE):
        if stop_requested():
            raise Interrupted(f"drift {scope}", "a whole comparison", "stopped by the user", "Run it again.")
        batch = watch.rounds[begin : begin + SITES_AT_ONCE]
        for compared in [compare_one_site.submit(bench, here, asks=asks) for here in batch]:
            report += compared.result()
    return report


def _not_read(scope: str, report: DriftReport) -> DeviceError:
    names = ", ".join(each.device for each in report.unread[:10])
    more = f" and {len(report.unread) - 10} more" if len(report.unread) > 10 else ""
    return DeviceError(
        f"drift {scope}".strip(),
        "every device to be read",
        f"{len(report.unread)} not read: {names}{more}",
        "Mend them and run the same command again.",
    )
