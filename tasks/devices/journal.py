"""The journal of a push: what it writes down before it happens, and where it asks whether it still may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tasks.devices.outcome import DeviceOutcome
from tasks.devices.transcript import Transcript
from turnup.service.checks import CheckAnswer

if TYPE_CHECKING:
    from turnup.change.platforms.language import Path


class Journal(Protocol):
    """What a push writes down, and where it asks whether it still may; the ledger stands behind it.

    Attributes:
        transcript: records what is said; written down with each stage, so that a killed push leaves what it had.
    """

    transcript: Transcript

    def open_token(self) -> str:
        """Token of an attempt of this very change that was begun and not ended; empty when there is none."""

    def secrets_given(self) -> tuple[Path, ...]:
        """Lines of ours on the device that hold secrets, with the fingerprints of what it gave back for them last."""

    def intend(self, token: str, before: str) -> None:
        """Record the intention and the configuration before it; nothing is written to the device earlier."""

    def advance(self, stage: str) -> None:
        """Record that a stage was reached: armed, applied, verified, confirming, confirmed, saved, reverting."""

    def answered(self, answers: tuple[CheckAnswer, ...]) -> None:
        """Record what the device answered to its service checks."""

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
