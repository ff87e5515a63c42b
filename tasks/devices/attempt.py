"""One attempt at one device: how it is reached and read, and what is known of it so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tasks.devices.journal import Journal
from tasks.devices.login import open_session
from tasks.devices.masking import Masking
from tasks.devices.outcome import DeviceOutcome, Outcome, StageTime
from tasks.devices.platforms import PLATFORMS, Change, DevicePlatform, check_identity
from tasks.devices.session import Session, Target
from turnup.change.device_change import DeviceChange
from turnup.change.platforms import LANGUAGES
from turnup.change.reading import Reading
from turnup.change.state import foreign_edits
from turnup.findings import counted
from turnup.service.checks import ServiceCheck


@dataclass(slots=True)
class Attempt:
    """What a push and its way back have in common.

    Attributes:
        target: the device.
        planned: what was approved.
        vrf: the buyer's VRF, the only one that the commands may name.
        journal: where stages are recorded before they happen.
        token: name of this attempt; letters, digits, hyphens.
        revert_seconds: how long the device waits for the confirm before it takes itself back.
        checks: what it has to answer before it is confirmed.
        on_stage: told each stage as it begins.
    """

    target: Target
    planned: DeviceChange
    vrf: str
    journal: Journal
    token: str
    revert_seconds: int = 120
    checks: tuple[ServiceCheck, ...] = ()
    on_stage: Callable[[str], None] = lambda _stage: None
    _timeline: list[StageTime] = field(default_factory=list)
    _armed: bool = False
    _confirming: bool = False
    _confirmed: bool = False
    _before: str = ""
    _after: str = ""
    _begun: bool = False
    _masking: Masking = field(init=False)

    def __post_init__(self) -> None:
        self._masking = Masking(self.planned, self.target.key)

    @property
    def _platform(self) -> DevicePlatform:
        return PLATFORMS[self.planned.platform]

    @property
    def _takes_back(self) -> bool:
        """Whether the device takes a change back by itself."""
        return LANGUAGES[self.planned.platform].takes_back

    @contextmanager
    def _session(self, stage: str) -> Iterator[Session]:
        """A session of its own, with the right device at the other end."""
        expected = self.planned.candidate if stage == "verify" else self.planned.running
        opening, transcript = self._platform.opening(expected), self.journal.transcript
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

    def _collect(self, session: Session) -> Reading:
        with self._stage("collect"):
            return Reading(self.planned, self._read(session))

    def _read(self, session: Session) -> str:
        """What the device has, without a secret."""
        return self._hide(self._platform.collect(session))

    def _change(self, running: str, planned: DeviceChange | None = None, token: str = "") -> Change:
        """What is sent to the device; its secrets are put in only as it is sent."""
        planned = planned or self.planned
        return Change(planned, running, token or self.token, self.revert_seconds, self._reveal, self._hide)

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
        if not self._takes_back:
            detail = f"set line by line, without a transaction{'; ' if detail else ''}{detail}"
        return self._outcome(Outcome.CHANGED, detail, pushed=self.planned.command_count, edits=edits)

    def _outcome(self, outcome: Outcome, detail: str, *, pushed: int = 0, edits: tuple[str, ...] = ()) -> DeviceOutcome:
        words = self._masking.scrub(detail)
        return DeviceOutcome(self.planned.site, self.target.name, outcome, words, pushed, tuple(self._timeline), edits)

    def _reveal(self, text: str) -> str:
        revealed = self._masking.reveal(text)
        self.journal.transcript.conceal(*self._masking.take_sent())
        return revealed

    def _hide(self, text: str) -> str:
        return self._masking.read(text, typed=self._armed or self._begun)
