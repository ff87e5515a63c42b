"""The plan: what each device has and shall have, in which order, known by its hash."""

from turnup.plan.assemble import Chain, DeviceReading, PlanSubject, plan_chain
from turnup.plan.budget import FailureBudget, failure_budget
from turnup.plan.cease import make_cease, make_restoration
from turnup.plan.fence import check_change, check_fence
from turnup.plan.forecast import Outage, SiteForecast, WaveForecast, forecast
from turnup.plan.live import LiveLine, check_nothing_stands_on
from turnup.plan.make import NOTHING_STANDS, Estate, Standing, devices_of, intents_for, make_plan
from turnup.plan.plan import Plan, PlannedLine, Wave, plan_from_json
from turnup.plan.rollback import Undoing, check_as_delivered, make_rollback

__all__ = [
    "NOTHING_STANDS",
    "Chain",
    "DeviceReading",
    "Estate",
    "FailureBudget",
    "LiveLine",
    "Outage",
    "Plan",
    "PlanSubject",
    "PlannedLine",
    "SiteForecast",
    "Standing",
    "Undoing",
    "Wave",
    "WaveForecast",
    "check_as_delivered",
    "check_change",
    "check_fence",
    "check_nothing_stands_on",
    "devices_of",
    "failure_budget",
    "forecast",
    "intents_for",
    "make_cease",
    "make_plan",
    "make_restoration",
    "make_rollback",
    "plan_chain",
    "plan_from_json",
]
