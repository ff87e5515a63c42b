"""Trunks from the order to SBC and voice gateway: numbers are one line's only, and a revision keeps what stays."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tasks.inventory.estate import Estate as Files
from tasks.inventory.yaml_loader import Loader
from turnup.call_off import CallOff
from turnup.design import Allocation, make_design
from turnup.errors import DesignError
from turnup.gate import Order, View, examine
from turnup.plan import Estate, intents_for
from turnup.positions import Positions
from turnup.services.landline import LandlineDesign

CHECKOUT = Path(__file__).resolve().parents[3]
FILES = Files(CHECKOUT / "inventory")
CORE = FILES.site("LON-CORE-04")
DEPOT, MUSEUM = "WCC-2026-0011", "RBKC-2026-0012"


def content_of(reference: str) -> dict:
    return yaml.load((CHECKOUT / f"inventory/call-offs/{reference}.yaml").read_text(), Loader)


def ordered(example: str = DEPOT, reference: str = "", **changed: object) -> Order:
    content = copy.deepcopy(content_of(example))
    content["lines"][0]["parameters"] |= changed
    content["reference"] = reference or example
    site = FILES.site(content["lines"][0]["site"])
    view = View(
        framework=FILES.framework("LDN-NET-2026"),
        eligible_buyers=FILES.eligible_buyers("LDN-NET-2026"),
        buyer=FILES.buyer(content["buyer"]),
        sites={site.code: site},
    )
    verdict = examine(CallOff.model_validate(content), Positions("call-off.yaml", {(): 1}), view)
    assert verdict.order is not None, verdict.findings
    return verdict.order


def designed(order: Order, taken: tuple[Allocation, ...] = ()) -> tuple[LandlineDesign, tuple[Allocation, ...]]:
    design = make_design(order, taken)
    (trunk,) = (line for line in design.lines if isinstance(line, LandlineDesign))
    return trunk, design.allocations


def test_a_revision_keeps_the_dialplan_and_holds_its_numbers_one_by_one():
    first, taken = designed(ordered())
    assert {each.value for each in taken if each.pool.startswith("number/")} == {
        f"+442079460{number}" for number in (*range(100, 140), *range(150, 155))
    }
    then, kept = designed(ordered(numbers=[{"first": "+442079460100", "last": "+442079460109"}]), taken)
    assert then.dialplan == first.dialplan
    assert len([each for each in kept if each.pool.startswith("number/")]) == 10


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pbx": "203.0.113.99"}, r"pool number/LDN-NET-2026.*\+442079460100 .*held by WCC-2026-0011/L1"),
        (
            {"numbers": [{"first": "+442079460190"}], "main_number": "+442079460190"},
            r"pool sip-peer/LDN-NET-2026.*203\.0\.113\.74 .*held by WCC-2026-0011/L1",
        ),
    ],
)
def test_what_another_line_holds_is_refused_and_named(change, words):
    _, taken = designed(ordered())
    with pytest.raises(DesignError, match=words):
        designed(ordered(reference="WCC-2026-0012", **change), taken)


def test_two_trunks_have_two_dialplans():
    first, taken = designed(ordered())
    other = ordered(
        reference="WCC-2026-0012",
        pbx="203.0.113.99",
        numbers=[{"first": "+442079460190"}],
        main_number="+442079460190",
    )
    second, _ = designed(other, taken)
    assert first.dialplan != second.dialplan


def test_behind_a_voice_gateway_the_sbc_knows_the_gateway_and_the_gateway_the_pbx():
    order = ordered(MUSEUM)
    design = make_design(order, ())
    site = FILES.site("KC-MUS-05")
    estate = Estate({site.code: site, CORE.code: CORE}, FILES.provider())
    values = {each.device: each.value for each in intents_for(design, estate) if each.line.service == "landline"}
    sbc, gateway = values["LON-SBC-01"].sbc, values["KC-MUS-05-VG1"].gateway
    assert (str(sbc.peer), sbc.peer_port) == ("203.0.113.90", 5060)
    assert (str(gateway.sbc), str(gateway.pbx), gateway.channels) == ("203.0.113.89", "10.80.160.10", 10)
    assert [(each.name, each.port, each.number) for each in gateway.analogue] == [
        ("LIFT", "0/1/0", "+442079460228"),
        ("ALARM", "0/1/1", "+442079460229"),
    ]
    assert values["LON-SBC-01"].gateway is None
    assert values["KC-MUS-05-VG1"].sbc is None


def test_a_lift_keeps_its_port_when_another_line_goes():
    first, taken = designed(ordered(MUSEUM))
    (_, alarm) = content_of(MUSEUM)["lines"][0]["parameters"]["analogue"]
    then, _ = designed(ordered(MUSEUM, analogue=[alarm]), taken)
    assert {each.name: each.port for each in then.analogue} == {"ALARM": first.analogue[1].port}


def test_a_port_that_the_gateway_has_not_any_more_is_refused_and_named():
    order = ordered(MUSEUM)
    _, taken = designed(order)
    (line,) = order.lines
    edge = line.site.voice_edge.model_copy(update={"analogue_ports": ("0/1/1", "0/1/2")})
    moved = replace(line, site=line.site.model_copy(update={"voice_edge": edge}))
    with pytest.raises(
        DesignError, match=r"KC-MUS-05-VG1: expected port 0/1/0, which LIFT of .* has; found 0/1/1, 0/1/2\."
    ):
        designed(replace(order, lines=(moved,)), taken)
