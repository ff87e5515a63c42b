"""What a plan is asked for: to deliver a call-off, to cease lines of it, to put back what drifted."""

from __future__ import annotations

from enum import StrEnum

from turnup.model import Model


class Purpose(StrEnum):
    """Why a plan is made."""

    DELIVER = "deliver"
    CEASE = "cease"
    RESTORE = "restore"


class PlanRequest(Model):
    """What somebody asks a plan for.

    Attributes:
        call_off: its reference or its file.
        lines: order lines to cease, such as `L2`; none: all of them.
    """

    call_off: str
    purpose: Purpose = Purpose.DELIVER
    lines: tuple[str, ...] = ()
