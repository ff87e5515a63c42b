"""The way back: whatever fails after arming, the device is as before in the end, or it is said what is left on it."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import dataclass

from tasks.devices.attempt import Attempt
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.devices.session import Session
from turnup.change.application import inverse, way_back
from turnup.change.state import ChangeState, differences, foreign_edits, left_behind, state_of
from turnup.errors import DeviceError, LeaseHeld, OthersTimer, RevertFailed, SaveFailed, TurnupError
from turnup.findings import counted, few

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
"""Pause between two looks at a device that has to come back."""

PATIENCE_SECONDS = 60.0
"""How long beyond its revert timer a device is waited for: timers count whole minutes, and taking back takes time."""


@dataclass(slots=True)
class Recovery(Attempt):
    """An attempt, and what happens to it when something fails after it was armed."""

    _seen: str = ""

    def _recover(self, cause: TurnupError) -> DeviceOutcome:
        """After arming: the device is taken back, or saved if it had confirmed; or say that nobody knows."""
        log.warning("%s: settling: %s", self.target.name, self._masking.scrub(str(cause)))
        deadline = time.monotonic() + self.revert_seconds + PATIENCE_SECONDS
        last: TurnupError = cause
        while time.monotonic() < deadline:
            try:
                return self._recover_once(cause)
            except SaveFailed as error:
                return self._take_back(error)
            except OthersTimer as error:
                last = error  # it may run for hours, and what it does to ours nobody can say
                break
            except DeviceError as error:
                last = error
                time.sleep(POLL_SECONDS)
        then = "" if last.happened == cause.happened else f"Then: {last.happened}"
        return self._unknown(cause.happened, then, last.advice)

    def _unknown(self, *words: str) -> DeviceOutcome:
        """Nobody knows what the device has; the command that settles it comes last, and once."""
        settle = f"Settle it by running `turnup deliver` for the call-off again when {self.target.name} answers."
        return self._outcome(Outcome.UNKNOWN, " ".join(filter(None, (*words, settle))))

    def _recover_once(self, cause: TurnupError) -> DeviceOutcome:
        lost: tuple[str, ...] = ()
        with self._session("revert") as session:
            timer = self._timer(session)
            now = self._read(session)
            if timer is True and not self._confirmed:
                lost = foreign_edits(self.planned, self._before, now)
                now = self._revert(session)
            state = state_of(self.planned, now)
            if state is ChangeState.AFTER and (self._confirmed or (self._confirming and timer is False)):
                # Its last answer was lost, not the confirm.
                self._after = now
                self._save(session)
                return self._changed(self._before, now)
        if state is ChangeState.BEFORE:
            return self._as_before(cause, now, lost)
        if isinstance(timer, OthersTimer):
            raise timer
        return self._not_as_before(cause, now, state)

    def _timer(self, session: Session) -> bool | OthersTimer:
        """Whether a revert timer of ours runs, or whose else."""
        try:
            return self._platform.is_armed(session, self.token)
        except OthersTimer as error:
            return error

    def _revert(self, session: Session) -> str:
        """Take the device back now; gives what it has then."""
        self.journal.check_lease()
        self.journal.advance("reverting")
        self._platform.revert(session, self.token)
        return self._read(session)

    def _as_before(self, cause: TurnupError, now: str, lost: tuple[str, ...] = (), note: str = "") -> DeviceOutcome:
        """Taken back; say what others did meanwhile, be it still there or gone with ours."""
        self._after = now
        stayed = foreign_edits(self.planned, self._before, now)
        gone = tuple(edit for edit in lost if edit not in stayed)
        words = [str(cause), note] if note else [str(cause)]
        if residue := left_behind(self.planned, self._before, now):
            count = counted(len(residue), "line")
            words.append(f"{count} that came with ours stay, as nothing takes them away alone: {few(residue)}.")
        if stayed:
            words.append(f"{counted(len(stayed), 'line')} besides ours changed meanwhile: {few(stayed)}.")
        if gone:
            words.append(
                f"{counted(len(gone), 'line')} besides ours had changed and were taken back with ours: {few(gone)}."
            )
        return self._outcome(Outcome.ROLLED_BACK, " ".join(words), edits=(*stayed, *gone))

    def _not_as_before(self, cause: TurnupError, now: str, state: ChangeState) -> DeviceOutcome:
        """Its timer is over and ours still there: if it stays so at a second look, the way back is pushed.

        Raises:
            RevertFailed: at the first look; the device may be at it.
        """
        failed = RevertFailed(
            self.target.name,
            "the configuration of before",
            f"a device as planned {state}: {few(differences(inverse(self.planned), now))}",
            "Take it back by hand with the rollback of the plan.",
        )
        if now != self._seen:
            self._seen = now
            raise failed
        return self._take_back(cause, failed)

    def _left_to_others(self, cause: LeaseHeld) -> DeviceOutcome:
        """Somebody took the device over: whatever we do now could undo what they do."""
        if not self._armed:
            return self._outcome(Outcome.SKIPPED, str(cause))
        return self._unknown(cause.happened, "Its revert timer takes it back.", cause.advice)

    def _take_back(self, cause: TurnupError, why: TurnupError | None = None) -> DeviceOutcome:
        """Push the way back as a transaction of its own: of what was confirmed and is not saved, or did not revert."""
        log.warning("%s: pushing the way back: %s", self.target.name, self._masking.scrub(str(why or cause)))
        self.token, self._armed = f"{self.token}-undo", True
        try:
            now = self._undo()
        except DeviceError as error:
            return self._left_there(cause, error)
        note = "" if self._takes_back else "It has no revert timer: the former values were typed."
        return self._as_before(cause, now, note=note)

    def _undo(self) -> str:
        """Apply the way back under a timer of its own, over two sessions; gives what the device has then."""
        with self._session("undo") as session:
            now = self._read(session)
            change = self._change(now, way_back(self.planned, now))
            self.journal.check_lease()
            self.journal.turn_back(self.token)
            self._platform.arm(session, change)
            self._platform.apply(session, change)
        with self._session("verify undo") as session:
            now = self._read(session)
            if state_of(self.planned, now) is not ChangeState.BEFORE:
                left = few(differences(change.planned, now))
                raise RevertFailed(self.target.name, "the former lines", left, "Look at the device.")
            self.journal.check_lease()
            self.journal.advance("confirming")
            self._platform.confirm(session, self.token)
            with suppress(SaveFailed):
                # A save that failed may have taken all the same, and a restart would bring the change back.
                self._platform.save(session)
        return now

    def _left_there(self, cause: TurnupError, error: TurnupError) -> DeviceOutcome:
        """The way back failed too: stop its timer, and say what is left."""
        words = f"{cause.happened} It could not be taken back either: {error.happened}"
        try:
            with self._session("look") as session:
                if self._timer(session) is True:
                    self._platform.revert(session, self.token)
                self._after = self._read(session)
        except DeviceError as silent:
            return self._unknown(words, f"Then: {silent.happened}", silent.advice)
        left = few(differences(inverse(self.planned), self._after)) or "nothing"
        remedy = "It is not saved; take it back by hand with the rollback of the plan, or run the same command again."
        found = (words, f"What is left of it: {left}.", cause.advice, remedy)
        return self._outcome(Outcome.FAILED, " ".join(filter(None, found)))
