"""Fragments and their merge: what service lines declare of a device."""

from __future__ import annotations

from dataclasses import dataclass

from turnup.scalars import DeviceName
from turnup.sites import Platform


@dataclass(frozen=True, slots=True)
class Fragment:
    """The text that one service line contributes to one device.

    Attributes:
        service_line: id of the service line, such as `LBHF-2026-0042/L1`.
        device: the device it is for.
        platform: the language it is written in.
        text: lines in the form in which the device shows them.
    """

    service_line: str
    device: DeviceName
    platform: Platform
    text: str
