"""Platforms that are talked to at a prompt: how a session is prepared, and what begins a comment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from turnup.sites import Platform


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The habits of a command line.

    Attributes:
        preparation: commands that turn paging off and let no line be broken.
        comment: beginning of a line that the device reads and does nothing about.
        has_enable: whether a login may land without privilege, and `enable` gives it.
    """

    preparation: tuple[str, ...]
    comment: str
    has_enable: bool


_LIKE_IOS = CommandLine(("terminal width 511", "terminal length 0"), "!", has_enable=True)
_LIKE_JUNOS = CommandLine(
    ("set cli complete-on-space off", "set cli screen-length 0", "set cli screen-width 0"),
    "#",
    has_enable=False,
)

COMMAND_LINES: Mapping[Platform, CommandLine] = {
    Platform.CISCO_IOS: _LIKE_IOS,
    Platform.ARISTA_EOS: _LIKE_IOS,
    Platform.JUNIPER_JUNOS: _LIKE_JUNOS,
}
"""On the other platforms programs are run beside the shell."""
