"""The push: one device, one transaction, on devices that have none.

Identity, comparison with the plan, write-ahead intention, arm, apply, read back over a fresh session, record
`confirming`, confirm, save. Whatever fails after arming takes the device back. Killed at any line and started again,
it finishes with the same result: the device's own state and the open intention say where it stopped.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from tasks.devices.login import open_session
from tasks.devices.masking import Masking
from tasks.devices.outcome import DeviceOutcome, Outcome, StageTime
from tasks.devices.pacing import lines_at_once, slow_down
from tasks.devices.platforms import PLATFORMS, Change, DevicePlatform, check_identity, timer_of_others
from tasks.devices.session import Session, Target
from tasks.devices.transcript import Transcript
from turnup.change.application import inverse, way_back
from turnup.change.commands import check_never_typed
from turnup.change.device_change import DeviceChange
from turnup.change.reading import Reading
from turnup.change.state import ChangeState, differences, foreign_edits, state_of, still_used
from turnup.errors import (
    CharactersLost,
    DeviceError,
    LeaseHeld,
    LedgerError,
    LineRejected,
    OthersTimer,
    ReadBackDiffers,
    RevertFailed,
    SaveFailed,
    StalePlan,
    TurnupError,
)
from turnup.findings import counted
from turnup.plan.fence import check_change

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
"""Pause between two looks at a device that has to come back."""

PATIENCE_SECONDS = 60.0
"""How long beyond its revert timer a device is waited for: timers count whole minutes, and taking back takes time."""


class Journal(Protocol):
    """What a push writes down, and where it asks whether it still may; the ledger stands behind it.

    Attributes:
        transcript: records what is said; written down with each stage, so that a killed push leaves what it had.
    """

    transcript: Transcript

    def open_token(self) -> str:
        """Token of an attempt of this very change that was begun and not ended; empty when there is none."""

    def intend(self, token: str, before: str) -> None:
        """Record the intention and the configuration before it; nothing is written to the device earlier."""

    def advance(self, stage: str) -> None:
        """Record that a stage was reached: armed, applied, verified, confirming, confirmed, saved, reverting."""

    def turn_back(self, token: str) -> None:
        """Record that the way back is about to be pushed, under a token of its own."""

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
        on_stage: told each stage as it begins.
    """

    target: Target
    planned: DeviceChange
    vrf: str
    journal: Journal
    token: str
    revert_seconds: int = 120
    on_stage: Callable[[str], None] = lambda _stage: None
    _timeline: list[StageTime] = field(default_factory=list)
    _armed: bool = False
    _confirming: bool = False
    _confirmed: bool = False
    _before: str = ""
    _after: str = ""
    _seen: str = ""
    _begun: bool = False
    _masking: Masking = field(init=False)

    def __post_init__(self) -> None:
        self._masking = Masking(self.planned, self.target.key)

    @property
    def _platform(self) -> DevicePlatform:
        return PLATFORMS[self.planned.platform]

    def run(self) -> DeviceOutcome:
        """Push the change and say what happened; device errors become outcomes, never exceptions.

        Raises:
            LedgerError: the ledger cannot be written. The device then takes itself back, for nobody confirms.
        """
        try:
            outcome = self._attempt()
        except LeaseHeld as error:
            outcome = self._left_to_others(error)
        self.journal.finish(outcome, self._masking.as_shown(self._after))
        return outcome

    def _attempt(self) -> DeviceOutcome:
        try:
            return self._transaction()
        except StalePlan as error:
            return self._outcome(Outcome.SKIPPED, str(error))
        except LedgerError:
            raise
        except SaveFailed as error:
            return self._take_back(error)
        except CharactersLost as error:
            return self._more_slowly(self._recover(error)) if self._armed else self._outcome(Outcome.FAILED, str(error))
        except TurnupError as error:
            return self._recover(error) if self._armed else self._outcome(Outcome.FAILED, str(error))

    def _more_slowly(self, outcome: DeviceOutcome) -> DeviceOutcome:
        """Characters were lost: if the device is as before, begin anew and type less at once."""
        if outcome.outcome is not Outcome.ROLLED_BACK or outcome.foreign_edits or not slow_down(self.target.name):
            return outcome
        log.warning(
            "%s: characters were lost; typing %d lines at once", self.target.name, lines_at_once(self.target.name)
        )
        self._armed, self.token = False, f"{self.token}-{lines_at_once(self.target.name)}"
        return self._attempt()

    def _transaction(self) -> DeviceOutcome:
        with self._session("connect") as session:
            begun = self.journal.open_token()
            self._begun = bool(begun)
            before = self._collect(session)
            state = state_of(self.planned, before)
            is_armed = self._platform.is_armed(session, begun or self.token)
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
                raise self._stale(differences(self.planned, before), begun)
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
        self.journal.intend(self.token, self._masking.as_shown(before.text))
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
            after = before.again(self._collect(session).text)
            if state_of(self.planned, after) is not ChangeState.AFTER:
                raise ReadBackDiffers(
                    self.target.name,
                    "every line of the plan in the running configuration",
                    _few(differences(self.planned, after)),
                    "Correct the template or the platform; then plan again.",
                )
            self._after = after.text
            self.journal.advance("verified")
            self.journal.check_lease()
            with self._stage("confirm"):
                self.journal.advance("confirming")
                self._confirming = True
                if self._platform.is_armed(session, self.token):
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
        detail = (
            f"{counted(len(edits), 'line')} besides ours changed meanwhile: {'; '.join(edits[:4])}" if edits else ""
        )
        return self._outcome(Outcome.CHANGED, detail, pushed=self.planned.command_count, edits=edits)

    def _check_still_there(self, session: Session, verified: Reading) -> None:
        """The timer may have fired just before the confirm: what counts is what the device has now."""
        after = self._read(session)
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
        remedy = f"Settle it by running `turnup deliver` for the call-off again when {self.target.name} answers."
        then = "" if str(last) == str(cause) else f"Then: {last} "
        return self._outcome(Outcome.UNKNOWN, f"{cause} {then}{remedy}")

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

    def _as_before(self, cause: TurnupError, now: str, lost: tuple[str, ...]) -> DeviceOutcome:
        """Taken back; say what others did meanwhile, be it still there or gone with ours."""
        self._after = now
        stayed = foreign_edits(self.planned, self._before, now)
        gone = tuple(edit for edit in lost if edit not in stayed)
        words = [str(cause)]
        if stayed:
            words.append(f"{counted(len(stayed), 'line')} besides ours changed meanwhile: {_few(stayed)}.")
        if gone:
            words.append(
                f"{counted(len(gone), 'line')} besides ours had changed and were taken back with ours: {_few(gone)}."
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
            f"a device as planned {state}: {_few(differences(inverse(self.planned), now))}",
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
        words = "Its revert timer takes it back; running the same command again settles it."
        return self._outcome(Outcome.UNKNOWN, f"{cause} {words}")

    def _take_back(self, cause: TurnupError, why: TurnupError | None = None) -> DeviceOutcome:
        """Push the way back as a transaction of its own: of what was confirmed and is not saved, or did not revert."""
        log.warning("%s: pushing the way back: %s", self.target.name, self._masking.scrub(str(why or cause)))
        self.token, self._armed = f"{self.token}-undo", True
        try:
            now = self._undo()
        except DeviceError as error:
            return self._left_there(cause, error)
        self._after = now
        return self._outcome(Outcome.ROLLED_BACK, str(cause))

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
                left = _few(differences(change.planned, now))
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
        words = f"{cause} It could not be taken back either: {error}"
        try:
            with self._session("look") as session:
                if self._timer(session) is True:
                    self._platform.revert(session, self.token)
                self._after = self._read(session)
        except DeviceError as silent:
            remedy = f"Settle it by running `turnup deliver` for the call-off again when {self.target.name} answers."
            return self._outcome(Outcome.UNKNOWN, f"{words} Then: {silent} {remedy}")
        left = _few(differences(inverse(self.planned), self._after)) or "nothing"
        remedy = "It is not saved; take it back by hand with the rollback of the plan, or run the same command again."
        return self._outcome(Outcome.FAILED, f"{words} What is left of it: {left}. {remedy}")

    def _change(self, running: str, planned: DeviceChange | None = None, token: str = "") -> Change:
        """What is sent to the device; its secrets are put in only as it is sent."""
        planned = planned or self.planned
        return Change(planned, running, token or self.token, self.revert_seconds, self._reveal, self._hide)

    def _reveal(self, text: str) -> str:
        revealed = self._masking.reveal(text)
        self.journal.transcript.conceal(*self._masking.sent)
        return revealed

    def _collect(self, session: Session) -> Reading:
        with self._stage("collect"):
            return Reading(self.planned, self._read(session))

    def _read(self, session: Session) -> str:
        """What the device has, without a secret."""
        return self._hide(self._platform.collect(session))

    def _hide(self, text: str) -> str:
        return self._masking.read(text, typed=self._armed or self._begun)

    @contextmanager
    def _session(self, stage: str) -> Iterator[Session]:
        """A session of its own, with the right device at the other end."""
        opening, transcript = self._platform.opening(self.planned.running), self.journal.transcript
        with ExitStack() as stack:
            with self._stage(stage):
                session = stack.enter_context(open_session(self.target, opening=opening, transcript=transcript))
                check_identity(session, self._platform)
            yield session

    @contextmanager
    def _stage(self, stage: str) -> Iterator[None]:
        said, began = self.journal.transcript, time.monotonic()
        sent, received = said.bytes_sent, said.bytes_received
        said.stage = stage
        self.on_stage(stage)
        try:
            yield
        finally:
            started, seconds = round(began - said.began, 3), round(time.monotonic() - began, 3)
            bytes_over = said.bytes_sent - sent, said.bytes_received - received
            self._timeline.append(StageTime(stage, started, seconds, *bytes_over))

    def _stale(self, words: tuple[str, ...], begun: str = "") -> StalePlan:
        remedy = "Somebody changed what the plan touches. Run `turnup plan` and have the new plan approved."
        if begun:
            remedy = (
                "An earlier attempt at it was begun, and no revert timer of it runs any more: some of these lines may"
                " be ours. Take those back with the rollback of the plan, then run `turnup plan`."
            )
        return StalePlan(self.target.name, "the device as the plan saw it", _few(words), remedy)

    def _outcome(self, outcome: Outcome, detail: str, *, pushed: int = 0, edits: tuple[str, ...] = ()) -> DeviceOutcome:
        words = self._masking.scrub(detail)
        return DeviceOutcome(self.planned.site, self.target.name, outcome, words, pushed, tuple(self._timeline), edits)


def _few(words: tuple[str, ...], most: int = 5) -> str:
    """The first few of many, and how many more there are."""
    more = f"; and {len(words) - most} more" if len(words) > most else ""
    return "; ".join(words[:most]) + more
