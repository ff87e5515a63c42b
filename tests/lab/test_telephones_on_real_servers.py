"""Telephones from the call-off to a conversation: files over HTTPS, registrations, sound, a group that rings.

The telephones are baresips that know nothing but the files that were provisioned for them. 999 and 112 are looked up,
and never dialled.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import math
import os
import re
import shutil
import struct
import sys
import wave
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.real.lab import Lab
from lab.real.topology import Port, Topology, load_topology
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from tests.lab.baresip import CONTROL, REALM, SBC, registered, running, wait_for
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE, CUSTOMER = "WCC-2026-0007", "WCC-LIB-01", 1000
SERVER = "LON-PRV-01"
DEVICES = (SBC, SERVER, "WCC-LIB-01-CPE1", "WCC-LIB-01-SW1")
FILES = {"2001": "00005e005301.cfg", "2002": "00005e005302.xml", "2003": "00005e005303.cfg"}

FETCH = """
import base64, ssl, sys, urllib.request, urllib.error
place, authority, login = sys.argv[1:]
asked = urllib.request.Request(place)
if login != "-":
    asked.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
try:
    with urllib.request.urlopen(asked, timeout=20, context=ssl.create_default_context(cafile=authority)) as answer:
        print(answer.read().decode(), end="")
except urllib.error.HTTPError as error:
    print("status", error.code)
"""


@dataclass(frozen=True)
class Desk:
    """Where telephones stand: one host, one address."""

    host: str
    address: str
    gateway: str


DESK, OFFICE = Desk("desk", "203.0.113.74", "203.0.113.73"), Desk("office", "203.0.113.82", "203.0.113.81")


@pytest.fixture
def passwords(inventory: Path, tmp_path: Path) -> dict[str, str]:
    """A password for each extension, and beside it what the registrar compares with (RFC 2617, HA1)."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    table = inventory / "call-offs" / f"{CALL_OFF}-extensions.csv"
    rows = list(csv.DictReader(table.open()))
    found = {}
    for row in rows:
        number = row["number"]
        found[number] = base64.urlsafe_b64encode(hashlib.sha256(number.encode()).digest()[:12]).decode()
        ha1 = hashlib.md5(f"{number}:{REALM}:{found[number]}".encode()).hexdigest()
        (folder / number).write_text(found[number])
        (folder / f"{number}.ha1").write_text(ha1)
        row["secret"] = f"file:{folder}/{number}@1"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return found


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The servers, the site, and two rooms with telephones; the house's network between them is the SBC's kernel."""
    whole = load_topology()
    devices = tuple(device for device in whole.devices if device.name in DEVICES)
    cables = tuple(cable for cable in whole.cables if {end.node for end in cable} == {SBC, SERVER})
    hosts = ((DESK.host, Port(SBC, "eth2")), (OFFICE.host, Port(SBC, "eth3")))
    with Lab(tmp_path / "lab", Topology(devices, cables, hosts)) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        for each in (DESK, OFFICE):
            lab.address_host(each.host, f"{each.address}/29", each.gateway)
        lab.run(SBC, ["sysctl", "-qw", "net.ipv4.ip_forward=1"])
        lab.run(SERVER, ["ip", "route", "replace", "default", "via", "203.0.113.89"])
        yield lab


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    done = SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt)
    settle_lines(done, SITE, "e" * 64, 30)


# --- what a telephone does --------------------------------------------------------------------------------------------


def fetched(lab: Lab, name: str, *, login: bool = True) -> str:
    """What the server gives to a telephone in a room."""
    folder = lab.state / "devices" / SERVER / "etc" / "turnup"
    words = (folder / "provisioning-login").read_text().strip() if login else "-"
    place = f"https://203.0.113.90/{name}"
    authority = str(folder / "provisioning-ca.pem")
    return lab.run(DESK.host, [sys.executable, "-c", FETCH, place, authority, words])


@dataclass(frozen=True)
class Account:
    """What a telephone reads from its file."""

    number: str
    login: str
    password: str
    realm: str
    proxy: str


def account_of(name: str, content: str) -> Account:
    """Read a file as its make of telephone does."""
    if name.endswith(".cfg"):
        assert content.startswith("#!version:1.0.0.1\n"), "else a Yealink ignores the file"
        value = dict(re.findall(r"(?m)^(\S+) = (.*)$", content))
        proxy = f"{value['account.1.outbound_proxy.1.address']}:{value['account.1.outbound_proxy.1.port']}"
        words = ("user_name", "auth_name", "password", "sip_server.1.address")
        return Account(*(value[f"account.1.{each}"] for each in words), proxy)
    settings = ET.fromstring(content).find("phone-settings")
    value = {f"{each.tag}{each.get('idx', '')}": each.text or "" for each in settings}
    return Account(
        *(value[f"{each}1"] for each in ("user_name", "user_pname", "user_pass", "user_host", "user_outbound"))
    )


BARESIP = """\
poll_method epoll
sip_listen {address}:{port}
audio_source aufile,{folder}/microphone.wav
audio_player aufile,{folder}/loudspeaker.wav
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
snd_path {folder}
module_tmp account.so
module_app menu.so
rtp_ports {rtp}
"""


@contextmanager
def telephone(
    lab: Lab, at: Desk, port: int, accounts: list[Account], hertz: int, *, dials: str = "", answers: str = ""
) -> Iterator[Path]:
    """A telephone that hums.

    Args:
        lab: where it stands.
        at: on which desk.
        port: of its SIP.
        accounts: of its files.
        hertz: its tone.
        dials: whom it calls as soon as it is plugged in.
        answers: of which account it takes calls; of the others it only rings.

    Yields:
        its folder: `log`, and after a call `*-dec.wav`, what was heard.
    """
    folder = lab.state / f"{at.host}-{port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    hum(folder / "microphone.wav", hertz)
    words = (("{address}", at.address), ("{port}", str(port)), ("{rtp}", f"{port * 4}-{port * 4 + 98}"))
    config = BARESIP
    for name, value in words:
        config = config.replace(name, value)
    lines = (
        f'<sip:{each.number}@{each.realm}>;auth_user={each.login};auth_pass={each.password};outbound="sip:{each.proxy}"'
        f";regint=60;audio_codecs=pcma{';answermode=auto' if each.number == answers else ''}\n"
        for each in accounts
    )
    dialling = ["-e", f"/dial sip:{dials}@{REALM}"] if dials else []
    with running(lab, at.host, folder, config, "".join(lines), "-v", *dialling):
        yield folder


def hum(path: Path, hertz: int, seconds: int = 60) -> None:
    """A tone as telephones hear it: 8 kHz, one channel."""
    wavelike = (int(12000 * math.sin(2 * math.pi * hertz * at / 8000)) for at in range(8000))
    second = b"".join(struct.pack("<h", each) for each in wavelike)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(second * seconds)


def heard(path: Path, hertz: int) -> float:
    """How much of what was recorded is a tone, 0 to 1 (Goertzel); the first second may be silence."""
    # A recording that goes on has no length in its header yet.
    samples = [each for (each,) in struct.iter_unpack("<h", path.read_bytes()[44:][: 2 * 8000 * 4 // 2 * 2])][8000:]
    if len(samples) < 8000:
        return 0.0
    block = samples[-8000:]
    factor = 2 * math.cos(2 * math.pi * hertz / 8000)
    former = last = 0.0
    for each in block:
        former, last = last, each + factor * last - former
    power = former * former + last * last - factor * former * last
    whole = sum(each * each for each in block)
    return 2 * power / (len(block) * whole) if whole else 0.0


def recorded(folder: Path) -> Path | None:
    return next(iter(sorted(folder.glob("dump-*-dec.wav"))), None)


def hears(folder: Path, hertz: int) -> bool:
    path = recorded(folder)
    return path is not None and heard(path, hertz) > 0.8


def looked_up(lab: Lab, dialled: str) -> str:
    printed = lab.run(SBC, [*CONTROL, "dialplan.translate", str(CUSTOMER), f"s:{dialled}"])
    return " ".join(re.findall(r"(?:Output|Attributes): (\S+)", printed))


# --- the tests --------------------------------------------------------------------------------------------------------


def test_telephones_fetch_their_files_register_and_talk(lab: Lab, delivery, passwords: dict[str, str]) -> None:
    carry_out(delivery, delivery.plan(CALL_OFF))
    assert not delivery.plan(CALL_OFF).changes_something
    (run,) = delivery.ledger.plans.attempts(CALL_OFF)
    proved = delivery.ledger.checks.of(CALL_OFF, run.plan_hash, run.number)
    assert all(each.passed for each in proved), [str(each) for each in proved if not each.passed]
    assert sum("emergency" in each.title for each in proved) == 4
    assert sum("gets extension" in each.title for each in proved) == 3

    # Help, the group and the mailbox: looked up, never dialled.
    assert {looked_up(lab, each) for each in ("999", "9999")} == {"999 emergency"}
    assert {looked_up(lab, each) for each in ("112", "9112")} == {"112 emergency"}
    assert looked_up(lab, "2900") == f"2900 hunt:{REALM},2001,2002;voicemail"
    assert looked_up(lab, "2001") == f"2001 extension:{REALM};voicemail"
    assert looked_up(lab, "2010") == f"2010 extension:{REALM}", "a lift has no mailbox"
    assert looked_up(lab, "2999") == "2999 voicemail"

    # The files, as a telephone in a room gets them.
    assert fetched(lab, FILES["2001"], login=False) == "status 401\n"
    assert fetched(lab, "00005e0053ff.cfg") == "status 404\n"
    accounts = {number: account_of(name, fetched(lab, name)) for number, name in FILES.items()}
    assert {number: (each.number, each.password) for number, each in accounts.items()} == {
        number: (number, passwords[number]) for number in FILES
    }

    both, third = [accounts["2001"], accounts["2002"]], [accounts["2003"]]
    with telephone(lab, DESK, 5060, both, hertz=1000, answers="2002") as desk:
        for number in ("2001", "2002"):
            wait_for(f"{number} to register", lambda number=number: registered(lab, number))
        with telephone(lab, OFFICE, 5060, third, hertz=440, dials="2002") as office:
            wait_for("the desk to hear the office", lambda: hears(desk, 440))
            wait_for("the office to hear the desk", lambda: hears(office, 1000))
            assert heard(recorded(desk), 1000) < 0.1, "nobody hears himself"
        assert rang(desk) == {"2002"}, "and no other telephone"
    with telephone(lab, DESK, 5060, both, hertz=1000, answers="2001") as desk:
        for number in ("2001", "2002"):
            wait_for(f"{number} to register", lambda number=number: registered(lab, number))
        with telephone(lab, OFFICE, 5060, third, hertz=440, dials="2900"):
            wait_for("all of the group to ring", lambda: rang(desk) == {"2001", "2002"})
            wait_for("one of the group to hear the caller", lambda: hears(desk, 440))

    # A telephone with another password is none of ours.
    stranger = Account("2003", "2003", "not-the-password", REALM, accounts["2003"].proxy)
    with telephone(lab, OFFICE, 5062, [stranger], hertz=440) as folder:
        wait_for("the registrar to say no", lambda: re.search(r"40[13]", (folder / "log").read_text()) is not None)
        assert not registered(lab, "2003")

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert fetched(lab, FILES["2001"]) == "status 404\n"
    assert REALM not in lab.run(SBC, ["bash", "-c", "cat /etc/kamailio/tables/*"])


def rang(folder: Path) -> set[str]:
    """Which accounts of a telephone were called."""
    words = "Incoming call from|Call established"
    return set(re.findall(rf"(\d+)@{re.escape(REALM)}: (?:{words})", (folder / "log").read_text()))
