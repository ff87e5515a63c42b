"""A trunk from the call-off to calls through a real SBC, both ways; 999 and 112 are looked up, and never dialled."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.namespaces import LabFailed
from tasks.planning import Purpose
from tests.lab.trunks import (
    CARRIER,
    CONTROL,
    DIALPLAN,
    HOSPITAL,
    PBX,
    SBC,
    TABLES,
    Heard,
    call,
    carry_out,
    lab_with_trunks,
    looked_up,
)

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF = "WCC-2026-0011"


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    with lab_with_trunks(tmp_path / "lab", workspace, monkeypatch) as lab:
        yield lab


def places(lab: Lab, *numbers: str) -> list[str]:
    """Dialplan, UPRN and postcode of numbers, as an emergency call would have them; empty where nobody has them."""
    script = "".join(f"mtree.match numbers s:{each} 0\n" for each in numbers)
    answers = lab.run(SBC, CONTROL.split(), stdin=script).split("kamcmd> ")[1:-1]
    found = (re.search(r"TVALUE: (.+)", answer) for answer in answers)
    return [each[1].strip() if each else "" for each in found]


def ddis(first: int, last: int) -> list[str]:
    return [f"+44207946{number:04}" for number in range(first, last + 1)]


def revise(inventory: Path, revision: int, *numbers: dict, **parameters: object) -> None:
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = revision
    content["lines"][0]["parameters"].update(parameters, numbers=list(numbers))
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def tables(lab: Lab) -> str:
    return lab.run(SBC, ["bash", "-c", f"cd {TABLES}; tail -n +1 *"])


def assert_the_hospital_calls_as_before(lab: Lab) -> None:
    """Another customer's trunk on the same SBC."""
    there = call(lab, CARRIER, "+447700900123", "+442079460505", HOSPITAL)
    assert there == Heard("+442079460505", "+447700900123")
    back = call(lab, HOSPITAL, "+442079460505", "807700900123", CARRIER)
    assert back == Heard("+447700900123", "+442079460505", "+442079460505")


def assert_help_comes(lab: Lab, numbers: list[str], place: str) -> None:
    """From every number 999 and 112 are routed, with the prefix and without, and it is known where that is."""
    assert places(lab, *numbers) == [f"{DIALPLAN},{place}"] * len(numbers)
    ways = looked_up(lab, "999", "112", "9999", "9112")
    assert ways == [("999", "emergency"), ("112", "emergency")] * 2


def test_a_trunk_carries_calls_both_ways_until_it_is_ceased(lab: Lab, delivery, inventory: Path) -> None:
    before = tables(lab)
    with pytest.raises(LabFailed):
        call(lab, CARRIER, "+447700900123", "+442079460105", PBX)
    carry_out(delivery, delivery.plan(CALL_OFF))

    assert call(lab, CARRIER, "+447700900123", "+442079460105", PBX) == Heard("+442079460105", "+447700900123")
    out = call(lab, PBX, "+442079460105", "902079460999", CARRIER)
    assert out == Heard("+442079460999", "+442079460105", "+442079460105"), "the caller's own number is kept"
    stranger = call(lab, PBX, "2001", "902079460999", CARRIER)
    assert (stranger.caller, stranger.asserted) == ("2001", "+442079460100"), "what is none of his becomes the main one"
    inside = call(lab, PBX, "+442079460105", "02079460505", HOSPITAL)
    assert inside == Heard("+442079460505", "+442079460105", "+442079460105"), (
        "to a customer of ours, not by the carrier"
    )
    assert looked_up(lab, "909098790000", "0033123456789", "2001") == [
        ("09098790000", "barred"),
        ("0033123456789", "barred"),
        ("", ""),
    ]
    assert_help_comes(lab, ddis(100, 139), "10033000104,W9 2BD")
    assert_help_comes(lab, ddis(150, 154), "10033000105,W9 2BE")
    assert places(lab, "+442079460140", "+442079460155") == ["", ""]
    assert_the_hospital_calls_as_before(lab)
    assert not delivery.plan(CALL_OFF).changes_something

    # One range shrinks, one comes, one goes; the first has another place now.
    moved = {"uprn": 10033000106, "postcode": "W9 2BF"}
    revise(
        inventory,
        2,
        {"first": "+442079460100", "last": "+442079460129", **moved},
        {"first": "+442079460160", "last": "+442079460169"},
        outside_prefix=None,
    )
    carry_out(delivery, delivery.plan(CALL_OFF))
    assert places(lab, *ddis(100, 129)) == [f"{DIALPLAN},10033000106,W9 2BF"] * 30
    assert places(lab, *ddis(160, 169)) == [f"{DIALPLAN},10033000104,W9 2BD"] * 10
    assert set(places(lab, *ddis(130, 159))) == {""}
    assert looked_up(lab, "999", "112", "9999") == [("999", "emergency"), ("112", "emergency"), ("", "")]
    assert call(lab, CARRIER, "+447700900123", "+442079460160", PBX).called == "+442079460160"
    with pytest.raises(LabFailed):
        call(lab, CARRIER, "+447700900123", "+442079460135", PBX)

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert tables(lab) == before
    with pytest.raises(LabFailed):
        call(lab, CARRIER, "+447700900123", "+442079460105", PBX)
    assert_the_hospital_calls_as_before(lab)
