"""An order line as far as it could be checked: rules look at what there is, so that all findings come at once."""

from __future__ import annotations

from dataclasses import dataclass

from turnup.call_off import OrderLine
from turnup.framework import Product
from turnup.model import Model
from turnup.sites import Site


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """An order line with what was found for it; none stands for what is wrong and reported already."""

    index: int
    order_line: OrderLine
    site: Site | None
    product: Product | None
    parameters: Model | None

    def orders(self, service: str) -> bool:
        """Whether the line asks for a service."""
        return self.product is not None and self.product.service == service
