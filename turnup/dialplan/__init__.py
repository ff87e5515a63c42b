"""Dialplans worked out without a server: patterns, routes, and what becomes of what is dialled."""

from __future__ import annotations

from turnup.dialplan.emergency import LostCall, emergency_strings, lost_emergency_calls
from turnup.dialplan.numbers import Block, NumberRange
from turnup.dialplan.rules import (
    BARRED,
    CARRIER,
    EMERGENCY,
    EMERGENCY_NUMBERS,
    Barring,
    Call,
    Matching,
    Priority,
    Rule,
    evaluate,
    outside_rules,
)

__all__ = [
    "BARRED",
    "CARRIER",
    "EMERGENCY",
    "EMERGENCY_NUMBERS",
    "Barring",
    "Block",
    "Call",
    "LostCall",
    "Matching",
    "NumberRange",
    "Priority",
    "Rule",
    "emergency_strings",
    "evaluate",
    "lost_emergency_calls",
    "outside_rules",
]
