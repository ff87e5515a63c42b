"""The steps of the drift flow: say what is watched, compare a site."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.drift import DriftReport, Round, Watch, compare_site, watch_of
from tasks.progress import Event, announce
from tasks.steps.workbench import ledger_at
from tasks.workspace import Workspace


@task(name="watch", task_run_name="watch {scope}", cache_policy=NO_CACHE, persist_result=False)
def say_what_is_watched(workspace: Workspace, scope: str) -> Watch:
    """Find out from the ledger what was delivered, and from the inventory where it stands.

    Raises:
        TurnupError: there is no such site, buyer or call-off.
    """
    return watch_of(workspace, ledger_at(workspace.ledger), scope)


@task(name="compare site", task_run_name="compare {here.site}", cache_policy=NO_CACHE, persist_result=False)
def compare_one_site(workspace: Workspace, here: Round, *, asks: bool = False) -> DriftReport:
    """Read the devices of one site, read-only, compare them with what was delivered there, and ask what proves it."""
    announce(Event(here.site, stage="compare"))
    report = compare_site(workspace, ledger_at(workspace.ledger), here, asks=asks)
    announce(Event(here.site, outcome=_word(report)))
    return report


def _word(report: DriftReport) -> str:
    if report.unread:
        return "not read"
    return "drifted" if report.found else "does not work" if report.failed else "as delivered"
