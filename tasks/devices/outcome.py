"""What happened to one device."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """The words for what happened to one device."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


GOOD = frozenset({Outcome.UNCHANGED, Outcome.CHANGED})
"""Outcomes after which the device is as declared."""


_PLAN_AGAIN = re.compile(r"\bplan again\b|`turnup plan`")


def wants_a_new_plan(detail: str) -> bool:
    """Whether what is said of an outcome ends in a new plan: the same one would fail at the same place."""
    return _PLAN_AGAIN.search(detail) is not None


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long one stage of a push took.

    Attributes:
        started: seconds since the push of this device began.
        seconds: how long it took.
        sent, received: bytes that went over its sessions meanwhile.
    """

    stage: str
    started: float
    seconds: float
    sent: int = 0
    received: int = 0

    def content(self) -> dict[str, str | float]:
        """As JSON has it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class DeviceOutcome:
    """What happened to one device for one site.

    Attributes:
        detail: what an engineer needs to know: the reason of a failure, the command that settles an unknown.
        lines_pushed: command lines sent to change it; 0 when it was as declared already.
        foreign_edits: lines that others changed during the push.
    """

    site: str
    device: str
    outcome: Outcome
    detail: str = ""
    lines_pushed: int = 0
    timeline: tuple[StageTime, ...] = field(default=())
    foreign_edits: tuple[str, ...] = field(default=())
