"""Push device changes through Nornir: one device task, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nornir.core.task import Result, Task

from tasks.devices.collect import target_of
from tasks.devices.journal import Journal
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.devices.push import Push
from turnup.errors import TurnupError
from turnup.service.checks import ServiceCheck

if TYPE_CHECKING:
    from nornir.core import Nornir

    from turnup.change.device_change import DeviceChange


def push_change(
    task: Task,
    planned: DeviceChange,
    vrf: str,
    journal: Journal,
    token: str,
    revert_seconds: int,
    checks: tuple[ServiceCheck, ...],
    on_stage: Callable[[str], None],
) -> Result:
    """Device task: push one planned change as one transaction."""
    push = Push(
        target=target_of(task.host),
        planned=planned,
        vrf=vrf,
        journal=journal,
        token=token,
        revert_seconds=revert_seconds,
        checks=checks,
        on_stage=on_stage,
    )
    outcome = push.run()
    return Result(host=task.host, result=outcome, changed=outcome.outcome is Outcome.CHANGED)


def push_through(
    nornir: Nornir,
    planned: DeviceChange,
    vrf: str,
    journal: Journal,
    token: str,
    revert_seconds: int,
    checks: tuple[ServiceCheck, ...],
    on_stage: Callable[[str], None],
) -> DeviceOutcome:
    """Run the device task for the device of a change.

    Raises:
        TurnupError: what is not the device's fault, such as a ledger that cannot be written.
    """
    answers = nornir.filter(name=planned.device).run(
        task=push_change,
        planned=planned,
        vrf=vrf,
        journal=journal,
        token=token,
        revert_seconds=revert_seconds,
        checks=checks,
        on_stage=on_stage,
    )
    if planned.device not in answers:
        return _recorded(journal, planned, Outcome.FAILED, "The device is not in the inventory.")
    answer = answers[planned.device]
    if answer.exception is None:
        outcome = answer[0].result
        if isinstance(outcome, DeviceOutcome):
            return outcome
    if isinstance(answer.exception, TurnupError):
        raise answer.exception
    words = f"{type(answer.exception).__name__}: {answer.exception}"
    remedy = "This is a defect of Turnup; settle the device by running `turnup deliver` for the call-off again."
    return _recorded(journal, planned, Outcome.UNKNOWN, f"{words}. {remedy}")


def _recorded(journal: Journal, planned: DeviceChange, outcome: Outcome, detail: str) -> DeviceOutcome:
    """An outcome of which the push itself could not write anything down."""
    made = DeviceOutcome(planned.site, planned.device, outcome, detail)
    journal.finish(made, "")
    return made
