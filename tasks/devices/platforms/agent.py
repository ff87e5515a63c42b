"""Platforms that are Linux underneath: one small agent on the device does what IOS-XE has built in.

The agents and their protocol are in `tasks/devices/on_device/`. They answer on standard output, complain on standard
error, and keep a dead-man timer whose token is moved once: by the timer or by the confirm, never by both.
"""

from __future__ import annotations

import json
import re

from tasks.devices.platforms.protocol import Change, Edit, Identity, timer_of_others
from tasks.devices.session import Session
from turnup.errors import DeviceError, LineRejected, ReadBackDiffers, RevertFailed, SaveFailed

APPLY_SECONDS = 120.0


class Agent:
    """What FRR and Open vSwitch devices have in common.

    Args:
        program: name of the agent on the device.
    """

    def __init__(self, program: str) -> None:
        self.program = program
        self.read_list = (re.compile(rf"sudo -n {re.escape(program)} (identity|show|status|ask --size \d+)"),)

    def _ask(self, session: Session, words: str, payload: str, failure: type[DeviceError], remedy: str) -> str:
        status, answer, complaint = session.run(f"sudo -n {self.program} {words}", payload, seconds=APPLY_SECONDS)
        if status != 0:
            found = " ".join((complaint or answer).split())[:300] or f"exit status {status}"
            raise failure(session.device, f"`{self.program} {words}` to succeed", found, remedy)
        return answer

    def _give(self, session: Session, words: str, payload: str, remedy: str) -> str:
        """Ask with a payload, and say how long it is: one that is cut off is then refused."""
        return self._ask(session, f"{words} --size {len(payload.encode())}", payload, LineRejected, remedy)

    def opening(self, running: str) -> tuple[str, ...]:
        """Programs are run one by one."""
        return ()

    def identity(self, session: Session) -> Identity:
        """Ask the agent for hostname and serial number."""
        answer = self._ask(session, "identity", "", DeviceError, "Install the agent on the device.")
        found = json.loads(answer)
        return Identity(str(found["hostname"]), str(found["serial"]))

    def collect(self, session: Session) -> str:
        """Read the running configuration in the agent's canonical text."""
        return self._ask(session, "show", "", DeviceError, "Look at the daemons of the device.")

    def answers(self, session: Session, questions: tuple[str, ...]) -> tuple[str, ...]:
        """Give the agent all of them, one a line."""
        payload = "".join(f"{question}\n" for question in questions)
        words = f"ask --size {len(payload.encode())}"
        answer = json.loads(self._ask(session, words, payload, DeviceError, "Look at the agent of the device."))
        if len(answer) != len(questions):
            remedy = "Install the agent of this version on the device."
            raise DeviceError(session.device, f"{len(questions)} answers", f"{len(answer)}", remedy)
        return tuple(str(each) for each in answer)

    def edits(self, session: Session) -> tuple[Edit, ...] | None:
        """Neither FRR nor Open vSwitch writes down who configured it, and the agent only knows its own changes."""
        return None

    def check_payload(self, change: Change) -> str:
        """What the agent checks and applies."""
        return change.candidate

    def revert_payload(self, change: Change) -> str:
        """What the agent needs to take the device back; it keeps its own backup unless said otherwise."""
        return ""

    def check(self, session: Session, change: Change) -> None:
        """Let the device parse the change without applying it."""
        remedy = "Nothing was changed. Correct the template or the order; then plan again."
        self._give(session, "check", self.check_payload(change), remedy)

    def arm(self, session: Session, change: Change) -> None:
        """Take a backup and start the dead-man timer."""
        words = f"arm --token {change.token} --seconds {change.revert_seconds}"
        remedy = "Nothing was changed. Wait until the other change ends; then run the same command again."
        answer = self._give(session, words, self.revert_payload(change), remedy)
        if f"armed {change.token}" not in answer:
            raise LineRejected(session.device, f"`armed {change.token}`", answer.strip()[:200], remedy)

    def apply(self, session: Session, change: Change) -> None:
        """Apply under the armed token."""
        remedy = "Correct the template or the order; then plan again."
        self._give(session, f"apply --token {change.token}", self.check_payload(change), remedy)

    def is_armed(self, session: Session, token: str) -> bool:
        """Ask whether an attempt is armed, or has fired and the device is not back yet.

        Raises:
            OthersTimer: another change is, of somebody else or of another attempt.
        """
        waiting = self._waiting(session)
        for other, state in waiting.items():
            if other != token:
                raise timer_of_others(session.device, f"the change {other}, {state}")
        return token in waiting

    def _waiting(self, session: Session) -> dict[str, str]:
        """The changes that may still be taken back, each with its state."""
        answer = self._ask(session, "status", "", DeviceError, "Look at the agent of the device.")
        words = {"armed": "armed", "fired": f"fired and not taken back yet (`{self.program} revert` takes it up)"}
        return {each["token"]: words[each["state"]] for each in json.loads(answer) if each["state"] in words}

    def confirm(self, session: Session, token: str) -> None:
        """Take the timer's token away, and ask whether it was taken: an answer alone stops no timer."""
        remedy = "The device took itself back first; run the same command again."
        answer = self._ask(session, f"confirm --token {token}", "", ReadBackDiffers, remedy)
        if f"confirmed {token}" not in answer:
            raise ReadBackDiffers(session.device, f"`confirmed {token}`", answer.strip()[:200] or "nothing", remedy)
        if token in self._waiting(session):
            expected = f"no revert timer after `{self.program} confirm`"
            raise ReadBackDiffers(session.device, expected, "one that still runs", "Look at the agent of the device.")

    def revert(self, session: Session, token: str) -> None:
        """Take the device back now."""
        remedy = "Its timer still runs and will do it; look at the device if it does not."
        self._ask(session, f"revert --token {token}", "", RevertFailed, remedy)

    def save(self, session: Session) -> None:
        """Make the change survive a restart."""
        remedy = "Look at the space on the device's disk; then deliver again."
        self._ask(session, "save", "", SaveFailed, remedy)
