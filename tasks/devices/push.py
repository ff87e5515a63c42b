"""The push: one device, one transaction, on devices that have none.

Identity, comparison with the plan, write-ahead intention, arm, apply, read back over a fresh session, record
`confirming`, confirm, save. Whatever fails after arming takes the device back. Killed at any line and started again,
it finishes with the same result: the device's own state and the open intention say where it stopped.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from tasks.devices.checks import ask_checks, check_answers
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.devices.pacing import lines_at_once, slow_down
from tasks.devices.platforms import Change, timer_of_others
from tasks.devices.recovery import Recovery
from tasks.devices.session import Session
from turnup.change.commands import check_never_typed
from turnup.change.reading import Reading
from turnup.change.state import ChangeState, differences, is_between, state_of, still_used
from turnup.errors import (
    CharactersLost,
    LeaseHeld,
    LedgerError,
    LineRejected,
    ReadBackDiffers,
    SaveFailed,
    StalePlan,
    TurnupError,
)
from turnup.findings import few
from turnup.plan.fence import check_change

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Push(Recovery):
    """One push of one device change."""

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
            self._masking.given = self.journal.secrets_given()
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
            if state is ChangeState.NEITHER and begun and not self._takes_back and is_between(self.planned, before):
                state = ChangeState.BEFORE  # no timer takes the first half away: all of it is typed once more
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
                    few(differences(self.planned, after)),
                    "Correct the template or the platform; then plan again.",
                )
            self._after = after.text
            self._prove(session)
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

    def _prove(self, session: Session) -> None:
        """Ask what proves the service lines here; a device on which they do not work goes back.

        Raises:
            ServiceCheckFailed: it does not answer as expected.
        """
        if not self.checks:
            return
        with self._stage("prove"):
            answers = ask_checks(session, self._platform, self.checks, self.revert_seconds / 4)
            self.journal.answered(answers)
            check_answers(self.target.name, answers)

    def _check_still_there(self, session: Session, verified: Reading) -> None:
        """The timer may have fired just before the confirm: what counts is what the device has now."""
        after = self._read(session)
        if after == verified.text:
            return
        if state_of(self.planned, after) is not ChangeState.AFTER:
            raise ReadBackDiffers(
                self.target.name,
                "the change to be there after the confirm",
                few(differences(self.planned, after)),
                "The device took itself back first; run the same command again.",
            )

    def _stale(self, words: tuple[str, ...], begun: str = "") -> StalePlan:
        remedy = "Somebody changed what the plan touches. Run `turnup plan` and have the new plan approved."
        if begun:
            remedy = (
                "An earlier attempt at it was begun, and no revert timer of it runs any more: some of these lines may"
                " be ours. Take those back with the rollback of the plan, then run `turnup plan`."
            )
        return StalePlan(self.target.name, "the device as the plan saw it", few(words), remedy)
