"""The table: what can go wrong in a push, and what has to be true afterwards, whatever the platform.

Each row (`rows.py`) says how a fault is shown on it, or why it cannot be. `docs/conformance.md` is made from both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.devices.outcome import Outcome

if TYPE_CHECKING:
    from tests.conformance.scene import Scene

CHANGED, ROLLED_BACK, FAILED = Outcome.CHANGED, Outcome.ROLLED_BACK, Outcome.FAILED
SKIPPED, UNKNOWN, UNCHANGED = Outcome.SKIPPED, Outcome.UNKNOWN, Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Fault:
    """One column of the table.

    Attributes:
        name: what happens, as a sentence.
        outcome: the word for it, on every platform that does not say otherwise.
        says: pattern that the outcome's detail has to match: what an engineer needs to know.
        again: the word when the same command runs again after the fault is over.
    """

    name: str
    outcome: Outcome
    says: str = ""
    again: Outcome = CHANGED


@dataclass(frozen=True, slots=True)
class Way:
    """How a platform shows a fault.

    Attributes:
        arrange: makes the fault happen; may leave actions for later stages of the push in the scene.
        outcome, says, again: instead of the fault's own, where the platform differs; the reason is in `why`.
        why: what the difference comes from.
        lost: lines of others, beside the plan's, that may differ from before in the end.
        stays_armed: a revert timer that is not ours may run on.
    """

    arrange: Callable[[Scene], None]
    outcome: Outcome | None = None
    says: str | None = None
    again: Outcome | None = None
    why: str = ""
    lost: tuple[str, ...] = ()
    stays_armed: bool = False


Cell = Way | str
"""How a row shows a fault, or why it cannot."""

RETURNS = "turnup deliver"
"""What settles an unknown device."""

FAULTS: tuple[Fault, ...] = (
    Fault("nothing goes wrong", CHANGED),
    # What the device says to the lines.
    Fault("the first line is rejected", ROLLED_BACK, "line '"),
    Fault("a middle line is rejected", ROLLED_BACK, "line '"),
    Fault("the last line is rejected", ROLLED_BACK, "line '"),
    Fault("a line is taken and has no effect", ROLLED_BACK, "missing: "),
    # The wire.
    Fault("the session drops before the lines", ROLLED_BACK, "session ended"),
    Fault("the session drops in the middle of the lines", ROLLED_BACK, "session ended"),
    Fault("the session drops after the lines", ROLLED_BACK, "session ended"),
    Fault("the session drops as we confirm, and the confirm is lost", ROLLED_BACK, "session ended"),
    Fault("the session drops as we confirm, and only its answer is lost", CHANGED),
    Fault("the session drops as we save", CHANGED),
    Fault("the device hangs in the middle of the lines", ROLLED_BACK, "none in time"),
    Fault("the device stays away after the lines", UNKNOWN, RETURNS),
    Fault("the device answers slowly", CHANGED),
    # Who is there.
    Fault("the login is refused", FAILED, "login refused"),
    Fault("the login is refused once the lines are there", ROLLED_BACK, "login refused"),
    Fault("the host key is another", FAILED, "key"),
    Fault("the host key is another once the lines are there", UNKNOWN, f"key.*{RETURNS}"),
    Fault("another device has the address, by its name", FAILED, "hostname"),
    Fault("another device has the address, by its serial number", FAILED, "serial"),
    Fault("another device has the address once the lines are there", UNKNOWN, f"serial.*{RETURNS}"),
    # The device comes and goes.
    Fault("the device reboots before we confirm", ROLLED_BACK),
    Fault(
        "the device reboots after the confirm and before the save", ROLLED_BACK, "restart|session ended|none in time"
    ),
    Fault("our own lines cut our access", ROLLED_BACK, "SSH connection|session ended"),
    # The way back, and what stays.
    Fault("the device does not take itself back", ROLLED_BACK, "line '"),
    Fault("the confirm is answered and not taken", ROLLED_BACK, "confirm"),
    Fault("the revert timer runs out as we confirm", ROLLED_BACK, "confirm"),
    Fault("the save fails", ROLLED_BACK, "space"),
    Fault("the save fails, and so does the way back", FAILED, "space.*could not be taken back"),
    # Other people.
    Fault("another operator is in configuration mode", FAILED, "onfig"),
    Fault("a change of somebody else waits for its confirm", FAILED, "pending|armed"),
    Fault("a change of somebody else takes the timer after ours", ROLLED_BACK, "missing: "),
    Fault("what the plan touches was changed since", SKIPPED, "turnup plan"),
    Fault("something else was changed since the plan", CHANGED),
    Fault("somebody changes something else before we confirm", CHANGED, "besides ours"),
    Fault("somebody changes something else, and our lines are taken back", ROLLED_BACK, "besides ours"),
    # Turnup's own machine.
    Fault("the clock jumps two hours forward", CHANGED),
    Fault("the clock jumps two hours back", CHANGED),
)

BY_NAME = {fault.name: fault for fault in FAULTS}
