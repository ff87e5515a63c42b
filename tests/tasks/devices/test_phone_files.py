"""Telephones' files as the planner plans them and the agent edits them: of others not a byte moves, in no release."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.devices.on_device_agents import load_agent
from turnup.change.application import apply_change, inverse
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.file_edits import file_edits
from turnup.change.ownership import OwnedConfig
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.secrets import hide_secrets
from turnup.change.tree import load_tree, path_set
from turnup.fragments import Fragment
from turnup.sites import Platform

LINE, SERVER = "WCC-2026-0006/L1", "LON-PRV-01"
CFG, XML = "00005e005301.cfg", "00005e005302.xml"
FOUND_CFG = "#!version:1.0.0.1\n\n## lift\naccount.1.label=Lift 2  \n  account.1.enable = 0\nno setting here"
FOUND_XML = """<?xml version="1.0" encoding="utf-8"?>
<settings>
\t<phone-settings e="2"><!-- by hand -->
    <ringer perm="RW">Ringer2</ringer>
    <user_name idx="1" perm="R">2999</user_name>
    <dkey_directory perm="">url http://192.0.2.1/?a=1&amp;b=2</dkey_directory>
  </phone-settings>
 <functionKeys e="2"><fkey idx="0" context="active" perm="">line</fkey></functionKeys>
</settings>
"""


@pytest.fixture(scope="module", autouse=True)
def agent() -> ModuleType:
    return load_agent("provisioning")


@pytest.fixture
def folder(agent: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What a server serves: two files that others wrote, a firmware image, and a link to their release."""
    release = tmp_path / "releases" / "1"
    release.mkdir(parents=True)
    (release / CFG).write_text(FOUND_CFG)
    (release / XML).write_text(FOUND_XML)
    (release / "T54W.rom").write_bytes(b"\x00\xff firmware")
    link = tmp_path / "phones"
    link.symlink_to("releases/1")
    monkeypatch.setattr(agent, "SERVED", link)
    monkeypatch.setattr(agent, "run", lambda _words: "")
    monkeypatch.setattr(agent, "_fetched", lambda names: [answer(link / name) for name in names])
    return link


def answer(path: Path) -> tuple[int, bytes]:
    return (200, path.read_bytes()) if path.exists() else (404, b"")


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}


def server() -> object:
    return sys.modules["turnup_provisioning"].Telephones()


def planned(shown: str, text: str, owned: OwnedConfig | None = None, ceased: tuple[str, ...] = ()) -> DeviceChange:
    fragments = (Fragment(LINE, SERVER, Platform.PROVISIONING, text),) if text else ()
    return plan_device("LON-CORE-05", SERVER, Platform.PROVISIONING, shown, owned or OwnedConfig(), fragments, ceased)


def wire(change: DeviceChange) -> str:
    return "".join(f"{edit}\n" for edit in file_edits(change))


def lines_of(text: str) -> frozenset[tuple[str, ...]]:
    return path_set(load_tree(Platform.PROVISIONING, text))


OURS = f"""file {CFG}
 account.1.label = Reception
 account.1.user_name = 2001
file {XML}
 user_name[1] = 2002
file 00005e005303.xml
 user_name[1] = 2003
 user_pass[1] = a<b>&"c
"""


def test_all_files_change_by_one_rename_and_come_back_to_the_byte(agent: ModuleType, folder: Path) -> None:
    releases, before = agent.Releases(), contents(folder)
    change = planned(releases.show(), OURS)
    payload = wire(change)
    releases.check(payload)
    kept = releases.snapshot(payload)
    releases.apply(payload, "T")
    assert lines_of(releases.show()) == lines_of(change.candidate)
    assert releases.diff(payload) == ""
    releases.prove(kept)
    after = contents(folder)
    assert after["T54W.rom"] == before["T54W.rom"]
    assert b"## lift\naccount.1.label = Reception\n  account.1.enable = 0\nno setting here\n" in after[CFG]
    assert b'<ringer perm="RW">Ringer2</ringer>' in after[XML]
    assert b"<functionKeys" in after[XML]
    assert ET.fromstring(after["00005e005303.xml"]).findtext(".//user_pass") == 'a<b>&"c'
    releases.restore(kept, "T")
    assert contents(folder) == before


def test_a_change_that_died_before_its_rename_has_changed_nothing(
    agent: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases, before = agent.Releases(), contents(folder)
    payload = wire(planned(releases.show(), OURS))
    kept = releases.snapshot(payload)

    class PowerCut(BaseException):
        pass

    def cut(_self: Path, _target: Path) -> None:
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", cut)
        with pytest.raises(PowerCut):
            releases.apply(payload, "T")
    assert contents(folder) == before
    releases.restore(kept, "T")
    releases.apply(payload, "T")
    assert releases.diff(payload) == ""


def test_what_others_wrote_meanwhile_stays_when_ours_is_taken_back(agent: ModuleType, folder: Path) -> None:
    releases = agent.Releases()
    payload = wire(planned(releases.show(), OURS))
    kept = releases.snapshot(payload)
    releases.apply(payload, "T")
    (folder / CFG).write_text((folder / CFG).read_text() + "account.2.enable = 1\n")
    (folder / "00005e005309.cfg").write_text("#!version:1.0.0.1\n")
    releases.restore(kept, "T")
    assert (folder / CFG).read_text().splitlines() == [
        *("#!version:1.0.0.1", "", "## lift", "account.1.label = Lift 2", "  account.1.enable = 0"),
        *("no setting here", "account.2.enable = 1"),
    ]
    assert (folder / "00005e005309.cfg").exists()
    assert not (folder / "00005e005303.xml").exists()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (["kept", f"file {CFG}", ["account.1.label = Lobby"], []], "does not have account.1.label"),
        (["kept", f"file {CFG}", [], ["account.1.enable = 1"]], "has account.1.enable already"),
        (["gone", f"file {XML}", ["user_name[1] = 2999"], []], "of somebody else"),
        (["new", f"file {XML}", [], ["user_name[1] = 1"]], "is there already"),
        (["new", "file ../../etc/passwd", [], ["a = b"]], "not a file that may be edited"),
        (["new", "file 00005E005307.cfg", [], ["a = b"]], "not a file that may be edited"),
        (["new", "file 00005e005307.cfg", [], ["a = b\nc = d"]], "not a setting that may be written"),
        (["new", "file 00005e005307.cfg", [], ["a[1] = b"]], "not a setting that may be written"),
        (["new", "file 00005e005307.xml", [], ["a/><x> = b"]], "not a setting that may be written"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_and_tells_no_value(
    agent: ModuleType, folder: Path, edit: list[object], words: str
) -> None:
    before = contents(folder)
    with pytest.raises(agent.Refused, match=re.escape(words)) as raised:
        agent.Releases().apply(json.dumps(edit), "T")
    assert contents(folder) == before
    assert "Lobby" not in str(raised.value)


def test_a_server_that_serves_something_else_is_not_taken_for_changed(
    agent: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = wire(planned(agent.Releases().show(), OURS))
    monkeypatch.setattr(agent, "_fetched", lambda names: [(200, b"a page for every name") for _ in names])
    with pytest.raises(agent.Refused, match="expected the file, found another file"):
        agent.Releases().apply(payload, "T")


def test_no_password_of_a_telephone_is_shown_or_kept(agent: ModuleType, folder: Path) -> None:
    releases = agent.Releases()
    releases.apply(wire(planned(releases.show(), OURS + " http_pass = hunter22\n")), "T")
    places = LANGUAGES[Platform.PROVISIONING].secret_places
    shown = hide_secrets(places, lambda stored: stored, releases.show(), lambda _secret: "ab12").text
    assert re.findall(r"(?m)^ (\S+) = <hidden:ab12>$", shown) == ["http_pass", "user_pass[1]"]


def test_a_service_check_fetches_a_file_and_tells_no_password(agent: ModuleType, folder: Path) -> None:
    releases = agent.Releases()
    releases.apply(wire(planned(releases.show(), OURS)), "T")
    assert releases.ask(["get 00005e005303.xml", "get 00005e005399.cfg"]) == [
        "status 200\nuser_name[1] = 2003",
        "status 404",
    ]
    with pytest.raises(agent.Refused, match="no question to this server"):
        releases.ask(["get ../nginx.conf"])


# --- any file ---------------------------------------------------------------------------------------------------------

VALUES = st.text(st.characters(min_codepoint=32, exclude_categories=["C", "Z"]) | st.just(" "), max_size=12).map(
    str.strip
)
KEYS = st.sampled_from(["account.1.label", "account.1.password", "phone_setting.lock", "x"])
XML_KEYS = st.sampled_from(["user_name[1]", "user_pass[1]", "user_name[2]", "ntp_server", "ringer"])
JUNK = st.sampled_from(["", "# note", "no setting", "<!-- a -->", " \t", "## x = y"])


def cfg_file(lines: list[str]) -> str:
    return "#!version:1.0.0.1\n" + "".join(f"{line}\n" for line in lines)


@settings(deadline=None)
@given(
    found=st.dictionaries(KEYS, VALUES),
    junk=st.lists(JUNK, max_size=3),
    ours=st.dictionaries(KEYS, VALUES, min_size=1),
    new=st.dictionaries(XML_KEYS, VALUES, min_size=1),
)
def test_any_file_takes_any_settings_and_gives_them_back(
    found: dict[str, str], junk: list[str], ours: dict[str, str], new: dict[str, str]
) -> None:
    text = json.dumps({CFG: cfg_file([*junk, *(f"{key} = {value}" for key, value in found.items())])})
    wanted = "".join(f" {key} = {value}".rstrip() + "\n" for key, value in ours.items())
    created = "".join(f" {key} = {value}".rstrip() + "\n" for key, value in new.items())
    change = planned(server().show(text), f"file {CFG}\n{wanted}file {XML}\n{created}")
    edits = sys.modules["turnup_provisioning"].edits_of(wire(change))
    after = server().edited(text, edits)
    assert lines_of(server().show(after)) == lines_of(change.candidate)
    assert lines_of(apply_change(change, server().show(text))) == lines_of(change.candidate)
    ET.fromstring(json.loads(after)[XML])
    assert [line for line in json.loads(after)[CFG].splitlines() if line in junk] == junk
    back = sys.modules["turnup_provisioning"].edits_of(wire(inverse(change)))
    assert lines_of(server().show(server().edited(after, back))) == lines_of(server().show(text))
    owned = owned_afterwards(change, OwnedConfig())
    ceased = planned(server().show(after), "", owned, (LINE,))
    assert XML not in json.loads(server().edited(after, sys.modules["turnup_provisioning"].edits_of(wire(ceased))))
