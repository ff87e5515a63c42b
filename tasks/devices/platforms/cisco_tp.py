"""Cisco RoomOS: settings one by one over the xAPI; no transaction, no revert timer, nothing to save.

What the other platforms leave to the device is done from here: whatever fails after the first setting, the former
values are typed. Killed in between, the next run types the whole change again: a setting may be set twice.
Source: Cisco RoomOS 11 API reference guide, "API fundamentals" and "Response tagging".
"""

from __future__ import annotations

import re
import secrets

from tasks.devices.ending import Ending
from tasks.devices.platforms.protocol import Change, Edit, Identity
from tasks.devices.session import Session
from turnup.errors import DeviceError, LineRejected

_CONFIGURATION, _UNIT, _NAME = "xConfiguration //", "xStatus SystemUnit", "xConfiguration SystemUnit Name"
_VERDICT = re.compile(r"(?m)^(OK|ERROR|Command not recognized\.?)\s*\Z")
_TAGGED_VERDICT = re.compile(r'"\s*\n\*\* end\s*\n\s*(OK|ERROR)?\s*\Z')
_NOISE = re.compile(r"^(?:\*\* .*|OK|ERROR|)$")
_TAGGED = r' \| resultId="turnup-[0-9a-f]{12}"'
_WHOLE = re.compile(r'xConfiguration [^:"|]+: (?:"[^"\\|]*"|[A-Za-z0-9.+_-]+)')
_SETTINGS = re.compile(r"(?m)^\*c xConfiguration \S.*: ")


class CiscoTp:
    """The push protocol on a codec that has no transaction."""

    read_list = tuple(re.compile(each + _TAGGED) for each in (_CONFIGURATION, r"xStatus(?: [A-Za-z0-9]+){1,8}", _NAME))

    def opening(self, running: str) -> tuple[str, ...]:
        """It has no prompt at which several commands could wait."""
        return ()

    def identity(self, session: Session) -> Identity:
        """Read its name, and the serial number of its board."""
        serial = re.search(r'Module SerialNumber: "([^"]*)"', self._read(session, _UNIT))
        name = re.search(r'SystemUnit Name: "([^"]*)"', self._read(session, _NAME))
        return Identity(name.group(1) if name else "", serial.group(1) if serial else "")

    def collect(self, session: Session) -> str:
        """Read every setting."""
        answer = self._read(session, _CONFIGURATION)
        if not _SETTINGS.search(answer):
            remedy = "Let the login be an administrator of the codec."
            raise DeviceError(session.device, "its settings", repr(_words(answer)), remedy)
        return "".join(f"{line[3:]}\n" for line in answer.splitlines() if line.startswith("*c "))

    def answers(self, session: Session, questions: tuple[str, ...]) -> tuple[str, ...]:
        """Ask for one `xStatus` after the other."""
        return tuple(self._read(session, question) for question in questions)

    def edits(self, session: Session) -> tuple[Edit, ...] | None:
        """The log of a codec is a file that is fetched otherwise."""
        return None

    def check(self, session: Session, change: Change) -> None:
        """A codec judges a setting only as it is set; what would end in the middle of a value is not sent at all."""
        for line in change.commands.splitlines():
            if not _WHOLE.fullmatch(line):
                path = line.partition(": ")[0]
                expected, found = f"a value of {path!r} that fits between quotes", "a quote or a backslash in it"
                raise LineRejected(session.device, expected, found, "Give the secret another value, at both ends.")

    def arm(self, session: Session, change: Change) -> None:
        """There is no timer: what was planned says so."""

    def apply(self, session: Session, change: Change) -> None:
        """Set one after the other; the first that is refused ends it."""
        for line in change.commands.splitlines():
            answer = session.type_line(line, Ending(_VERDICT))
            if not answer.rstrip().endswith("OK"):
                shown = line.partition(": ")[0]
                remedy = "Correct the template or the order; then plan again."
                raise LineRejected(session.device, f"the line {shown!r} to be taken", _words(answer), remedy)

    def is_armed(self, session: Session, token: str) -> bool:
        """Never."""
        return False

    def confirm(self, session: Session, token: str) -> None:
        """What was set is in force."""

    def revert(self, session: Session, token: str) -> None:
        """Nothing on the device takes it back; the push types the way back."""

    def save(self, session: Session) -> None:
        """A codec keeps a setting as it takes it."""

    @staticmethod
    def _read(session: Session, command: str) -> str:
        """Ask with a tag that comes back at the end of the answer, and nowhere else."""
        tag = f"turnup-{secrets.token_hex(6)}"
        answer = session.type_line(f'{command} | resultId="{tag}"', Ending(_TAGGED_VERDICT, f'** resultId: "{tag}'))
        return answer[: answer.rfind("** resultId: ")]


def _words(answer: str) -> str:
    """The device's own words in one line."""
    lines = (line.strip() for line in answer.splitlines())
    return " ".join(line for line in lines if not _NOISE.match(line) and not line.startswith("xConfiguration "))[:200]
