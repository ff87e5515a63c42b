"""FRRouting: a whole candidate text, loaded by `frr-reload.py` under the agent's dead-man timer."""

from __future__ import annotations

from tasks.devices.platforms.agent import Agent

PROGRAM = "/usr/local/sbin/turnup-frr"


class Frr(Agent):
    """The push protocol on FRR: the agent checks the candidate by `vtysh -C` and keeps the backup."""

    def __init__(self) -> None:
        super().__init__(PROGRAM)
