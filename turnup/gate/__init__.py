"""The gate: a call-off becomes an order only if every rule of its framework holds; all findings at once."""

from turnup.gate.examine import examine
from turnup.gate.value import LotValue, value_of
from turnup.service.order import Order, ValidLine, Verdict
from turnup.service.view import Commitment, View

__all__ = ["Commitment", "LotValue", "Order", "ValidLine", "Verdict", "View", "examine", "value_of"]
