"""Open vSwitch: one atomic transaction, its inverse in the agent's dead-man timer."""

from __future__ import annotations

from tasks.devices.platforms.agent import Agent
from tasks.devices.platforms.protocol import Change
from turnup.change.ovs_transaction import transaction

PROGRAM = "/usr/local/sbin/turnup-ovs"


class Ovs(Agent):
    """The push protocol on Open vSwitch."""

    def __init__(self) -> None:
        super().__init__(PROGRAM)

    def check_payload(self, change: Change) -> str:
        """The transaction that takes the database to the candidate."""
        return _wire(change.planned.remediation)

    def revert_payload(self, change: Change) -> str:
        """The inverse transaction."""
        return _wire(change.planned.rollback)


def _wire(commands: str) -> str:
    return "".join(f"{line}\n" for line in transaction(tuple(commands.splitlines())))
