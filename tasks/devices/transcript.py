"""The transcript of a push: what was sent and what was answered, session by session, with secrets redacted."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tasks.devices.concealing import without_words
from tasks.devices.ending import with_newlines
from turnup.redact import REDACTED, redact

LEAST_SECRET = 4
"""Shorter words than this are not searched for: they are in every other line."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing that was said to a device, and what it answered.

    Attributes:
        stage: what the push was at.
        session: number of the connection, from 1.
        started: seconds since the push of this device began.
        seconds: how long it took.
        sent, received: secrets redacted.
        broken: what ended it, if that was not the answer's end.
    """

    stage: str
    session: int
    started: float
    seconds: float
    sent: str
    received: str
    broken: str = ""

    def content(self) -> dict[str, str | float]:
        """As JSON has it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Transcript:
    """Records one push; what it keeps holds no secret, neither of a configuration nor of the login.

    Attributes:
        began: when the push began, on the monotonic clock.
        stage: what the push is at now.
        bytes_sent, bytes_received: all that went over the sessions so far.
    """

    began: float = field(default_factory=time.monotonic)
    stage: str = ""
    bytes_sent: int = 0
    bytes_received: int = 0
    _session: int = 0
    _secrets: set[str] = field(default_factory=set, repr=False)
    _kept: list[Exchange] = field(default_factory=list)
    _taken: int = 0

    def begin_session(self, *secrets: str) -> None:
        """A connection was made; these words of its login are never kept."""
        self._session += 1
        self.conceal(*secrets)

    def conceal(self, *secrets: str) -> None:
        """Never keep these words, wherever they stand, nor as JSON has them: agents are given their edits in it."""
        for secret in secrets:
            if len(secret) >= LEAST_SECRET:
                self._secrets.update((secret, json.dumps(secret)[1:-1]))

    @contextmanager
    def exchange(self, sent: str, received: list[str]) -> Iterator[None]:
        """Record what is said while this lasts, whether it ends well or not.

        Args:
            sent: what was typed.
            received: what is answered; looked at in the end.
        """
        began, broken = time.monotonic(), ""
        try:
            yield
        except BaseException as error:
            broken = type(error).__name__
            raise
        finally:
            self._keep(began, sent, "".join(received), broken)

    def _keep(self, began: float, sent: str, received: str, broken: str) -> None:
        self.bytes_sent += len(sent.encode())
        self.bytes_received += len(received.encode())
        self._kept.append(
            Exchange(
                self.stage,
                self._session,
                round(began - self.began, 3),
                round(time.monotonic() - began, 3),
                self._redacted(sent),
                self._redacted(received),
                broken,
            )
        )

    def _redacted(self, text: str) -> str:
        return redact(with_newlines(without_words(text, self._secrets, REDACTED)))

    def take(self) -> str:
        """What was said since this was asked last, as lines of JSON; empty when nothing was."""
        new, self._taken = self._kept[self._taken :], len(self._kept)
        return "".join(f"{json.dumps(each.content(), ensure_ascii=False)}\n" for each in new)


def read_transcript(text: str) -> tuple[Exchange, ...]:
    """Read what `Transcript.take` gave out."""
    return tuple(Exchange(**json.loads(line)) for line in text.split("\n") if line)
