"""From an order to a design: service lines with everything that they were allocated."""

from turnup.design.allocation import Allocation
from turnup.design.make import Design, make_design
from turnup.design.service_lines import (
    BaselineDesign,
    LanDesign,
    LineDesign,
    MobileDesign,
    ServiceLine,
    WanDesign,
    baseline_line,
)

__all__ = [
    "Allocation",
    "BaselineDesign",
    "Design",
    "LanDesign",
    "LineDesign",
    "MobileDesign",
    "ServiceLine",
    "WanDesign",
    "baseline_line",
    "make_design",
]
