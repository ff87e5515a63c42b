"""The plan: what each device has and shall have, in which order, known by its hash."""

from turnup.plan.fence import check_change, check_fence
from turnup.plan.make import DeviceReading, Estate, devices_of, intents_for, make_plan
from turnup.plan.plan import Plan, PlannedLine, Wave, plan_from_json

__all__ = [
    "DeviceReading",
    "Estate",
    "Plan",
    "PlannedLine",
    "Wave",
    "check_change",
    "check_fence",
    "devices_of",
    "intents_for",
    "make_plan",
    "plan_from_json",
]
