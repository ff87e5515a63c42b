"""What an order line says of SIMs, typed, before any has an address."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from turnup.model import Model
from turnup.scalars import Iccid, Imsi, Msisdn


class Sim(Model):
    """One SIM.

    Attributes:
        barred: it keeps its address and is let in no more.
    """

    iccid: Iccid
    imsi: Imsi
    msisdn: Msisdn
    barred: bool = False


class MobileParameters(Model):
    """SIMs in the buyer's private APN, each with an address of its own for as long as it is ordered."""

    sims: Annotated[tuple[Sim, ...], Field(min_length=1, max_length=2000)]
