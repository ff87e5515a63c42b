"""Materials: what a site needs in hand so that a field engineer has to be sent once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from turnup.scalars import SiteCode


class MaterialKind(StrEnum):
    """Kinds of material, in the order in which they are used on site."""

    HARDWARE = "hardware"
    OPTIC = "optic"
    PATCH = "patch"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Material:
    """One line of a site's bill of materials.

    Attributes:
        item: what it is: a part, a lead, or what draws power.
        quantity: pieces; watts of power.
        place: where it goes: a device, or a port as `DEVICE INTERFACE`.
        to: the other end of a lead.
        service_line: the line that needs it; empty: the site itself.
    """

    site: SiteCode
    kind: MaterialKind
    item: str
    quantity: int
    place: str
    to: str = ""
    service_line: str = ""


COPPER_LEAD = "copper patch lead, category 6A"


def copper_lead(site: SiteCode, place: str, to: str, service_line: str) -> Material:
    """A lead for one port."""
    return Material(site, MaterialKind.PATCH, COPPER_LEAD, 1, place, to, service_line)
