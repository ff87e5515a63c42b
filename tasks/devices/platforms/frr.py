"""FRRouting: a whole candidate text, loaded by `frr-reload.py` under the agent's dead-man timer."""

from __future__ import annotations

from tasks.devices.platforms.agent import Agent
from tasks.devices.platforms.protocol import Change
from tasks.devices.session import Session
from turnup.change.state import lines_between
from turnup.errors import LineRejected

PROGRAM = "/usr/local/sbin/turnup-frr"


class Frr(Agent):
    """The push protocol on FRR: the agent checks the candidate by `vtysh -C` and keeps the backup."""

    def __init__(self) -> None:
        super().__init__(PROGRAM)

    def arm(self, session: Session, change: Change) -> None:
        """Arm, and see that the backup is of what the candidate was made from: loading it takes the rest away.

        Raises:
            LineRejected: it did not arm, or somebody changed the device since it was read.
        """
        super().arm(session, change)
        now = change.hide(self.collect(session))
        if edits := lines_between(change.planned, change.running, now):
            self.revert(session, change.token)
            raise LineRejected(
                session.device,
                "the running configuration that was read a moment ago",
                "; ".join(edits[:5]),
                "Nothing was changed: somebody is at work there. Run the same command again.",
            )
