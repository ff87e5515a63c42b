"""An order: a call-off that passed the gate. There is no other way to make one."""

from __future__ import annotations

from dataclasses import dataclass

from turnup.buyers import Buyer
from turnup.call_off import CallOff, OrderLine
from turnup.findings import Finding
from turnup.framework import Framework, Product
from turnup.model import Model
from turnup.sites import Site


@dataclass(frozen=True, slots=True)
class ValidLine:
    """An order line whose product, site and parameters exist and are legal."""

    order_line: OrderLine
    product: Product
    site: Site
    parameters: Model


@dataclass(frozen=True, slots=True)
class Order:
    """A call-off that passed the gate; made by `turnup.gate.examine` only."""

    call_off: CallOff
    framework: Framework
    buyer: Buyer
    lines: tuple[ValidLine, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says: an order if no finding refuses, and all findings in any case."""

    order: Order | None
    findings: tuple[Finding, ...]
