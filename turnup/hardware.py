"""Hardware: the models of devices that are shipped, with their ports and what they draw."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from turnup.model import Model
from turnup.scalars import LineText


class Connector(StrEnum):
    """What a port takes."""

    RJ45 = "rj45"
    SFP = "sfp"
    SFP_PLUS = "sfp+"


class PortGroup(Model):
    """Ports of one kind.

    Attributes:
        interfaces: what their names begin with, such as `GigabitEthernet1/0/`.
        optic: part that is ordered for one that is cabled; none: the port needs none.
    """

    interfaces: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9/.:-]{0,31}$")]
    count: Annotated[int, Field(ge=1, le=512)]
    connector: Connector
    optic: LineText | None = None


class HardwareModel(Model):
    """One model.

    Attributes:
        code: the maker's part number.
        rack_units: height in the rack.
        watts: what it typically draws, without what it gives to others.
        poe_watts: what its power supply has for others (IEEE 802.3bt).
    """

    code: LineText
    title: LineText
    rack_units: Annotated[int, Field(ge=0, le=48)]
    watts: Annotated[int, Field(ge=0, le=20_000)]
    poe_watts: Annotated[int, Field(ge=0, le=20_000)] = 0
    ports: tuple[PortGroup, ...] = ()

    def port(self, interface: str) -> PortGroup | None:
        """The group of a port; none if the model has no port of that name."""
        return next((group for group in self.ports if interface.startswith(group.interfaces)), None)
