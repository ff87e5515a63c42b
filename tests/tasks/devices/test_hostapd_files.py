"""hostapd's files, planned and edited: of others not a byte moves, and no secret is shown."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tasks.devices.on_device_agents import load_agent
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.file_edits import file_edits
from turnup.change.ownership import OwnedConfig
from turnup.change.slots import SLOT
from turnup.change.tree import load_tree, path_set
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

LINE, AP = "WCC-2026-0006/L1", "WCC-LIB-01-AP1"
FOUND = """\
# 2.4 GHz
interface=wlan0
driver=nl80211
ctrl_interface=/run/hostapd
channel=6
ssid=staged

# the friends of the library pay for this one
bss=wlan0-friends
ssid2="Friends"
wpa=2
wpa_key_mgmt=WPA-PSK
wpa_passphrase=their secret, with = and #
auth_server_addr=192.0.2.9
# primary
auth_server_port=1812
auth_server_shared_secret=theirs-1
auth_server_addr=192.0.2.10
"""
OURS = """\
interface wlan0
 channel=11
bss wlan0-corp of wlan0
 ssid2="WCC-Corp"
 wpa=2
 wpa_key_mgmt=WPA-EAP
 auth_server 1 203.0.113.13 1812 <secret:env:TURNUP_SECRET_RADIUS@1>
bss wlan0-guest of wlan0
 ssid2="WCC-Guest"
 wpa_passphrase=<secret:env:TURNUP_SECRET_GUEST@1>
"""


@pytest.fixture(scope="module", autouse=True)
def agent(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    module = load_agent("hostapd")
    module.STATE = tmp_path_factory.mktemp("state")
    return module


@pytest.fixture
def files(agent: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """The agent with one radio; hostapd takes everything and answers as its files say."""
    (tmp_path / "wlan0.conf").write_text(FOUND)
    monkeypatch.setattr(agent, "FOLDER", tmp_path)
    monkeypatch.setattr(agent, "judge", lambda _text: None)
    monkeypatch.setattr(agent.Hostapd, "reload", lambda _self: None)
    monkeypatch.setattr(agent.Hostapd, "wrong_answers", lambda _self, _edits, _texts: [])
    return agent.SharedFiles(agent.Hostapd())


def planned(shown: str, text: str, owned: OwnedConfig | None = None) -> DeviceChange:
    fragments = (Fragment(LINE, AP, Platform.HOSTAPD, text),) if text else ()
    return plan_device(
        "WCC-LIB-01", AP, Platform.HOSTAPD, shown, owned or OwnedConfig(), fragments, () if text else (LINE,)
    )


def wire(change: DeviceChange) -> str:
    """What is sent: slots become secrets, and what goes is named without them."""
    lines = file_edits(change, lambda item: SLOT.sub(r"plain-\2-secret", item), secrets_stay=True)
    return "".join(f"{line}\n" for line in lines)


def lines_of(text: str) -> frozenset[tuple[str, ...]]:
    return path_set(load_tree(Platform.HOSTAPD, text))


def test_networks_come_and_go_beside_those_of_others_and_no_secret_is_shown(files, tmp_path):
    change = planned(files.show(), OURS)
    assert not errors_of(change.findings)
    payload = wire(change)
    kept = files.snapshot(payload)
    files.apply(payload, "T")
    text = (tmp_path / "wlan0.conf").read_text()
    assert text.startswith(FOUND.replace("channel=6", "channel=11"))
    assert "bss=wlan0-corp\n" in text
    assert "auth_server_addr=203.0.113.13\nauth_server_port=1812\nauth_server_shared_secret=plain-1-secret\n" in text
    assert "plain" not in files.show()
    assert "theirs" not in files.show()
    assert "their secret" not in files.show()
    assert files.diff(payload) == ""
    files.prove(kept)

    owned = owned_afterwards(change, OwnedConfig())
    gone = planned(_with_slots(files.show()), "", owned)
    files.apply(wire(gone), "T")
    assert (tmp_path / "wlan0.conf").read_text() == FOUND


def _with_slots(shown: str) -> str:
    """What was shown, as the push reads it: fingerprints of ours are our slots."""
    ours = {line.partition("<")[0]: line for line in OURS.splitlines() if "<" in line}
    mine = shown[shown.index("bss wlan0-corp") :]
    return shown.replace(mine, "\n".join(ours.get(line.partition("<")[0], line) for line in mine.splitlines()))


def test_a_revert_is_to_the_byte_and_leaves_what_others_wrote(files, tmp_path):
    path, payload = tmp_path / "wlan0.conf", wire(planned(files.show(), OURS))
    kept = files.snapshot(payload)
    files.apply(payload, "T")
    files.restore(kept, "T")
    assert path.read_text() == FOUND
    files.apply(payload, "T")
    path.write_text(path.read_text().replace('"Friends"', '"Friends of the library"'))
    files.restore(kept, "T")
    assert path.read_text() == FOUND.replace('"Friends"', '"Friends of the library"')


def test_another_secret_takes_the_place_of_the_one_that_only_the_device_knows(files, tmp_path):
    files.apply(wire(planned(files.show(), OURS)), "T")
    edit = ["kept", "bss wlan0-guest of wlan0", ["wpa_passphrase="], ["wpa_passphrase=plain-2-secret"]]
    kept = files.snapshot(json.dumps(edit))
    files.apply(json.dumps(edit), "T")
    assert "wpa_passphrase=plain-2-secret\n" in (tmp_path / "wlan0.conf").read_text()
    files.prove(kept)
    (tmp_path / "wlan0.conf").write_text("# note\n" + (tmp_path / "wlan0.conf").read_text())
    files.restore(kept, "T")
    assert "wpa_passphrase=plain-1-secret\n" in (tmp_path / "wlan0.conf").read_text()


REFUSED = {
    "a radio of ours": ('["new", "interface wlan0", [], []]', "not what may happen"),
    "a radio that goes": ('["gone", "interface wlan0", [], []]', "not what may happen"),
    "another control socket": ('["kept", "interface wlan0", [], ["ctrl_interface=/tmp"]]', "not an item"),
    "a program to run": ('["kept", "interface wlan0", [], ["wpa_psk_file=/etc/shadow"]]', "not an item"),
    "a second line": (r'["kept", "interface wlan0", [], ["channel=6\nbss=x"]]', "not an item"),
    "a second header": (r'["new", "bss x\ny of wlan0", [], []]', "not a record"),
    "no such radio": ('["new", "bss x of wlan7", [], []]', "no file in .* is about the interface wlan7"),
    "there already": ('["new", "bss wlan0-friends of wlan0", [], []]', "is there already"),
    "more of others": ('["gone", "bss wlan0-friends of wlan0", ["wpa=2"], []]', "of somebody else"),
    "not as expected": ('["kept", "interface wlan0", ["channel=1"], []]', "does not have channel=1"),
}


@pytest.mark.parametrize(("edit", "words"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_edited_is_refused_and_tells_no_secret(agent, files, tmp_path, edit, words):
    with pytest.raises(agent.Refused, match=words) as refusal:
        files.apply(edit, "T")
    assert "their secret" not in str(refusal.value)
    assert (tmp_path / "wlan0.conf").read_text() == FOUND


COMMENTS = st.sampled_from(["# note\n", "\n", "#channel=1\n", " indented=no setting\n", "garbage\n"])
SETTINGS = st.sampled_from(["wpa=2\n", "auth_server_addr=192.0.2.1\n", "auth_server_port=1645\n", "x_y=\u2028 =1\n"])
BODY = st.lists(COMMENTS | SETTINGS, max_size=6).map("".join)


@given(BODY, st.lists(BODY, max_size=3), st.booleans())
def test_whatever_others_wrote_ours_comes_and_goes_without_a_trace(first, networks, ended):
    module = sys.modules["turnup_hostapd"]
    others = "".join(f"bss=wlan0-o{number}\n{body}" for number, body in enumerate(networks))
    found = f"interface=wlan0\ndriver=nl80211\nchannel=6\n{first}{others}"
    found = found if ended else f"{found}wpa=2"
    server = module.Hostapd()
    new = module.Edit("new", "bss wlan0-corp of wlan0", (), ('ssid2="A"', "auth_server 1 192.0.2.1 1812 plain-secret"))
    after = server.edited(found, (new,))
    assert lines_of(server.show(after)) - lines_of(server.show(found)) == {
        ("bss wlan0-corp of wlan0",),
        ("bss wlan0-corp of wlan0", 'ssid2="A"'),
        ("bss wlan0-corp of wlan0", module.shown(new.add[1])),
    }
    back = server.edited(after, (new.inverse(),))
    assert back == (found if found.endswith("\n") else f"{found}\n")


def test_the_same_network_name_twice_on_one_radio_is_refused_and_on_two_radios_is_not(files):
    again = OURS.replace('"WCC-Guest"', '"Friends"')
    assert [each.rule for each in errors_of(planned(files.show(), again).findings)] == ["name-on-the-air"]
    both = OURS + 'bss wlan1-corp of wlan1\n ssid2="WCC-Corp"\n'
    assert not errors_of(planned(files.show() + "\ninterface wlan1\n channel=36", both).findings)


def test_a_radio_that_is_not_there_is_said_before_anything_is_sent(files):
    (finding,) = errors_of(planned(files.show(), 'bss wlan1-corp of wlan1\n ssid2="A"\n').findings)
    assert finding.rule == "interface-there"
