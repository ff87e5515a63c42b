"""A trunk from the call-off to calls through a real SBC, both ways; 999 and 112 are looked up, and never dialled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.namespaces import LabFailed
from lab.real.topology import Port, Topology, load_topology
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE, SBC = "WCC-2026-0011", "WCC-DEP-04", "LON-SBC-01"
CHECKOUT = Path(__file__).resolve().parents[2]
SIPP, TABLES = Path(__file__).resolve().parent / "sipp", "/etc/kamailio/tables"
OTHERS = CHECKOUT / "tests" / "brownfield" / "kamailio" / "shared-sbc"
RELOADS = ("dispatcher.reload", "dialplan.reload", "mtree.reload numbers", "domain.reload", "permissions.addressReload")
CONTROL = "kamcmd -s unix:/run/kamailio/kamailio_ctl"
DIALPLAN = 1000


@dataclass(frozen=True)
class End:
    """A host with a SIP telephone: a carrier, or a PBX behind its trunk."""

    host: str
    address: str
    sbc: str
    port: int = 5060


CARRIER = End("LON-CARRIER-h1", "203.0.113.66", "203.0.113.65")
PBX = End("WCC-DEP-04-h1", "203.0.113.74", "203.0.113.73")
HOSPITAL = End("HOSPITAL-h1", "203.0.113.82", "203.0.113.81")


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The lab's SBC with a carrier, a PBX and another customer's; its tables as others have grown them."""
    devices = tuple(device for device in load_topology().devices if device.name == SBC)
    ends = tuple((end.host, Port(SBC, f"eth{number}")) for number, end in enumerate((CARRIER, PBX, HOSPITAL), start=1))
    with Lab(tmp_path / "lab", Topology(devices, (), ends)) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        for end in (CARRIER, PBX, HOSPITAL):
            lab.address_host(end.host, f"{end.address}/29", end.sbc)
        for table in OTHERS.iterdir():
            lab.run(SBC, ["tee", f"{TABLES}/{table.name}"], stdin=table.read_text())
        lab.run(SBC, ["bash", "-c", f"touch -d '+2 seconds' {TABLES}/*; {CONTROL}"], stdin="\n".join([*RELOADS, ""]))
        yield lab


@dataclass(frozen=True)
class Heard:
    """What the end that is called sees of a call."""

    called: str
    caller: str
    asserted: str = ""


def call(lab: Lab, calling: End, caller: str, dialled: str, called: End) -> Heard:
    """Make a call and hang up; what the other end saw of it.

    Raises:
        LabFailed: it was not put through, in the words of sipp.
    """
    log = lab.state / f"heard-{called.host}"
    log.unlink(missing_ok=True)
    listen = ["sipp", "-sf", str(SIPP / "answer.xml"), "-i", called.address, "-p", str(called.port), "-m", "1"]
    quiet = ["-nostdin", "-timeout", "60s", "-timeout_error"]
    traced = ["-trace_msg", "-message_file", str(log), "-message_overwrite", "true"]
    with subprocess.Popen(
        [*lab.inside(called.host), *listen, *quiet, *traced], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as answering:
        try:
            wait_until_listening(lab, called)
            place = [f"{calling.sbc}:5060", "-i", calling.address, "-p", "5070", "-m", "1"]
            who = ["-sf", str(SIPP / "call.xml"), "-s", dialled, "-key", "caller", caller]
            lab.run(calling.host, ["sipp", *place, *who, *quiet, "-recv_timeout", "30000"], seconds=90)
            assert answering.wait(60) == 0
        finally:
            answering.kill()
    return heard(log.read_text())


def wait_until_listening(lab: Lab, end: End) -> None:
    deadline = time.monotonic() + 120
    while f"{end.address}:{end.port}" not in lab.run(end.host, ["ss", "-Huln"]):
        assert time.monotonic() < deadline, f"sipp does not listen on {end.host}"
        time.sleep(0.05)


def heard(log: str) -> Heard:
    invite = log[log.index("\nINVITE ") :]
    asserted = re.search(r"^P-Asserted-Identity: <sip:([^@>]+)@", invite, re.MULTILINE)
    called, caller = re.search(r"^INVITE sip:([^@]+)@", invite, re.MULTILINE), re.search(r"From: <sip:([^@]+)@", invite)
    return Heard(called[1], caller[1], asserted[1] if asserted else "")


def looked_up(lab: Lab, *strings: str, dialplan: int = DIALPLAN) -> list[tuple[str, str]]:
    """What the running dialplan makes of strings: the number and the way; nothing is dialled."""
    script = "".join(f"dialplan.translate {dialplan} s:{each}\n" for each in strings)
    printed = lab.run(SBC, CONTROL.split(), stdin=script)
    answers = printed.split("kamcmd> ")[1:-1]
    assert len(answers) == len(strings), printed
    found = (re.search(r"Output: (\S*)\s+Attributes: (\S+)", answer) for answer in answers)
    return [(each[1], each[2]) if each else ("", "") for each in found]


def places(lab: Lab, *numbers: str) -> list[str]:
    """Dialplan, UPRN and postcode of numbers, as an emergency call would have them; empty where nobody has them."""
    script = "".join(f"mtree.match numbers s:{each} 0\n" for each in numbers)
    answers = lab.run(SBC, CONTROL.split(), stdin=script).split("kamcmd> ")[1:-1]
    found = (re.search(r"TVALUE: (.+)", answer) for answer in answers)
    return [each[1].strip() if each else "" for each in found]


def ddis(first: int, last: int) -> list[str]:
    return [f"+44207946{number:04}" for number in range(first, last + 1)]


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    settle_lines(SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt), SITE, "e" * 64, 30)


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
