"""Service checks: what a device has to answer when a service line works, besides having the lines of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from turnup.scalars import DeviceName, SiteCode

if TYPE_CHECKING:
    from turnup.service.intent import DeviceIntent


class Moment(StrEnum):
    """When a check can hold at the earliest."""

    DEVICE = "device"
    """As soon as its device has the change: asked before the confirm, so that a device that fails it goes back."""
    SITE = "site"
    """When all devices of the site have theirs, such as a session between two of them: asked when it is verified."""


@dataclass(frozen=True, slots=True)
class ServiceCheck:
    """One question to a device, and the answer that proves a service line.

    Attributes:
        service_line: id of the line that it proves.
        site: the site for whose sake the device is asked.
        title: what it proves, in a few words, such as `BGP with 198.51.100.4`.
        ask: the question, in the words of the device's platform; reads only.
        shows: regular expression (multiline) with one group: what the answer says.
        expected: what it has to say.
        within_seconds: how long the device may take until it does; it is asked again meanwhile.
    """

    service_line: str
    site: SiteCode
    device: DeviceName
    title: str
    ask: str
    shows: str
    expected: str
    moment: Moment = Moment.DEVICE
    within_seconds: int = 0


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What a device said to a check.

    Attributes:
        actual: in the place of `expected`; empty when the answer does not speak of it.
    """

    check: ServiceCheck
    actual: str

    @property
    def passed(self) -> bool:
        """Whether it says what was expected."""
        return self.actual == self.check.expected

    def __str__(self) -> str:
        return f"{self.check.title}: expected {self.check.expected}; found {self.actual or 'nothing of it'}"


def check_for(
    intent: DeviceIntent,
    title: str,
    ask: str,
    shows: str,
    expected: str,
    *,
    moment: Moment = Moment.DEVICE,
    within_seconds: int = 0,
) -> ServiceCheck:
    """Ask the device of an intent, for the sake of its line and site; the rest as `ServiceCheck` has it."""
    return ServiceCheck(
        service_line=intent.line.id,
        site=intent.site,
        device=intent.device,
        title=title,
        ask=ask,
        shows=shows,
        expected=expected,
        moment=moment,
        within_seconds=within_seconds,
    )


def judged(check: ServiceCheck, answer: str) -> CheckAnswer:
    """Read the answer to a check."""
    found = re.search(check.shows, answer, re.MULTILINE)
    return CheckAnswer(check, found[1].strip() if found else "")
