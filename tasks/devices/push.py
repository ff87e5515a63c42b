"""The push: one device, one transaction, on devices that have none.

Identity, comparison with the plan, write-ahead intention, arm, apply, read back over a fresh session, record
`confirming`, confirm, save. Whatever fails after arming takes the device back. Killed at any line and started again,
it finishes with the same result: the device's own state and the open intention say where it stopped.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from tasks.devices.outcome import DeviceOutcome, Outcome, StageTime
from tasks.devices.platforms import PLATFORMS, Change, DevicePlatform, check_identity, timer_of_others
from tasks.devices.session import Session, Target, open_session
from turnup.change.application import inverse
from turnup.change.commands import check_never_typed
from turnup.change.device_change import DeviceChange
from turnup.change.reading import Reading
from turnup.change.state import ChangeState, differences, foreign_edits, state_of, still_used
from turnup.errors import (
    DeviceError,
    LeaseHeld,
    LedgerError,
    LineRejected,
    ReadBackDiffers,
    RevertFailed,
    SaveFailed,
    StalePlan,
    TurnupError,
)
from turnup.plan.fence import check_change

log = logging.getLogger(__name__)


class Journal(Protocol):
    """What a push writes down, and where it asks whether it still may; the ledger stands behind it."""

    def open_token(self) -> str:
        """Token of an attempt of this very change that was begun and not ended; empty when there is none."""

    def intend(self, token: str, before: str) -> None:
        """Record the intention and the configuration before it; nothing is written to the device earlier."""

    def advance(self, stage: str) -> None:
        """Record that a stage was reached: armed, applied, verified, confirming, confirmed, saved, reverting."""

    def withdraw(self) -> None:
        """Record that the device refused to arm: what was intended is over, and a timer that runs there is not ours."""

    def check_lease(self) -> None:
        """Make sure that nobody else took the device over.

        Raises:
            LeaseHeld: somebody did.
        """

    def finish(self, outcome: DeviceOutcome, after: str) -> None:
        """Record the outcome; `after` is the configuration then, empty when unknown.

        The intention is closed only when the device's state is known: unchanged, changed or rolled back.
        """


@dataclass(slots=True)
class Push:
    """One push of one device change.

    Attributes:
        target: the device.
        planned: what was approved.
        vrf: the buyer's VRF, the only one that the commands may name.
        journal: where stages are recorded before they happen.
        token: name of this attempt; letters, digits, hyphens.
        revert_seconds: how long the device waits for the confirm before it takes itself back.
        poll_seconds: pause between two looks at a device that has to come back.
        on_stage: told each stage as it begins.
    """

    target: Target
    planned: DeviceChange
    vrf: str
    journal: Journal
    token: str
    revert_seconds: int = 120
    poll_seconds: float = 2.0
    on_stage: Callable[[str], None] = lambda _stage: None
    _timeline: list[StageTime] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _armed: bool = False
    _confirming: bool = False
    _confirmed: bool = False
    _before: str = ""
    _after: str = ""

    @property
    def _platform(self) -> DevicePlatform:
        return PLATFORMS[self.planned.platform]

    def run(self) -> DeviceOutcome:
        """Push the change and say what happened; device errors become outcomes, never exceptions.

        Raises:
            LedgerError: the ledger cannot be written. The device then takes itself back, for nobody confirms.
        """
        try:
            outcome = self._transaction()
        except StalePlan as error:
            outcome = self._outcome(Outcome.SKIPPED, str(error))
        except LeaseHeld as error:
            outcome = self._left_to_others(error)
        except LedgerError:
            raise
        except SaveFailed as error:
            outcome = self._undo_unsaved(error)
        except TurnupError as error:
            outcome = self._recover(error) if self._armed else self._outcome(Outcome.FAILED, str(error))
        self.journal.finish(outcome, self._after)
        return outcome

    def _transaction(self) -> DeviceOutcome:
        with self._session("connect") as session:
            before = self._collect(session)
            begun = self.journal.open_token()
            state = state_of(self.planned, before)
            is_armed = self._platform.is_armed(session)
            if is_armed and not begun:
                raise timer_of_others(self.target.name, "a revert timer that is pending and not of this plan")
            if state is ChangeState.AFTER and not begun:
                self._after = before.text
                return self._outcome(Outcome.UNCHANGED, "as declared already")
            if begun and state is ChangeState.AFTER:
                self._armed, self.token = True, begun
            elif is_armed:
                before = self._abandon(session, begun)
                state = state_of(self.planned, before)
            self._before = before.text
            if state is ChangeState.NEITHER:
                raise self._stale(differences(self.planned, before))
            if state is ChangeState.BEFORE and (users := still_used(self.planned, before)):
                raise self._stale(users)
            if state is ChangeState.BEFORE:
                self._apply(session, before)
        return self._settle(before)

    def _abandon(self, session: Session, begun: str) -> Reading:
        """An attempt was begun, armed and not finished: take it back, then begin anew."""
        with self._stage("revert"):
            self.journal.advance("reverting")
            self._platform.revert(session, begun)
        return self._collect(session)

    def _apply(self, session: Session, before: Reading) -> None:
        change = self._change(before.text)
        check_never_typed(self.planned.platform, self.target.name, self.planned.remediation, self.planned.ours_that_go)
        check_change(self.planned, self.vrf)
        with self._stage("check"):
            self._platform.check(session, change)
        self.journal.intend(self.token, before.text)
        self.journal.check_lease()
        with self._stage("arm"):
            self._arm(session, change)
            self.journal.advance("armed")
        with self._stage("apply"):
            self._platform.apply(session, change)
            self.journal.advance("applied")

    def _arm(self, session: Session, change: Change) -> None:
        """Arm; a session lost in the middle of it counts as armed, a clear refusal does not."""
        self._armed = True
        try:
            self._platform.arm(session, change)
        except LineRejected:
            self._armed = False
            self.journal.withdraw()
            raise

    def _settle(self, before: Reading) -> DeviceOutcome:
        """Read back over a fresh session, confirm and save."""
        with self._session("verify") as session:
            after = self._collect(session)
            if state_of(self.planned, after) is not ChangeState.AFTER:
                raise ReadBackDiffers(
                    self.target.name,
                    "every line of the plan in the running configuration",
                    _few(differences(self.planned, after)),
                    "The device was taken back. Correct the template or the platform; then plan again.",
                )
            self._after = after.text
            self.journal.advance("verified")
            self.journal.check_lease()
            with self._stage("confirm"):
                self.journal.advance("confirming")
                self._confirming = True
                if self._platform.is_armed(session):
                    self._platform.confirm(session, self.token)
                self._check_still_there(session, after)
            self._save(session)
        return self._changed(before, after)

    def _save(self, session: Session) -> None:
        """Record that the confirm took, and save."""
        self.journal.advance("confirmed")
        self._confirmed = True
        with self._stage("save"):
            self._platform.save(session)
            self.journal.advance("saved")

    def _changed(self, before: str | Reading, after: str | Reading) -> DeviceOutcome:
        edits = foreign_edits(self.planned, before, after)
        detail = f"{len(edits)} lines besides ours changed meanwhile: {'; '.join(edits[:4])}" if edits else ""
        return self._outcome(Outcome.CHANGED, detail, pushed=self.planned.command_count, edits=edits)

    def _check_still_there(self, session: Session, verified: Reading) -> None:
        """The timer may have fired just before the confirm: what counts is what the device has now."""
        after = self._platform.collect(session)
        if after == verified.text:
            return
        if state_of(self.planned, after) is not ChangeState.AFTER:
            raise ReadBackDiffers(
                self.target.name,
                "the change to be there after the confirm",
                _few(differences(self.planned, after)),
                "The device took itself back first; run the same command again.",
            )

    def _recover(self, cause: TurnupError) -> DeviceOutcome:
        """After arming: the device is taken back, or saved if it had confirmed; or say that nobody knows."""
        log.warning("%s: settling: %s", self.target.name, cause)
        deadline = time.monotonic() + self.revert_seconds + 60
        last: TurnupError = cause
        while time.monotonic() < deadline:
            try:
                return self._recover_once(cause)
            except SaveFailed as error:
                return self._undo_unsaved(error)
            except DeviceError as error:
                last = error
                time.sleep(self.poll_seconds)
        remedy = f"Settle it by running `turnup deliver` for the call-off again when {self.target.name} answers."
        return self._outcome(Outcome.UNKNOWN, f"{cause} Then: {last} {remedy}")

    def _recover_once(self, cause: TurnupError) -> DeviceOutcome:
        with self._session("revert") as session:
            is_armed = self._platform.is_armed(session)
            if is_armed and not self._confirmed:
                self.journal.advance("reverting")
                self._platform.revert(session, self.token)
            now = self._platform.collect(session)
            state = state_of(self.planned, now)
            if state is ChangeState.AFTER and (self._confirmed or (self._confirming and not is_armed)):
                # Its last answer was lost, not the confirm.
                self._after = now
                self._save(session)
                return self._changed(self._before, now)
        if state is not ChangeState.BEFORE:
            raise RevertFailed(
                self.target.name,
                "the configuration of before",
                f"a device as planned {state}",
                "Wait for its revert timer, or take it back by hand with the rollback of the plan.",
            )
        self._after = now
        if edits := foreign_edits(self.planned, self._before, now):
            detail = f"{cause} {len(edits)} lines differ from before that are not ours."
            return self._outcome(Outcome.ROLLED_BACK, detail, edits=edits)
        return self._outcome(Outcome.ROLLED_BACK, str(cause))

    def _left_to_others(self, cause: LeaseHeld) -> DeviceOutcome:
        """Somebody took the device over: whatever we do now could undo what they do."""
        if not self._armed:
            return self._outcome(Outcome.SKIPPED, str(cause))
        words = "Its revert timer takes it back; running the same command again settles it."
        return self._outcome(Outcome.UNKNOWN, f"{cause} {words}")

    def _undo_unsaved(self, cause: SaveFailed) -> DeviceOutcome:
        """Confirmed but not saved: a restart would lose it, so push the way back as a transaction of its own."""
        log.warning("%s: undoing an unsaved change: %s", self.target.name, cause)
        back = inverse(self.planned)
        try:
            with self._session("undo") as session:
                now = self._platform.collect(session)
                change = self._change(now, back, f"{self.token}-undo")
                self._platform.arm(session, change)
                self._platform.apply(session, change)
            with self._session("verify undo") as session:
                now = self._platform.collect(session)
                if state_of(back, now) is not ChangeState.AFTER:
                    raise RevertFailed(
                        self.target.name, "the former lines", _few(differences(back, now)), "Look at the device."
                    )
                self._platform.confirm(session, change.token)
        except DeviceError as error:
            return self._outcome(Outcome.FAILED, f"{cause} It could not be taken back either: {error}")
        self._after = now
        return self._outcome(Outcome.ROLLED_BACK, str(cause))

    def _change(self, running: str, planned: DeviceChange | None = None, token: str = "") -> Change:
        planned = planned or self.planned
        return Change(planned, running, token or self.token, self.revert_seconds)

    def _collect(self, session: Session) -> Reading:
        with self._stage("collect"):
            return Reading(self.planned, self._platform.collect(session))

    @contextmanager
    def _session(self, stage: str) -> Iterator[Session]:
        """A session of its own, with the right device at the other end."""
        began = time.monotonic()
        self.on_stage(stage)
        with open_session(self.target, opening=self._platform.opening(self.planned.running)) as session:
            check_identity(session, self._platform)
            self._note(stage, began)
            yield session

    @contextmanager
    def _stage(self, stage: str) -> Iterator[None]:
        began = time.monotonic()
        self.on_stage(stage)
        try:
            yield
        finally:
            self._note(stage, began)

    def _note(self, stage: str, began: float) -> None:
        seconds = round(time.monotonic() - began, 3)
        self._timeline.append(StageTime(stage, round(began - self._began, 3), seconds))

    def _stale(self, words: tuple[str, ...]) -> StalePlan:
        return StalePlan(
            self.target.name,
            "the device as the plan saw it",
            _few(words),
            "Somebody changed what the plan touches. Run `turnup plan` and have the new plan approved.",
        )

    def _outcome(self, outcome: Outcome, detail: str, *, pushed: int = 0, edits: tuple[str, ...] = ()) -> DeviceOutcome:
        return DeviceOutcome(self.planned.site, self.target.name, outcome, detail, pushed, tuple(self._timeline), edits)


def _few(words: tuple[str, ...], most: int = 5) -> str:
    """The first few of many, and how many more there are."""
    more = f"; and {len(words) - most} more" if len(words) > most else ""
    return "; ".join(words[:most]) + more
