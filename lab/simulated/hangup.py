"""The end of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.simulated.terminal import Terminal


class Hangup(Exception):
    """The session ends."""


def end_session(terminal: Terminal) -> None:
    """End the session as a cut cable would.

    Raises:
        Hangup: always.
    """
    terminal.drop()
    raise Hangup
