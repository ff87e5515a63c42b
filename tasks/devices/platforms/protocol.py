"""The few questions that every platform answers; the push knows nothing else of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from tasks.devices.messages import without_messages
from tasks.devices.session import Session
from turnup.change.application import apply_change
from turnup.change.device_change import DeviceChange
from turnup.errors import DeviceError, OthersTimer, WrongDevice

_READINGS = 5
"""How often a device that prints messages into its answers is asked."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a device says that it is."""

    hostname: str
    serial: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody left configuration mode, as the device's own log has it.

    Attributes:
        who: the login name.
        source: address that he came from, or the line of the device, such as `console`.
        at: the device's own words for when.
    """

    who: str
    source: str
    at: str


@dataclass(frozen=True)
class Change:
    """A device change together with what the device has at the moment of the push.

    Attributes:
        planned: what was planned and approved.
        running: the device's own text as of now.
        token: name of this attempt on the device: letters, digits and hyphens.
        revert_seconds: the device takes itself back when nobody confirms in this time.
        reveal: puts the secrets into a text as it is sent.
        hide: takes them out of what the device shows, to compare it with `running` and `wanted`.
    """

    planned: DeviceChange
    running: str
    token: str
    revert_seconds: int
    reveal: Callable[[str], str] = lambda text: text
    hide: Callable[[str], str] = lambda text: text

    @cached_property
    def wanted(self) -> str:
        """The device's own text as of now with the change applied, without a secret."""
        return apply_change(self.planned, self.running)

    @cached_property
    def candidate(self) -> str:
        """The same as it is sent; for platforms that load a whole text."""
        return self.reveal(self.wanted)

    @cached_property
    def commands(self) -> str:
        """The remediation as it is typed."""
        return self.reveal(self.planned.remediation)


class DevicePlatform(Protocol):
    """How one platform is read, changed and taken back.

    Every method talks to the device through the session and raises a DeviceError when the answer is not good.
    """

    @property
    def read_list(self) -> tuple[re.Pattern[str], ...]:
        """The only commands that a read-only session may send."""

    def opening(self, running: str) -> tuple[str, ...]:
        """The commands that a session asks first, in order: sent at once when it opens; none: one after the other.

        Args:
            running: the configuration as it was known last, empty when it was not.
        """

    def identity(self, session: Session) -> Identity:
        """Ask the device who it is."""

    def collect(self, session: Session) -> str:
        """Read the running configuration, as the device gives it."""

    def answers(self, session: Session, questions: tuple[str, ...]) -> tuple[str, ...]:
        """Ask what proves service lines, in the words of the platform; gives one answer a question."""

    def edits(self, session: Session) -> tuple[Edit, ...] | None:
        """Read from the device's own log who configured it, oldest first; none: the platform keeps no such log."""

    def check(self, session: Session, change: Change) -> None:
        """Let the device judge the change without applying it, where it can.

        Raises:
            LineRejected: the device finds an error.
        """

    def arm(self, session: Session, change: Change) -> None:
        """Start the revert timer; only when this returns may anything be applied.

        Raises:
            LineRejected: the device does not arm, in its own words.
        """

    def apply(self, session: Session, change: Change) -> None:
        """Apply the change and judge every answer.

        Raises:
            LineRejected: the device answered a line with an error; names the line.
        """

    def is_armed(self, session: Session, token: str) -> bool:
        """Say whether a revert timer of ours runs on the device.

        Args:
            session: with the device.
            token: the attempt that is meant, where the device tells them apart.

        Raises:
            OthersTimer: one runs that is known to be somebody else's.
        """

    def confirm(self, session: Session, token: str) -> None:
        """Stop the revert timer for good.

        Raises:
            ReadBackDiffers: the timer still runs, or it had fired.
        """

    def revert(self, session: Session, token: str) -> None:
        """Take the device back now.

        Raises:
            RevertFailed: it does not go.
        """

    def save(self, session: Session) -> None:
        """Make the running configuration survive a restart.

        Raises:
            SaveFailed: in the device's words.
        """


def check_identity(session: Session, platform: DevicePlatform) -> None:
    """Check that the device is the one that the inventory means, by hostname and serial number.

    Raises:
        WrongDevice: it is another one; nothing was written.
    """
    target = session.target
    found = platform.identity(session)
    if (found.hostname, found.serial) != (target.name, target.serial):
        raise WrongDevice(
            target.name,
            f"hostname {target.name} with serial {target.serial}",
            f"hostname {found.hostname} with serial {found.serial}",
            "Nothing was written. Correct the address in the inventory, or the cabling.",
        )


def timer_of_others(device: str, found: str) -> OthersTimer:
    """The error for a revert timer that is not ours: whatever we do now could undo what somebody else does."""
    remedy = "It is left alone. Wait until it is confirmed or has taken the device back; run the same command again."
    return OthersTimer(device, "no change on the device that waits for its confirm", found, remedy)


def shown(session: Session, questions: tuple[str, ...]) -> tuple[str, ...]:
    """Ask several `show` commands in one exchange; answers without the device's messages."""
    session.ask_ahead(*questions)
    return tuple(without_messages(session.ask(question)) for question in questions)


SHOW = re.compile(r"show [a-z][a-z-]*(?: [A-Za-z0-9./:_-]+){0,8}")
"""Any `show` command without a pipe: it reads, and writes no file."""


def undisturbed(session: Session, command: str) -> str:
    """Ask until no message comes in the middle of the answer, or two answers say the same without them.

    A message may come in the middle of a line as well: what is left of it looks like two lines of the device's.

    Raises:
        DeviceError: each answer had messages, and no two said the same.
    """
    former: list[str] = []
    for _ in range(_READINGS):
        answer = session.ask(command)
        text = without_messages(answer)
        lines = [line for line in text.splitlines() if line.strip()]
        if text == answer or lines == former:
            return text
        former = lines
    remedy = "Keep the device's messages out of the session (`no logging console`, `terminal no monitor`)."
    found = f"{_READINGS} answers with messages in their lines"
    raise DeviceError(session.device, f"an answer to `{command}` that no message interrupts", found, remedy)


def whole_configuration(device: str, answer: str) -> str:
    """Make sure that an answer is a configuration: one that was refused would look like an empty device.

    It ends with `end`, or at least says whose it is: an answer that the wire cut never reaches its prompt.

    Raises:
        DeviceError: it is none; says what came instead.
    """
    if _END.search(answer) or (_HOSTNAME.search(answer) and not _REFUSED.search(answer)):
        return answer
    remedy = (
        "Let the login read the whole configuration: privilege 15 or a role that may, or `enable` among the"
        " credentials of the inventory."
    )
    lines = answer.split()
    found = repr(" ".join(lines)[-80:]) if lines else "nothing"
    raise DeviceError(device, "a running configuration that ends with `end`", found, remedy)


_END = re.compile(r"^end\s*\Z", re.MULTILINE)
_HOSTNAME = re.compile(r"^hostname \S", re.MULTILINE)
_REFUSED = re.compile(
    r"^% ?(Invalid|Incomplete|Ambiguous|Unknown|Authori[sz]ation|Access)", re.MULTILINE | re.IGNORECASE
)
