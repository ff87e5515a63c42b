"""What a device gave, worked out once however often a push asks about it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from turnup.change.application import load_running
from turnup.change.tree import lists_without_numbers, paths_in

if TYPE_CHECKING:
    from hier_config import HConfig

    from turnup.change.device_change import DeviceChange
    from turnup.change.platforms.language import Path


class Reading:
    """One reading of a device, seen from a change that was planned for it.

    Most questions are about which lines are there: they are answered without a tree.

    Args:
        change: what was planned, by which entries are known that the device shows without numbers.
        text: what the device answered.
    """

    def __init__(self, change: DeviceChange, text: str) -> None:
        self.change = change
        self.text = text

    def again(self, text: str) -> Reading:
        """A later reading of the same device; what the plan saw is not worked out anew."""
        later = Reading(self.change, text)
        if "_planned" in self.__dict__:
            later.__dict__["_planned"] = self._planned
        return later

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """All lines in their order, each with the headers above it."""
        hidden = lists_without_numbers(self.change.platform, self.text)
        if not hidden and self.text == self.change.running:
            return self._planned
        known = (*self._planned, *self.change.adds) if hidden else ()
        return paths_in(self.change.platform, self.text, known)

    @cached_property
    def _planned(self) -> tuple[Path, ...]:
        return paths_in(self.change.platform, self.change.running)

    @cached_property
    def lines(self) -> frozenset[Path]:
        """The same without their order."""
        return frozenset(self.paths)

    @cached_property
    def tree(self) -> HConfig:
        """The same as a tree of hier_config; only to be read."""
        return load_running(self.change, self.text)

    @cached_property
    def is_as_planned(self) -> bool:
        """Whether the device has, line by line and in the same order, all that the plan saw, and nothing else."""
        return self.paths == self._planned


def as_reading(change: DeviceChange, running: str | Reading) -> Reading:
    """A reading of what may be one already."""
    return running if isinstance(running, Reading) and running.change is change else Reading(change, _text(running))


def _text(running: str | Reading) -> str:
    return running.text if isinstance(running, Reading) else running
