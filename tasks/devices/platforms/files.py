"""Servers that read a shared file when told to: edits of single records, proved by an answer of the running server.

The agent keeps the whole file and the edits under its dead-man timer: back to the byte, or record by record where
others edited the file meanwhile.
"""

from __future__ import annotations

from tasks.devices.platforms.agent import Agent
from tasks.devices.platforms.protocol import Change
from turnup.change.file_edits import file_edits
from turnup.change.platforms import LANGUAGES


class SharedFile(Agent):
    """The push protocol on a server with a shared file.

    Args:
        server: name of the server program, and of its agent on the device.
    """

    def __init__(self, server: str) -> None:
        super().__init__(f"/usr/local/sbin/turnup-{server}")

    def check_payload(self, change: Change) -> str:
        """The edits of the records that the change touches, with their secrets."""
        stay = not LANGUAGES[change.planned.platform].secret_places
        return "".join(f"{edit}\n" for edit in file_edits(change.planned, change.reveal, secrets_stay=stay))

    def revert_payload(self, change: Change) -> str:
        """The same edits: the agent takes them back out of a file that others may have edited since."""
        return self.check_payload(change)
