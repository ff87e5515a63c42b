"""Every example call-off is planned through the tenant fence, on devices as they are found on site."""

from __future__ import annotations

import pytest

from lab.simulated import factory_config
from lab.simulated.grammar import DeviceKind
from tasks.delivery import plan_from_readings
from tasks.inventory.estate import Estate
from tasks.planning import PlanRequest, Purpose, prepare_request
from tests.conftest import CHECKOUT
from turnup.sites import Device, DeviceRole, Platform

REFERENCES = Estate(CHECKOUT / "inventory").references()
KINDS = {
    (Platform.CISCO_IOS, True): DeviceKind.SWITCH,
    (Platform.CISCO_IOS, False): DeviceKind.ROUTER,
    (Platform.ARISTA_EOS, True): DeviceKind.EOS_SWITCH,
    (Platform.JUNIPER_JUNOS, True): DeviceKind.JUNOS_SWITCH,
    (Platform.JUNIPER_JUNOS, False): DeviceKind.JUNOS_ROUTER,
}
CODEC = CHECKOUT / "tests" / "golden" / "video" / "cisco_tp" / "room" / "running.txt"


def found_on_site(device: Device) -> str:
    own = CHECKOUT / "lab" / "startup" / f"{device.name}.cfg"
    kind = KINDS.get((device.platform, device.role is DeviceRole.SWITCH))
    if own.is_file() and device.platform is Platform.CISCO_IOS:
        return own.read_text()
    if device.platform is Platform.CISCO_TP:
        return CODEC.read_text()
    return factory_config(kind, device.name) if kind else ""


@pytest.mark.parametrize("reference", REFERENCES)
def test_what_an_example_wants_is_its_buyers_own(delivery, reference: str) -> None:
    request = PlanRequest(call_off=reference, purpose=Purpose.DELIVER, lines=())
    prepared = prepare_request(delivery.workspace, delivery.ledger, request)
    known = prepared.estate.devices()
    running = {name: found_on_site(known[name]) for name in prepared.devices}
    plan = plan_from_readings(delivery.ledger, prepared, running, delivery.workspace.executor)
    assert plan.changes_something
