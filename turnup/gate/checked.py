"""An order line as far as it could be checked: rules look at what there is, so that all findings come at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from turnup.call_off import OrderLine
from turnup.framework import Product
from turnup.gate.order import ValidLine
from turnup.parameters import Parameters, ServiceName
from turnup.sites import Site


@dataclass(frozen=True, slots=True)
class AskedSegment:
    """A LAN segment as far as it can be read, even if other parameters of its line are wrong."""

    number: int
    name: str
    vlan: int | None


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """An order line with what was found for it; none stands for what is wrong and reported already."""

    index: int
    order_line: OrderLine
    site: Site | None
    product: Product | None
    parameters: Parameters | None

    def orders(self, service: ServiceName) -> bool:
        """Whether the line asks for a service."""
        return self.product is not None and self.product.service is service

    def valid(self) -> ValidLine | None:
        """The line, if nothing of it is missing."""
        if self.site is None or self.product is None or self.parameters is None:
            return None
        return ValidLine(self.order_line, self.product, self.site, self.parameters)

    def segments(self) -> Iterator[AskedSegment]:
        """Read the names and asked VLANs of a LAN line's segments, as they were written."""
        written = self.order_line.parameters.get("segments")
        for number, segment in enumerate(written if isinstance(written, list) else ()):
            if isinstance(segment, Mapping) and isinstance(segment.get("name"), str):
                vlan = segment.get("vlan")
                number_asked = int(vlan) if isinstance(vlan, int | str) and str(vlan).isdecimal() else None
                yield AskedSegment(number, str(segment["name"]).strip(), number_asked)

    def routed_names(self) -> Iterator[tuple[int, str]]:
        """Read the names of the segments that a WAN line routes, as they were written."""
        written = self.order_line.parameters.get("segments")
        for number, name in enumerate(written if isinstance(written, list) else ()):
            if isinstance(name, str):
                yield number, name.strip()
