"""The tenant fence: a plan for one buyer names no other buyer's objects on shared devices.

It looks at the final text only, and shares no code with the templates: it must hold even if a template is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.errors import TenantFence

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange
    from turnup.plan.plan import Plan

_VRF_WORD = re.compile(r"\b(?:vrf definition|vrf forwarding|vrf) (\S+)")


def check_fence(plan: Plan) -> None:
    """Check every command of a plan.

    Raises:
        TenantFence: a command names a VRF that is not the buyer's.
    """
    for change in plan.changes:
        check_change(change, plan.vrf)


def check_change(change: DeviceChange, vrf: str) -> None:
    """Check the commands of one device, there and back.

    Raises:
        TenantFence: a command names a VRF that is not the buyer's.
    """
    for line in (*change.remediation.splitlines(), *change.rollback.splitlines()):
        if line.strip().startswith(("description ", "neighbor ")) and "vrf" not in line.split()[:1]:
            continue
        for name in _VRF_WORD.findall(line):
            if name != vrf:
                raise TenantFence(
                    f"{change.device}: {line.strip()!r}",
                    f"only the buyer's VRF {vrf}",
                    name,
                    "Nothing was sent. The order or a template names another buyer's object.",
                )
