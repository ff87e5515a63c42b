"""From an order to a design: service lines with everything that they were allocated."""

from turnup.allocation import Allocation
from turnup.design.make import Design, make_design
from turnup.service.lines import ServiceLine, baseline_line

__all__ = ["Allocation", "Design", "ServiceLine", "baseline_line", "make_design"]
