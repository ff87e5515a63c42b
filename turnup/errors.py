"""Every error that Turnup raises on purpose, in one tree.

```
TurnupError                      where, expected, found, remedy
├── InputRefused                 carries every finding of an input at once
│   ├── FileRefused              a file is missing, unreadable or malformed
│   └── GateRefused              a call-off breaks a rule of its framework
├── DesignError                  an order cannot be turned into a design
│   ├── PoolExhausted            nothing left to allocate
│   └── FragmentConflict         two service lines want one thing differently
├── PlanError
│   ├── StalePlan                the device is no longer what the plan was made from
│   ├── ForbiddenCommand         the plan holds a command that is never sent
│   └── TenantFence              the plan names another buyer's object
├── ApprovalRefused              missing, wrong, expired or insufficient signature
├── DeviceError                  carries the device
│   ├── Unreachable              no connection
│   ├── LoginRefused             the device does not accept the credentials
│   ├── WrongDevice              another device answers at the address
│   ├── CommandRefused           a read-only connection was asked to write
│   ├── LineRejected             the device answered a line with an error
│   ├── CharactersLost           what was typed did not reach the device as it was
│   ├── SessionLost              the session ended in the middle
│   ├── DeviceHung               no answer in time
│   ├── ReadBackDiffers          the device accepted the lines but does not show them
│   ├── RevertFailed             the device could not be taken back
│   ├── OthersTimer              a change of somebody else waits there for its confirm
│   └── SaveFailed               running is right, but it was not stored
├── LedgerError
│   ├── LedgerUnavailable        locked, unwritable or gone
│   ├── LeaseHeld                somebody else is working on it
│   ├── WrongKey                 a text at rest does not open with the key that was given
│   └── AuditBroken              the hash chain does not hold
├── DeliveryStopped              not every device of a delivery is as declared
│   └── NotDue                   what is left is outside its change window, or frozen
├── CredentialMissing            a reference to a secret does not resolve
└── Interrupted                  stopped by the user; safe to run again
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from turnup.findings import Finding


_AGAIN = re.compile(r"(^|; (then )?)(run the same command|deliver) again[^.;]*\.$", re.IGNORECASE)
"""How a remedy ends that ends in trying again."""


class TurnupError(Exception):
    """An error that says where it is, what was expected, what was found, and what to do.

    Args:
        where: the place a reader can go to: `file:line`, a device, a call-off reference.
        expected: what should have been there.
        found: what was there.
        remedy: what to do about it, as an instruction.
    """

    def __init__(self, where: str, expected: str, found: str, remedy: str) -> None:
        super().__init__(where, expected, found, remedy)
        self.where = where
        self.expected = expected
        self.found = found
        self.remedy = remedy

    @property
    def happened(self) -> str:
        """What is wrong, without what to do about it: for words that go on with an advice of their own."""
        # A device's own words often end a sentence themselves.
        return f"{self.where}: expected {self.expected}; found {self.found.removesuffix('.')}."

    @property
    def advice(self) -> str:
        """What to do before the same command is run again, one sentence; empty when there is nothing."""
        words = _AGAIN.sub("", self.remedy).removesuffix(".")
        return f"{words}." if words else ""

    def __str__(self) -> str:
        return f"{self.happened} {self.remedy}"


class InputRefused(TurnupError):
    """An input breaks rules; `findings` holds every one of them.

    Args:
        where: the input, normally its path.
        findings: all that is wrong with it; at least one.
    """

    def __init__(self, where: str, findings: tuple[Finding, ...]) -> None:
        count = len(findings)
        super().__init__(
            where,
            "no findings",
            f"{count} finding{'s' if count != 1 else ''}",
            "Mend each finding and run again; nothing was changed.",
        )
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class FileRefused(InputRefused):
    """A file is missing, unreadable or malformed."""


class GateRefused(InputRefused):
    """A call-off breaks a rule of its framework."""


class DesignError(TurnupError):
    """An order cannot be turned into a design."""


class PoolExhausted(DesignError):
    """A pool has nothing left to allocate."""


class FragmentConflict(DesignError):
    """Two service lines want one thing of a device differently."""


class PlanError(TurnupError):
    """A plan cannot be made or may not be applied."""


class StalePlan(PlanError):
    """A device is no longer what the plan was made from."""


class ForbiddenCommand(PlanError):
    """A plan holds a command that is never sent."""


class TenantFence(PlanError):
    """A plan names an object of another buyer."""


class ApprovalRefused(TurnupError):
    """An approval is missing, wrong, expired or does not cover the value."""


class DeviceError(TurnupError):
    """Something is wrong with or on a device.

    Args:
        device: the device's name in the inventory.
        expected: what should have been there.
        found: what was there.
        remedy: what to do about it.
    """

    def __init__(self, device: str, expected: str, found: str, remedy: str) -> None:
        super().__init__(device, expected, found, remedy)
        self.device = device


class Unreachable(DeviceError):
    """No connection to the device."""


class LoginRefused(DeviceError):
    """The device does not accept the credentials."""


class WrongDevice(DeviceError):
    """Another device answers at the address."""


class CommandRefused(DeviceError):
    """A read-only connection was asked to send a command that is not on its read list."""


class LineRejected(DeviceError):
    """The device answered a line with an error."""


class CharactersLost(DeviceError):
    """What was typed did not reach the device as it was."""


class SessionLost(DeviceError):
    """The session ended in the middle."""


class DeviceHung(DeviceError):
    """The device did not answer in time."""


class ReadBackDiffers(DeviceError):
    """The device accepted the lines but does not show them."""


class ServiceCheckFailed(DeviceError):
    """The device has the lines, and does not answer as one on which the service works."""


class RevertFailed(DeviceError):
    """The device could not be taken back to what it was."""


class OthersTimer(DeviceError):
    """A change of somebody else waits there for its confirm."""


class SaveFailed(DeviceError):
    """The running configuration is right, but it was not stored."""


class LedgerError(TurnupError):
    """Something is wrong with the ledger."""


class LedgerUnavailable(LedgerError):
    """The ledger is locked, unwritable or gone."""


class LeaseHeld(LedgerError):
    """Somebody else is working on the same thing now."""


class WrongKey(LedgerError):
    """A text at rest does not open with the key that was given."""


class AuditBroken(LedgerError):
    """The hash chain of the event log does not hold."""


class DeliveryStopped(TurnupError):
    """Not every device of a delivery is as declared; the ledger has each outcome."""


class NotDue(DeliveryStopped):
    """What is left of a delivery is outside its change window, or frozen; all else is as declared."""


class CredentialMissing(TurnupError):
    """A reference to a secret does not resolve."""


class Interrupted(TurnupError):
    """The user stopped the run; it is safe to run again."""
