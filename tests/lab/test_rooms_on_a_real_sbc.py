"""A video room from the call-off to its meeting: the codec's own settings register it, and its call offers video.

No codec can be had here: a simulated one takes the settings, and a baresip that knows nothing else is the room.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.topology import Port, Topology, load_topology
from lab.simulated import DeviceKind, DeviceSpec, Fleet, factory_config
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tests.conftest import PASSWORD
from tests.lab.baresip import REALM, SBC, registered, running, wait_for

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE, CODEC, SERIAL = "WCC-2026-0008", "WCC-LIB-08", "WCC-LIB-08-CX1", "FOC2643T043"
ROOM, BRIDGE = "2150", "2160"
SECRETS = {ROOM: "the-room-secret-4T", BRIDGE: "the-bridge-secret-8V"}


@pytest.fixture
def room_only(inventory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the library's order only its room, and of its devices only the codec, with the login that the SBC has too."""
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["lines"] = [line for line in content["lines"] if line["product"] == "VIDEO-ROOM"]
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    hosts = inventory / "sites" / SITE / "hosts.yaml"
    codec = {CODEC: yaml.safe_load(hosts.read_text())[CODEC]}
    codec[CODEC]["data"]["credentials"] = {"username": "env:CODEC_USERNAME", "password": "env:CODEC_PASSWORD"}
    hosts.write_text(yaml.safe_dump(codec))
    site = inventory / "sites" / SITE / "site.yaml"
    kept = ("code", "name", "buyer", "uprn", "postcode", "rooms", "access_hours", "users", "served_by")
    content = yaml.safe_load(site.read_text())
    site.write_text(yaml.safe_dump({name: content[name] for name in kept if name in content}, sort_keys=False))
    for name, number in (("ROOM", ROOM), ("BRIDGE", BRIDGE)):
        ha1 = hashlib.md5(f"{number}:{REALM}:{SECRETS[number]}".encode()).hexdigest()
        monkeypatch.setenv(f"TURNUP_SECRET_{name}", SECRETS[number])
        monkeypatch.setenv(f"TURNUP_SECRET_{name}_HA1", ha1)
    monkeypatch.setenv("CODEC_USERNAME", "turnup")
    monkeypatch.setenv("CODEC_PASSWORD", PASSWORD)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The SBC, with a room and a bridge on networks of their own."""
    devices = tuple(device for device in load_topology().devices if device.name == SBC)
    hosts = (("room", Port(SBC, "eth2")), ("bridge", Port(SBC, "eth3")), ("spare", Port(SBC, "eth4")))
    with Lab(tmp_path / "lab", Topology(devices, (), hosts)) as lab:
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        lab.address_host("room", "203.0.113.74/29", "203.0.113.73")
        lab.address_host("bridge", "203.0.113.82/29", "203.0.113.81")
        lab.run(SBC, ["sysctl", "-qw", "net.ipv4.ip_forward=1"])
        yield lab


@pytest.fixture
def codec(lab: Lab, workspace) -> Iterator[Fleet]:
    """The codec, reached beside the SBC."""
    startup = factory_config(DeviceKind.ROOM_CODEC, CODEC)
    spec = DeviceSpec(CODEC, DeviceKind.ROOM_CODEC, SERIAL, "Cisco Room Kit", startup, "turnup", PASSWORD)
    with Fleet((spec,)) as fleet:
        places = yaml.safe_load(lab.endpoints_file.read_text())
        key = fleet.host_key(CODEC)
        places[CODEC] = {"hostname": "127.0.0.1", "port": fleet.port(CODEC), "host_key": key}
        Path(workspace.endpoints).write_text(yaml.safe_dump(places))
        yield fleet


BARESIP = """\
poll_method epoll
sip_listen {address}:5060
audio_source ausine,440
audio_player aufile,{folder}/loudspeaker.wav
video_source fakevideo,nil
video_display fakevideo,nil
module_path {modules}
module g711.so
module ausine.so
module aufile.so
module vp8.so
module fakevideo.so
module_tmp account.so
module_app menu.so
"""


@contextmanager
def endpoint(lab: Lab, host: str, address: str, account: str, *words: str) -> Iterator[Path]:
    """A baresip with video; its log has all SIP that it says and hears."""
    folder = lab.state / host
    folder.mkdir()
    config = BARESIP.replace("{address}", address)
    with running(lab, host, folder, config, f"{account}\n", "-s", *words):
        yield folder / "log"


def account(uri: str, login: str, password: str, proxy: str, more: str = "") -> str:
    way = f'auth_user={login};auth_pass={password};outbound="sip:{proxy}:5060"'
    return f"<sip:{uri}>;{way};regint=60;audio_codecs=pcma{more}"


@pytest.mark.usefixtures("room_only")
def test_a_room_registers_by_its_codecs_settings_and_offers_video_to_the_bridge(
    lab: Lab, codec: Fleet, delivery
) -> None:
    factory = codec.running_config(CODEC)
    plan = delivery.plan(CALL_OFF)
    assert any(each.rule == "no-transaction" for change in plan.changes for each in change.findings)
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    assert "without a transaction" in outcomes[SITE, CODEC].detail

    lines = (line.removeprefix("xConfiguration ") for line in codec.running_config(CODEC).splitlines())
    setting = {path: value.strip('"') for path, _, value in (line.partition(": ") for line in lines)}
    assert setting["SIP Authentication Password"] == SECRETS[ROOM]
    assert [setting[f"Network 1 QoS Diffserv {each}"] for each in ("Audio", "Video", "Signalling")] == [
        "46",
        "34",
        "24",
    ]
    proxy = setting["SIP Proxy 1 Address"]
    room = account(
        setting["SIP URI"], setting["SIP Authentication UserName"], setting["SIP Authentication Password"], proxy
    )
    bridge = account(f"{BRIDGE}@{REALM}", BRIDGE, SECRETS[BRIDGE], proxy, ";answermode=auto")
    button = setting["FacilityService Service 1 Number"]
    assert button == f"{BRIDGE}@{REALM}"
    with endpoint(lab, "bridge", "203.0.113.82", bridge) as meeting:
        wait_for("the bridge to register", lambda: registered(lab, BRIDGE))
        with endpoint(lab, "room", "203.0.113.74", room, "-e", f"/dial sip:{button}"):
            wait_for("the room to register", lambda: registered(lab, ROOM))
            wait_for("the bridge to be offered video", lambda: offered(meeting) == {"audio", "video"})
    ended = delivery.deliver(delivery.plan(CALL_OFF, Purpose.CEASE))
    assert {each.outcome for each in ended.values()} == {Outcome.CHANGED}, ended
    assert codec.running_config(CODEC) == factory, "what was there before is put back"
    assert REALM not in lab.run(SBC, ["bash", "-c", "cat /etc/kamailio/tables/*"])


def offered(log: Path) -> set[str]:
    """The media of the first call that came."""
    text = log.read_text(errors="replace").replace("\r", "")
    invite = text.find(f"INVITE sip:{BRIDGE}")
    return set(re.findall(r"(?m)^m=(\w+) [1-9]", text[invite : invite + 4000])) if invite >= 0 else set()
