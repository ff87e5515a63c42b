"""Deliveries in processes of their own that die at a chosen write, to the ledger or to a device.

They are forked from one warm process, which has imported all that a delivery needs and runs no thread.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cryptography.hazmat.primitives.kdf.hkdf  # noqa: F401 - what a delivery imports late is warm
import paramiko
import sqlalchemy.dialects.sqlite  # noqa: F401
from sqlalchemy.engine.default import DefaultDialect

import tasks.devices.push
import tasks.inventory.nornir_plugin  # noqa: F401
import turnup.change.reading  # noqa: F401
from tasks.devices.outcome import GOOD
from tasks.ledger import Ledger
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace
from turnup.plan.plan import plan_from_json

QUARANTINE_DAYS = 30


@dataclass(frozen=True)
class Death:
    """When to die.

    Attributes:
        at: what is written: `ledger`, a transaction; `device`, what is typed at once or a program that is started.
        number: which of these writes, from 1 on; 0 is never.
        moment: just `before` it, or just `after` it; or `instead` of it the write fails and everybody lives on.
        for_good: whether every later write fails too.
    """

    at: str = ""
    number: int = 0
    moment: str = "before"
    for_good: bool = True


@dataclass(frozen=True)
class Job:
    """A delivery of one site.

    Attributes:
        environment: where the credentials are.
        report: file for what happened, if the process lives to tell.
    """

    workspace: Workspace
    plan: bytes
    sites: tuple[str, ...]
    site: str
    environment: dict[str, str]
    report: Path
    death: Death = Death()


class Reaper:
    """Counts the writes, and strikes."""

    def __init__(self, death: Death) -> None:
        self.death = death
        self.counted = {"ledger": 0, "device": 0}
        self._lock = threading.Lock()

    def watch(self, kind: str, write: Callable[..., Any], refusal: type[Exception]) -> Callable[..., Any]:
        def watched(*words: Any, **more: Any) -> Any:
            with self._lock:
                self.counted[kind] += 1
                number = self.counted[kind]
            strikes = self.death.at == kind and self.death.number
            here = bool(strikes) and number == self.death.number
            if strikes and self.death.moment == "instead" and (here or (self.death.for_good and number > strikes)):
                raise refusal("database or disk is full")
            if here and self.death.moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            answer = write(*words, **more)
            if here and self.death.moment == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return watched


def deliver(job: Job) -> None:
    """Deliver a site and settle its lines, as the flow does; runs in a process of its own."""
    import sqlite3

    os.environ.update(job.environment)
    reaper = Reaper(job.death)
    DefaultDialect.do_commit = reaper.watch("ledger", DefaultDialect.do_commit, sqlite3.OperationalError)
    for name in ("send", "exec_command"):
        setattr(paramiko.Channel, name, reaper.watch("device", getattr(paramiko.Channel, name), OSError))
    told: dict[str, Any] = {}
    try:
        told["outcomes"] = _deliver(job)
    except Exception as error:  # noqa: BLE001 - the report says what it was
        told["error"] = f"{type(error).__name__}: {error}"
    job.report.write_text(json.dumps(told | {"counted": reaper.counted}))
    os._exit(0)


def _deliver(job: Job) -> list[dict[str, Any]]:
    plan = plan_from_json(job.plan)
    ledger = Ledger(job.workspace.ledger)
    attempt = ledger.plans.next_attempt(plan.reference, plan.hash, job.workspace.executor)
    delivery = SiteDelivery(job.workspace, ledger, plan, job.sites, attempt)  # type: ignore[arg-type]
    outcomes = delivery.deliver(job.site)  # type: ignore[arg-type]
    if all(each.outcome in GOOD for each in outcomes):
        evidence = delivery.verify(job.site)  # type: ignore[arg-type]
        settle_lines(delivery, job.site, evidence, QUARANTINE_DAYS)  # type: ignore[arg-type]
    ledger.close()
    return [asdict(each) for each in outcomes]


def run(job: Job, seconds: float = 60.0) -> dict[str, Any] | None:
    """Run a delivery in a process of its own; gives what it told, or none when it died."""
    job.report.unlink(missing_ok=True)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.conformance.deaths"])
    process = context.Process(target=deliver, args=(job,), daemon=True)
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        return {"error": f"still running after {seconds} s"}
    return json.loads(job.report.read_text()) if job.report.is_file() else None
