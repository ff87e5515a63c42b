"""Ask devices what proves their service lines, in a push or when a site is verified."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nornir.core.task import Result, Task

from tasks.devices.collect import named_error, target_of
from tasks.devices.login import open_session
from tasks.devices.platforms import PLATFORMS, check_identity
from turnup.errors import ServiceCheckFailed
from turnup.service.checks import CheckAnswer, ServiceCheck, judged

if TYPE_CHECKING:
    from collections.abc import Collection

    from nornir.core import Nornir

    from tasks.devices.platforms import DevicePlatform
    from tasks.devices.session import Session

ASK_AGAIN_SECONDS = 1.0
"""Pause before a device is asked again for what it may still become."""


def ask_checks(
    session: Session, platform: DevicePlatform, checks: Collection[ServiceCheck], most_seconds: float
) -> tuple[CheckAnswer, ...]:
    """Ask one device until it says what is expected, or the time that its checks allow is over.

    Args:
        session: with the device.
        platform: how it is asked.
        checks: of this device.
        most_seconds: how long at most, whatever the checks allow.

    Returns:
        the last answer to each check, in their order.
    """
    began = time.monotonic()
    answers: dict[ServiceCheck, CheckAnswer] = {}
    left = tuple(checks)
    while left:
        questions = tuple(dict.fromkeys(check.ask for check in left))
        said = dict(zip(questions, platform.answers(session, questions), strict=True))
        answers |= {check: judged(check, said[check.ask]) for check in left}
        left = tuple(check for check in left if not answers[check].passed)
        waited = time.monotonic() - began
        if all(waited >= min(check.within_seconds, most_seconds) for check in left):
            break
        time.sleep(ASK_AGAIN_SECONDS)
    return tuple(answers.values())


def check_answers(device: str, answers: Collection[CheckAnswer]) -> None:
    """Make sure that all checks of a device passed.

    Raises:
        ServiceCheckFailed: names those that did not, with expected and actual.
    """
    failed = [answer for answer in answers if not answer.passed]
    if failed:
        more = f"; and {len(failed) - 4} more" if len(failed) > 4 else ""
        raise ServiceCheckFailed(
            device,
            f"{len(answers)} service checks to pass",
            "; ".join(str(each) for each in failed[:4]) + more,
            "The lines are there and do not work: look at the device and at what it stands on; then deliver again.",
        )


def _answer_checks(task: Task, checks: tuple[ServiceCheck, ...], most_seconds: float) -> Result:
    """Device task: ask a device what proves its service lines, over a connection that only reads."""
    target = target_of(task.host)
    platform = PLATFORMS[target.platform]
    mine = [check for check in checks if check.device == target.name]
    with open_session(target, platform.read_list) as session:
        check_identity(session, platform)
        return Result(host=task.host, result=ask_checks(session, platform, mine, most_seconds))


def ask_all(nornir: Nornir, checks: tuple[ServiceCheck, ...], most_seconds: float) -> tuple[CheckAnswer, ...]:
    """Ask all devices that checks name, at once.

    Raises:
        TurnupError: a device does not answer; the first of them.
    """
    names = {check.device for check in checks}
    asked = nornir.filter(filter_func=lambda host: host.name in names)
    answers = asked.run(task=_answer_checks, checks=checks, most_seconds=most_seconds)
    for name, answer in answers.items():
        if answer.exception is not None:
            raise named_error(name, answer.exception)
    return tuple(each for answer in answers.values() for each in answer[0].result)
