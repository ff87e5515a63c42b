"""What a plan is asked for: to deliver a call-off, cease lines of it, put back what drifted, take a change back."""

from __future__ import annotations

from enum import StrEnum

from turnup.model import Model


class Purpose(StrEnum):
    """Why a plan is made."""

    DELIVER = "deliver"
    CEASE = "cease"
    RESTORE = "restore"
    ROLLBACK = "rollback"


class PlanRequest(Model):
    """What somebody asks a plan for.

    Attributes:
        call_off: its reference or its file.
        lines: order lines to cease, such as `L2`; none: all of them.
        sites: sites at which to take a change back; none: all of its sites.
        plan_hash: the delivered plan to take back, or the beginning of its hash; empty: the last one.
    """

    call_off: str
    purpose: Purpose = Purpose.DELIVER
    lines: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    plan_hash: str = ""
