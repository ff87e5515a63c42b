"""What an order line says of video rooms, typed, before anything is allocated."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from turnup.model import Model
from turnup.scalars import DeviceNameField, LineText, Msisdn, OutsidePrefix, SecretText
from turnup.services.uc.parameters import ExtensionNumber


class Room(Model):
    """A room with a codec.

    Attributes:
        codec: name of the codec, a device of the site.
        name: what others see of it.
        number: what is dialled to call it inside the buyer's telephony.
        ddi: its number for calls from outside; it shows it, and an emergency call is placed by it.
        secret: its SIP password as `REFERENCE@VERSION`; its HA1 is kept beside it, as for an extension.
    """

    codec: DeviceNameField
    name: Annotated[LineText, Field(max_length=40)]
    number: ExtensionNumber
    ddi: Msisdn
    secret: SecretText


class Bridge(Model):
    """The number at which rooms meet: a conference server registers as it.

    Attributes:
        secret: its SIP password, as of a room.
        ddi: its number for calls from outside.
    """

    number: ExtensionNumber
    ddi: Msisdn
    secret: SecretText


class VideoParameters(Model):
    """The rooms of one site.

    Attributes:
        outside_prefix: dialled before an outside number by rooms; 999 and 112 need none.
    """

    rooms: Annotated[tuple[Room, ...], Field(min_length=1, max_length=64)]
    bridge: Bridge | None = None
    outside_prefix: OutsidePrefix | None = None

    @property
    def reached(self) -> tuple[Room | Bridge, ...]:
        """All that can be called."""
        return (*self.rooms, *((self.bridge,) if self.bridge is not None else ()))
