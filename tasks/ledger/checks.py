"""Service checks: what devices answered, expected and actual, in the chain of events for good."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from tasks.ledger.records import CheckRecord
from tasks.ledger.schema import events
from tasks.ledger.store import Store
from turnup.service.checks import CheckAnswer

ANSWERED = "service-check.answered"


class CheckBook:
    """The answers that prove service lines: events are all there is, so nobody can change them behind the chain."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(
        self, reference: str, plan_hash: str, attempt: int, stage: str, answers: Collection[CheckAnswer], who: str
    ) -> None:
        """Record what one or several devices answered, all in one transaction.

        Args:
            reference: the call-off.
            plan_hash: what was delivered.
            attempt: number of the delivery.
            stage: when they were asked: `push`, `verify` or `drift`.
            answers: of any number of devices.
            who: the executor.
        """
        if not answers:
            return
        with self._store.writing() as connection:
            for each in answers:
                body = {"reference": reference, "plan_hash": plan_hash, "attempt": attempt, "stage": stage}
                self._store.append(connection, who, ANSWERED, each.check.service_line, body | _answer_body(each))

    def of(self, reference: str, plan_hash: str, attempt: int) -> tuple[CheckRecord, ...]:
        """What was answered in one attempt, oldest first."""
        query = select(events).where(events.c.kind == ANSWERED, events.c.subject.startswith(reference))
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(events.c.seq)).all()
        told = ((row.subject, row.at, json.loads(row.body)) for row in rows)
        return tuple(
            _record(line, at, body)
            for line, at, body in told
            if (body["reference"], body["plan_hash"], body["attempt"]) == (reference, plan_hash, attempt)
        )


def _answer_body(answer: CheckAnswer) -> dict[str, object]:
    check = answer.check
    return {
        "site": check.site,
        "device": check.device,
        "title": check.title,
        "asked": check.ask,
        "expected": check.expected,
        "actual": answer.actual,
        "passed": answer.passed,
    }


def _record(line: str, at: str, body: dict[str, object]) -> CheckRecord:
    words = {name: str(body[name]) for name in ("stage", "site", "device", "title", "asked", "expected", "actual")}
    return CheckRecord(service_line=line, passed=bool(body["passed"]), at=datetime.fromisoformat(at), **words)
