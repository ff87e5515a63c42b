"""What can go wrong with a device, on demand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

INVALID = "% Invalid input detected at '^' marker."


@dataclass(frozen=True, slots=True)
class RejectLine:
    """Refuse lines that match, in these words, and do not apply them."""

    pattern: str
    words: str = INVALID


@dataclass(frozen=True, slots=True)
class AcceptButIgnore:
    """Answer lines that match as if all were well, and do not apply them."""

    pattern: str


@dataclass(frozen=True, slots=True)
class DropAtLine:
    """End the session at a line.

    Attributes:
        at: the n-th configuration line from now (1 is the next), or a pattern that any line may match.
        before: whether the session ends before the line is applied, or after.
    """

    at: int | str
    before: bool = True


@dataclass(frozen=True, slots=True)
class HangAt:
    """Stop answering at a line that matches; the session stays open."""

    pattern: str


@dataclass(frozen=True, slots=True)
class SlowLogin:
    """Take this many seconds to accept a login."""

    seconds: float


@dataclass(frozen=True, slots=True)
class LoseCharacters:
    """Have an input buffer of so many characters: what arrives at once and does not fit is lost; nothing says so."""

    room: int


@dataclass(frozen=True, slots=True)
class RefuseLogin:
    """Refuse every login."""


@dataclass(frozen=True, slots=True)
class LoseConfirm:
    """Answer `configure confirm` and go on counting; or end the session there, without confirming."""

    drop: bool = False


@dataclass(frozen=True, slots=True)
class Reboot:
    """Restart now: sessions end, the running configuration is the startup one, back after some seconds."""

    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class WrongHostname:
    """Call itself something else, as if another device answered at the address."""

    name: str


@dataclass(frozen=True, slots=True)
class WrongSerial:
    """Show another serial number, as if the device had been swapped."""

    serial: str


@dataclass(frozen=True, slots=True)
class FullFlash:
    """Have no room to save the configuration."""


@dataclass(frozen=True, slots=True)
class ConfigurationLocked:
    """Somebody else holds configuration mode exclusively."""

    user: str = "console"


@dataclass(frozen=True, slots=True)
class CutAccess:
    """Be out of reach, but not down, while the running configuration has a line that matches."""

    pattern: str


@dataclass(frozen=True, slots=True)
class RevertFails:
    """Start to go back to the archive when it is time to, and give up: what runs stays as it is, the timer is over."""


@dataclass(frozen=True, slots=True)
class Chatter:
    """Print a message into the session before each answer, as `terminal monitor` does; it begins on a line of its own.

    Attributes:
        words: what is printed.
        at: pattern of the lines that are answered so; any unless given.
    """

    words: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Close the listener and every session."""


Fault: TypeAlias = (
    RejectLine
    | AcceptButIgnore
    | DropAtLine
    | HangAt
    | SlowLogin
    | RefuseLogin
    | LoseConfirm
    | LoseCharacters
    | Reboot
    | WrongHostname
    | WrongSerial
    | FullFlash
    | ConfigurationLocked
    | CutAccess
    | RevertFails
    | Chatter
    | Unreachable
)


def matches(pattern: str, line: str) -> bool:
    """Whether a line that was typed contains what the pattern asks for, in any case."""
    return re.search(pattern, line.strip(), re.IGNORECASE) is not None


def fault_from_text(text: str) -> Fault:
    """Read `KIND[:ARGUMENT]` as the command line takes it, such as `drop_at_line:12`.

    Raises:
        ValueError: there is no such kind, or its argument is missing; the message lists the kinds.
    """
    kind, _, argument = text.partition(":")
    makers: dict[str, Callable[[], Fault]] = {
        "reject_line": lambda: RejectLine(argument),
        "accept_but_ignore": lambda: AcceptButIgnore(argument),
        "drop_at_line": lambda: DropAtLine(int(argument) if argument.isdigit() else argument),
        "drop_after_line": lambda: DropAtLine(int(argument) if argument.isdigit() else argument, before=False),
        "hang_at": lambda: HangAt(argument),
        "slow_login": lambda: SlowLogin(float(argument)),
        "refuse_login": RefuseLogin,
        "lose_characters": lambda: LoseCharacters(int(argument)),
        "lose_confirm": lambda: LoseConfirm(drop=argument == "drop"),
        "reboot": lambda: Reboot(float(argument or 1)),
        "wrong_hostname": lambda: WrongHostname(argument),
        "wrong_serial": lambda: WrongSerial(argument),
        "full_flash": FullFlash,
        "another_operator_in_config_mode": lambda: ConfigurationLocked(argument or "console"),
        "cut_access": lambda: CutAccess(argument),
        "revert_fails": RevertFails,
        "chatter": lambda: Chatter(argument),
        "unreachable": Unreachable,
    }
    if kind not in makers:
        raise ValueError(f"{kind!r} is no fault; use one of: {', '.join(sorted(makers))}")
    needs_argument = kind.endswith(("_line", "_ignore", "_at", "_characters")) or kind.startswith(
        ("wrong", "slow", "cut", "chatter")
    )
    if needs_argument and not argument:
        raise ValueError(f"{kind} needs an argument: {kind}:ARGUMENT")
    return makers[kind]()
