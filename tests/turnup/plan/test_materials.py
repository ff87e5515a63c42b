"""The bill of materials: every device, lead, optic and watt that a site needs, once, with both ends."""

from __future__ import annotations

from collections import Counter

import pytest

from tasks.offline import offline_plan
from tasks.order import estate_at
from tasks.requests import PlanRequest
from turnup.errors import FileRefused
from turnup.service.materials import MaterialKind

CALL_OFF, SITE = "RBKC-2026-0007", "KC-TH-01"
LEAD, FIBRE = "copper patch lead, category 6A", "duplex fibre patch lead, LC"


@pytest.fixture
def planned(start_fleet, delivery):
    start_fleet(CALL_OFF, minute_seconds=60)
    return delivery.plan(CALL_OFF)


def test_a_site_is_listed_with_all_that_is_carried_there(planned):
    here = [each for each in planned.materials if each.site == SITE]
    hardware = [each for each in here if each.kind is MaterialKind.HARDWARE]
    assert [each.place.partition(",")[0] for each in hardware] == ["KC-TH-01-SW1", "KC-TH-01-SW2", "KC-TH-01-CPE1"]
    assert hardware[0].item.startswith("C9200L-24P-4X ")
    site_cables = {(each.item, each.place, each.to) for each in here if not each.service_line and each.to}
    assert site_cables == {
        (FIBRE, "KC-TH-01-SW1 TenGigabitEthernet1/1/1", "KC-TH-01-SW2 TenGigabitEthernet1/1/1"),
        (LEAD, "KC-TH-01-SW1 GigabitEthernet1/0/23", "KC-TH-01-CPE1 GigabitEthernet0/0/1"),
        (LEAD, "KC-TH-01-CPE1 GigabitEthernet0/0/0", "circuit ACT-100211"),
    }
    optics = [each for each in here if each.kind is MaterialKind.OPTIC]
    assert Counter(each.item for each in optics) == {"SFP-10G-SR": 2}
    assert {each.place.split()[0] for each in optics} == {"KC-TH-01-SW1", "KC-TH-01-SW2"}


def test_each_port_that_is_given_out_has_one_lead(planned):
    ports = {each.value for each in planned.allocations if each.pool == f"port/{SITE}"}
    leads = [each for each in planned.materials if each.site == SITE and each.service_line]
    assert Counter(each.place for each in leads if each.kind is MaterialKind.PATCH) == dict.fromkeys(ports, 1)
    assert ports


def test_what_to_carry_is_no_part_of_what_is_signed(planned):
    assert planned.materials
    assert "materials" not in planned.content()


def test_each_telephone_is_listed_by_the_address_that_is_printed_on_it(workspace):
    found = offline_plan(workspace, PlanRequest(call_off="WCC-2026-0007"), None).materials
    phones = {each.to: each.place for each in found if "telephone" in each.item}
    assert phones["00005e005301"] == "2001 Enquiry desk left"
    assert len(phones) == 3
    assert Counter(each.place for each in found if each.to == "its outlet") == dict.fromkeys(phones, 1)


@pytest.fixture
def hosts(workspace):
    return workspace.inventory / "sites" / SITE / "hosts.yaml"


def test_a_device_of_which_no_model_is_recorded_says_so(start_fleet, delivery, hosts):
    hosts.write_text(hosts.read_text().replace("model: ISR4331/K9, ", ""))
    start_fleet(CALL_OFF, minute_seconds=60)
    items = {each.place.split(",")[0]: each.item for each in delivery.plan(CALL_OFF).materials}
    assert items["KC-TH-01-CPE1"] == "cisco_ios cpe, model not recorded"
    assert items["KC-TH-01-CPE1 GigabitEthernet0/0/0"] == "patch lead, connector not recorded"


def test_a_model_that_there_is_not_is_refused_by_name(workspace, hosts):
    hosts.write_text(hosts.read_text().replace("ISR4331/K9", "ISR4313/K9"))
    with pytest.raises(FileRefused, match=r"ISR4313/K9.*[Dd]id you mean .*ISR4331/K9"):
        estate_at(workspace, [SITE])
