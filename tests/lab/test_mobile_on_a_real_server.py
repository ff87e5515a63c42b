"""SIMs from the call-off to the answer of a real RADIUS server: each its own address, an unknown or barred one none."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.topology import Topology, load_topology
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from turnup.errors import ServiceCheckFailed
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE, APN = "WCC-2026-0005", "WCC-DEP-04", "wcc.example"
SERVER, CORE = "LON-AAA-01", "LON-CORE-03"
SIMS = [f"00101000000000{number}" for number in range(1, 7)]
USERS = "/etc/freeradius/3.0/mods-config/files/authorize"


@pytest.fixture
def lab(tmp_path: Path, workspace, strangers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The lab's RADIUS server alone, with the file that others have grown."""
    devices = tuple(device for device in load_topology().devices if device.name == SERVER)
    with Lab(tmp_path / "lab", Topology(devices, (), ())) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        strangers(lab)
        yield lab


def answer(lab: Lab, imsi: str, *, apn: str = APN, number: str = "") -> str:
    """The address that a SIM gets; empty when it is not let in."""
    number = number or f"44770090010{imsi[-1]}"
    asked = {"User-Name": imsi, "Called-Station-Id": apn, "Calling-Station-Id": number}
    request = "".join(f'{name} = "{value}"\n' for name, value in asked.items())
    words = "radclient -x -r 2 -t 4 -S /etc/turnup/radius-secret 127.0.0.1 auth 2>/dev/null || true"
    printed = lab.run(SERVER, ["bash", "-c", words], stdin=f"{request}Message-Authenticator = 0x00\n")
    assert "Received Access-" in printed, printed
    accepted = printed.partition("Received Access-Accept")[2]
    return next(iter(re.findall(r"Framed-IP-Address = (\S+)", accepted)), "no address" if accepted else "")


def answers(lab: Lab) -> dict[str, str]:
    """What every SIM gets; a server takes a second to refuse one."""
    with ThreadPoolExecutor(len(SIMS)) as pool:
        return dict(zip(SIMS, pool.map(lambda imsi: answer(lab, imsi), SIMS), strict=True))


def held(delivery) -> dict[str, str]:
    """Which address the ledger says that a SIM has."""
    taken = delivery.ledger.plans.taken()
    return {each.key.removeprefix("sim:"): each.value for each in taken if each.pool == "sim/WCC"}


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    done = SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt)
    settle_lines(done, SITE, "e" * 64, 30)


def revise(inventory: Path, revision: int, *sims: dict) -> None:
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = revision
    content["lines"][0]["parameters"]["sims"] = list(sims)
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that will happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


def reload(lab: Lab) -> None:
    """Let the server read its file again, once it listens to that."""
    lab.run(SERVER, ["bash", "-c", "sleep 6; kill -HUP $(cat /run/freeradius/freeradius.pid)"])


def stale(lab: Lab, imsi: str) -> None:
    """Let the server run without a SIM that its file has: somebody took it out and put it back, and told nobody."""
    lab.run(SERVER, ["bash", "-c", f"cp -p {USERS} /tmp/kept; sed -i '/^{imsi} /,+1d' {USERS}"])
    reload(lab)
    wait_until(lambda: answer(lab, imsi) == "")
    lab.run(SERVER, ["bash", "-c", f"cat /tmp/kept >{USERS}"])


def test_every_sim_has_its_own_address_until_it_is_barred_or_ceased(lab: Lab, delivery, inventory: Path) -> None:
    before = lab.run(SERVER, ["cat", USERS])
    delivered = delivery.plan(CALL_OFF)
    carry_out(delivery, delivered)
    found = answers(lab)
    assert found == held(delivery) | {SIMS[3]: "", SIMS[4]: "", SIMS[5]: ""}
    assert len({address for address in found.values() if address}) == 3
    (run,) = delivery.ledger.plans.attempts(CALL_OFF)
    proved = delivery.ledger.checks.of(CALL_OFF, run.plan_hash, run.number)
    assert {each.title.split()[1]: each.actual for each in proved} == {
        sim: found[sim] or "Access-Reject" for sim in SIMS[:4]
    }
    assert all(each.passed for each in proved)
    assert answer(lab, SIMS[0], apn="parking.apn") == ""
    assert answer(lab, SIMS[0], number="447700900999") == "", "a SIM with another's number"
    assert answer(lab, "001010000900001", apn="parking.apn", number="") == "10.99.0.1", "another provider's SIM"
    assert not delivery.plan(CALL_OFF).changes_something

    # A file that says so is no server that does: what is read is the file, what proves a line is an answer.
    stale(lab, SIMS[0])
    again = delivery.plan(CALL_OFF)
    assert not again.changes_something, "the file has every line"
    with pytest.raises(ServiceCheckFailed, match=f"SIM {SIMS[0]} is let in with its address: .*found nothing of it"):
        SiteDelivery(delivery.workspace, delivery.ledger, delivered, (CORE,), run.number).verify(SITE)
    reload(lab)
    wait_until(lambda: answer(lab, SIMS[0]) == found[SIMS[0]])

    # The first SIM is barred, the second goes, the fourth is let in again, a fifth comes.
    order = yaml.safe_load((inventory / "call-offs" / f"{CALL_OFF}.yaml").read_text())
    first, _, third, fourth = order["lines"][0]["parameters"]["sims"]
    fifth = {"iccid": "8901001000000000059", "imsi": SIMS[4], "msisdn": "+447700900105"}
    revise(inventory, 2, first | {"barred": True}, third, fourth | {"barred": False}, fifth)
    carry_out(delivery, delivery.plan(CALL_OFF))
    changed = answers(lab)
    assert (changed[SIMS[0]], changed[SIMS[1]], changed[SIMS[2]]) == ("", "", found[SIMS[2]])
    assert changed[SIMS[4]] not in {"", *found.values()}, "an address that was another SIM's rests first"
    assert {imsi: changed[imsi] for imsi in SIMS[2:5]} == {imsi: held(delivery)[imsi] for imsi in SIMS[2:5]}

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert set(answers(lab).values()) == {""}
    assert lab.run(SERVER, ["cat", USERS]) == before
