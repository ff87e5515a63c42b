"""A trunk in the lab: the SBC with a carrier, a PBX and another customer's, and calls by sipp between them."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lab.real.lab import Lab
from lab.real.topology import Port, Topology, load_topology
from tasks.devices.outcome import Outcome
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery

if TYPE_CHECKING:
    import pytest

    from tasks.workspace import Workspace
    from turnup.plan import Plan

SITE, SBC = "WCC-DEP-04", "LON-SBC-01"
CHECKOUT = Path(__file__).resolve().parents[2]
SIPP, TABLES = Path(__file__).resolve().parent / "sipp", "/etc/kamailio/tables"
OTHERS = CHECKOUT / "tests" / "brownfield" / "kamailio" / "shared-sbc"
RELOADS = ("dispatcher.reload", "dialplan.reload", "mtree.reload numbers", "domain.reload", "permissions.addressReload")
CONTROL = "kamcmd -s unix:/run/kamailio/kamailio_ctl"
DIALPLAN = 1000
QUIET = ("-nostdin", "-timeout_error")


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


@contextmanager
def lab_with_trunks(state: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The lab's SBC with a carrier, a PBX and another customer's; its tables as others have grown them."""
    devices = tuple(device for device in load_topology().devices if device.name == SBC)
    ends = tuple((end.host, Port(SBC, f"eth{number}")) for number, end in enumerate((CARRIER, PBX, HOSPITAL), start=1))
    with Lab(state, Topology(devices, (), ends)) as lab:
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


def call(lab: Lab, calling: End, caller: str, dialled: str, called: End, scenario: Path = SIPP / "call.xml") -> Heard:
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
            who = ["-sf", str(scenario), "-s", dialled, "-key", "caller", caller]
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


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    settle_lines(SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt), SITE, "e" * 64, 30)
