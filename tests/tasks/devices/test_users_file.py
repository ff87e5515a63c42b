"""The `users` file of a RADIUS server as the planner plans it and the agent edits it: of others not a byte moves."""

from __future__ import annotations

import json
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tasks.devices.on_device_agents import load_agent
from turnup.change.application import apply_change, inverse
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.drift import DriftKind, drift_of
from turnup.change.file_edits import file_edits
from turnup.change.ownership import OwnedConfig
from turnup.change.tree import load_tree, path_set
from turnup.errors import ForbiddenCommand
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

ROOT = Path(__file__).resolve().parents[3]
BROWNFIELD = (ROOT / "tests/brownfield/freeradius/borough-aaa/users").read_bytes().decode()
RADIUS = Platform.FREERADIUS
LINES = ("WCC-2026-0003/L5", "WCC-2026-0003/L6", "SWK-2026-0001/L3")
OURS = [f"00101000000000{number}" for number in range(1, 5)]
CASES = settings(
    max_examples=max(200, settings.default.max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module", autouse=True)
def agent(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    module = load_agent("freeradius")
    module.STATE = tmp_path_factory.mktemp("state")
    return module


def server() -> object:
    return sys.modules["turnup_freeradius"].FreeRadius()


def edits(change: DeviceChange) -> tuple[object, ...]:
    module = sys.modules["turnup_freeradius"]
    return tuple(module.Edit(*json.loads(line)) for line in file_edits(change))


def planned(text: str, owned: OwnedConfig, texts: dict[str, str], ceased: tuple[str, ...] = ()) -> DeviceChange:
    fragments = tuple(Fragment(line, "LON-AAA-01", RADIUS, words) for line, words in texts.items())
    return plan_device("LON-CORE-03", "LON-AAA-01", RADIUS, server().show(text), owned, fragments, ceased)


def carried_out(text: str, change: DeviceChange) -> str:
    """The file with a change; what the planner foresaw is what the agent shows, and the way back is to the byte.

    A record that comes back has no place that it could remember if others wrote beside it.
    """
    after = server().edited(text, edits(change))
    assert lines_of(server().show(after)) == lines_of(change.candidate)
    assert lines_of(server().show(after)) == lines_of(apply_change(change, server().show(text)))
    for back in (edits(inverse(change)), tuple(each.inverse() for each in reversed(edits(change)))):
        restored = server().edited(after, back)
        if any(each.state == "gone" for each in edits(change)):
            assert (lines_of(server().show(restored)), of_others(restored)) == (
                lines_of(server().show(text)),
                of_others(text),
            )
        else:
            assert restored == text
    return after


def lines_of(text: str) -> frozenset[tuple[str, ...]]:
    return path_set(load_tree(RADIUS, text))


def of_others(text: str) -> str:
    """A file without the lines of ours, cut out by what they begin with."""
    ours = re.compile(r'(?m)^00101000000\d+ [^\n]*"wcc\.apn"\n(\tFramed-IP-Address = 10\.80[^\n]*\n)')
    return ours.sub("", text)


def sim(imsi: str, address: int, apn: str = "wcc.apn", extra: str = "") -> str:
    checks = f' check Auth-Type := Accept\n check Called-Station-Id == "{apn}"\n'
    return f"user {imsi}\n{checks} reply Framed-IP-Address = 10.80.0.{address}\n{extra}"


# --- any file, any journey --------------------------------------------------------------------------------------------

COMMENT = st.sampled_from(["# note\n", "#\n", "\n", "   \n", "\t# indented\n", "\r\n", "#00101000000000 off\n"])
FOREIGN = st.sampled_from(
    [
        "bob\n",
        'bob\tCleartext-Password := "a, # b"   # tail\n\tReply-Message = "x, y",\n# between\n\tFramed-MTU=5\n',
        "alice Auth-Type := Accept\r\n\tFramed-MTU := 5, Session-Timeout = 6\r\n",
        "'night shift' Auth-Type:=Reject\n",
        "001010000000000 Auth-Type := Accept\n\tFramed-IP-Address = 10.99.0.1\n",
        "zoe\tAuth-Type := Accept\n  \n  Reply-Message = `id`,\n\n\tFall-Through = 1\n",
        'm\xfcller Auth-Type := Accept\n\tReply-Message = "na\udce9 \u2028 \x0c"\n',
    ]
)
BARRIER = st.sampled_from(
    ["DEFAULT Auth-Type := Reject\n", '#c\nDEFAULT\tHint == "x"\n\tFramed-MTU = 5\n', "$INCLUDE other\n"]
)
PARTS = st.lists(COMMENT | FOREIGN, max_size=6)
FOUND = st.builds(
    lambda head, barriers, tail, cut: cut("".join([*head, *barriers, *tail])),
    PARTS,
    st.lists(BARRIER | COMMENT, max_size=3),
    PARTS,
    st.sampled_from([str, lambda text: text.removesuffix("\n")]),
)
DECLARED = st.dictionaries(st.sampled_from(OURS), st.integers(1, 3), max_size=3)
STEP = st.tuples(st.sampled_from(LINES), DECLARED) | st.tuples(st.just("others"), COMMENT | FOREIGN)


@dataclass
class Journey:
    """A file and its shadow, in which only others write; each buyer's lines have SIMs of their own."""

    text: str
    shadow: str
    owned: OwnedConfig = field(default_factory=OwnedConfig)

    def order(self, line: str, sims: dict[str, int]) -> None:
        apart = str(LINES.index(line) + 1)
        words = "".join(sim(f"{imsi[:-2]}{apart}{imsi[-1]}", address) for imsi, address in sims.items())
        change = planned(self.text, self.owned, {line: words} if words else {}, () if words else (line,))
        assert not errors_of(change.findings)
        self.text = carried_out(self.text, change)
        self.owned = owned_afterwards(change, self.owned)
        assert of_others(self.text) == self.shadow
        assert drift_of(RADIUS, "LON-AAA-01", self.owned, server().show(self.text)) == ()

    def write(self, words: str) -> None:
        """Somebody adds something at the top."""
        self.text, self.shadow = words + self.text, words + self.shadow


@CASES
@given(FOUND, st.lists(STEP, min_size=1, max_size=8))
def test_whatever_is_ordered_others_keep_every_byte_and_at_last_the_file_is_theirs(found, steps):
    journey = Journey(found, found)
    for who, what in steps:
        journey.write(what) if who == "others" else journey.order(who, what)
    for line in LINES:
        journey.order(line, {})
    assert journey.text == journey.shadow


@CASES
@given(FOUND)
def test_reading_a_file_and_changing_nothing_changes_nothing(found):
    assert server().edited(found, ()) == found
    assert not planned(found, OwnedConfig(), {}).changes_something


# --- a file that has grown for ten years ------------------------------------------------------------------------------


def test_a_grown_file_gets_two_sims_before_its_defaults_and_gives_them_back():
    change = planned(BROWNFIELD, OwnedConfig(), {LINES[0]: sim(OURS[0], 10) + sim(OURS[1], 11)})
    assert change.findings == ()
    after = carried_out(BROWNFIELD, change)
    assert (place := after.index(f"\n{OURS[0]} ")) < after.index("$INCLUDE")
    assert after.index("\nb.okafor\t") < place < after.index("\n# ---- printers")
    owned = owned_afterwards(change, OwnedConfig())
    moved = planned(after, owned, {LINES[0]: sim(OURS[0], 10) + sim(OURS[1], 12)})
    assert (len(moved.adds), len(moved.removes)) == (1, 1)
    later = carried_out(after, moved)
    assert later == after.replace("10.80.0.11", "10.80.0.12")
    gone = planned(later, owned_afterwards(moved, owned), {}, (LINES[0],))
    assert carried_out(later, gone) == BROWNFIELD


def test_a_record_of_somebody_else_keeps_its_comments_when_ours_takes_its_place():
    """The parking team's SIM moves to us and back: what ours replaced is put back as it was."""
    imsi = "001010000900001"
    found = BROWNFIELD.replace("10.99.0.1,\n", "10.99.0.1,\n# ring Kim first\n")
    change = planned(found, OwnedConfig(), {LINES[0]: sim(imsi, 9, "parking.apn")})
    assert [each.former for each in change.takeovers if not each.was_there] == ["reply Framed-IP-Address = 10.99.0.1"]
    after = carried_out(found, change)
    assert after == found.replace("10.99.0.1,\n", "10.80.0.9,\n")
    gone = planned(after, owned_afterwards(change, OwnedConfig()), {}, (LINES[0],))
    assert carried_out(after, gone) == found


EDITED = {
    "first reply": (["reply A-B = 1"], [], "x C == 1\n\tA-B = 1\n", "x C == 1\n"),
    "last reply": (["reply A-B = 1"], [], "x\n\tD = 2,\n\tA-B = 1 # why\n", "x\n\tD = 2\n\t# why\n"),
    "middle of a line": (["reply A-B = 1"], [], "x\n D = 2, A-B=1 , E = 3\n", "x\n D = 2, E = 3\n"),
    "end of a line": (["reply A-B = 1"], [], "x\n D = 2, A-B=1,\n E = 3\n", "x\n D = 2, \n E = 3\n"),
    "a check": (["check A-B == 1"], [], "x A-B == 1, D := 2\n", "x D := 2\n"),
    "the only check": (["check A-B == 1"], [], "x\tA-B == 1 # why\n", "x # why\n"),
    "another value": (["reply A-B = 1"], ["reply A-B = 2"], "x\n\tA-B  =  1 , D=1\n", "x\n\tA-B = 2 , D=1\n"),
    "a new check": ([], ["check A-B == 1"], "x D := 2\n", "x A-B == 1, D := 2\n"),
    "a new reply": ([], ["reply A-B = 1"], "x\n# why\n\tD = 2\n", "x\n# why\n\tA-B = 1,\n\tD = 2\n"),
    "the first of all": ([], ["reply A-B = 1"], "x", "x\n\tA-B = 1\n"),
}


@pytest.mark.parametrize(("remove", "add", "before", "after"), EDITED.values(), ids=EDITED)
def test_an_item_comes_and_goes_alone(agent, remove, add, before, after):
    assert server().edited(before, (agent.Edit("kept", "user x", tuple(remove), tuple(add)),)) == after


PLACED = {
    "an empty file": ("", "@"),
    "after all others": ("bob\n\n", "bob\n\n@"),
    "before a DEFAULT": ("bob\n\nDEFAULT\n", "bob\n\n@DEFAULT\n"),
    "before the comment upon it": ("bob\n\n# guests\n#\nDEFAULT\n", "bob\n\n@# guests\n#\nDEFAULT\n"),
    "before an include": ("bob\n\n$INCLUDE more\nDEFAULT\n", "bob\n\n@$INCLUDE more\nDEFAULT\n"),
    "before a last line without an end": ("bob\n\n# end", "bob\n\n@# end"),
    "before a last record without an end": ("bob\n\nkim A == 1", "bob\n\n@kim A == 1"),
    "in the order of names": ("0010100\n0010102\nDEFAULT\n", "0010100\n@0010102\nDEFAULT\n"),
}


@pytest.mark.parametrize(("before", "after"), PLACED.values(), ids=PLACED)
def test_a_new_record_comes_where_the_server_reaches_it(agent, before, after):
    new = agent.Edit("new", "user 0010101", (), ("check A == 1",))
    assert server().edited(before, (new,)) == after.replace("@", "0010101 A == 1\n")


REFUSED = {
    "a DEFAULT": ('["new", "user DEFAULT", [], ["check A == 1"]]', "not a record"),
    "an include": ('["gone", "include f", [], []]', "not a record"),
    "a second line": (r'["new", "user y\nDEFAULT", [], []]', "not a record"),
    "a broken value": (r'["new", "user y", [], ["check A == \"1\n\""]]', "not an item"),
    "an expansion": ('["new", "user y", [], ["reply A = \\"%{exec:/bin/id}\\""]]', "not an item"),
    "two items in one": ('["new", "user y", [], ["reply A = 1, B = 2"]]', "not an item"),
    "there already": ('["new", "user x", [], []]', "user x is there already"),
    "not there": ('["kept", "user y", [], []]', "user y is not there"),
    "not as expected": ('["gone", "user x", ["reply A = 2"], []]', "user x does not have reply A = 2"),
    "more of others": ('["gone", "user x", ["reply A = 1"], []]', "user x holds reply B = 2 of somebody else"),
    "had already": ('["kept", "user x", [], ["reply A = 1"]]', "user x has reply A = 1 already"),
    "no edit": ('{"record": 1}', "not an edit"),
}


@pytest.mark.parametrize(("wire", "words"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_edited_is_refused(agent, wire, words):
    edits_of = sys.modules["turnup_files"].edits_of
    with pytest.raises(agent.Refused, match=words):
        server().edited("x\n\tA = 1,\n\tB = 2\n", edits_of(wire))


# --- what the planner says --------------------------------------------------------------------------------------------


def test_passwords_of_others_are_told_apart_and_never_shown(agent):
    shown = server().show('bob Cleartext-Password := "hunter2"\njo NT-Password := "hunter2"\n')
    assert "hunter2" not in shown
    assert shown != server().show('bob Cleartext-Password := "hunter3"\njo NT-Password := "hunter2"\n')
    assert shown == server().show('bob\tCleartext-Password:="hunter2"\njo NT-Password := "hunter2"\n')


def test_a_second_record_of_our_name_is_refused_for_nobody_could_tell_them_apart():
    found = f"{OURS[0]} Auth-Type := Reject\n{OURS[0]}\n"
    (finding,) = errors_of(planned(found, OwnedConfig(), {LINES[0]: sim(OURS[0], 1)}).findings)
    assert finding.rule == "one-record"


def test_a_default_before_our_record_is_a_warning_unless_it_falls_through():
    change = planned("", OwnedConfig(), {LINES[0]: sim(OURS[0], 1)})
    ours, owned = carried_out("", change), owned_afterwards(change, OwnedConfig())
    for before, rules in (
        ("DEFAULT\n\tFall-Through = Yes\n", []),
        ("DEFAULT Auth-Type := Reject\n", ["never-reached"]),
        ("$INCLUDE x\n", ["never-reached"]),
    ):
        again = planned(before + ours, owned, {LINES[0]: sim(OURS[0], 1)})
        assert [finding.rule for finding in again.findings] == rules


def test_another_address_in_our_record_is_drift():
    change = planned(BROWNFIELD, OwnedConfig(), {LINES[0]: sim(OURS[0], 10)})
    text = carried_out(BROWNFIELD, change).replace("10.80.0.10", "10.80.0.99")
    (drift,) = drift_of(RADIUS, "LON-AAA-01", owned_afterwards(change, OwnedConfig()), server().show(text))
    assert (drift.kind, drift.found) == (DriftKind.CHANGED, "reply Framed-IP-Address = 10.80.0.99")


def test_a_default_is_never_declared():
    with pytest.raises(ForbiddenCommand, match="user DEFAULT"):
        planned("", OwnedConfig(), {LINES[0]: "user DEFAULT\n check Auth-Type := Accept\n"})


# --- the file on the disk ---------------------------------------------------------------------------------------------


def shared_file(agent: ModuleType, path: Path, meanwhile: str = "") -> object:
    """The agent's file, with a server that takes everything; somebody writes to it while it is checked."""

    class Easy(agent.FreeRadius):
        def check(self, candidates: dict[Path, Path]) -> None:
            if meanwhile:
                path.write_text(meanwhile)

        def reload(self) -> None:
            pass

        def wrong_answers(self, edits, texts) -> list[str]:
            return []

    Easy.path = path
    return agent.SharedFiles(Easy())


NEW = json.dumps(["new", f"user {OURS[0]}", [], ["check Auth-Type := Accept"]])


def test_a_file_that_somebody_writes_while_it_is_checked_is_left_to_him(agent, tmp_path):
    path = tmp_path / "users"
    path.write_text("bob\n")
    with pytest.raises(agent.Refused, match=r"somebody else edits .*; nothing was written"):
        shared_file(agent, path, meanwhile="kim\n").apply(NEW, "t1")
    assert (path.read_text(), [each.name for each in tmp_path.iterdir()]) == ("kim\n", ["users"])


def test_the_file_behind_a_link_is_replaced_with_its_mode_and_the_link_stays(agent, tmp_path):
    path, link = tmp_path / "real" / "authorize", tmp_path / "users"
    path.parent.mkdir()
    path.write_text("bob\n")
    path.chmod(0o604)
    link.symlink_to(path)
    before = path.stat()
    shared_file(agent, link).apply(NEW, "t1")
    assert link.is_symlink()
    assert path.read_text() == f"{OURS[0]} Auth-Type := Accept\nbob\n"
    assert path.stat().st_mode == before.st_mode
    assert int(path.stat().st_mtime) > int(before.st_mtime), "a second of its own"
    assert path.stat().st_ino != before.st_ino, "by a rename"


@pytest.mark.parametrize("others", [False, True], ids=["alone", "others wrote"])
@pytest.mark.parametrize("applied", [False, True], ids=["not applied", "applied"])
def test_a_revert_takes_ours_out_and_nothing_else(agent, tmp_path, applied, others):
    path = tmp_path / "users"
    path.write_text(BROWNFIELD, newline="")
    file = shared_file(agent, path)
    snapshot = file.snapshot(NEW)
    if applied:
        file.apply(NEW, "t1")
    note = "kim Auth-Type := Reject\n" if others else ""
    path.write_text(note + path.read_text(), newline="")
    file.restore(snapshot, "t1")
    assert path.read_text() == note + BROWNFIELD


TWO = f"{NEW}\n" + json.dumps(["kept", "user bob", ["reply Class = 1"], ["reply Class = 2", "reply Port-Limit = 1"]])
APPLIED = f"{OURS[0]} Auth-Type := Accept\nbob\n\tPort-Limit = 1,\n\tClass = 2\n"


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (APPLIED, "bob\n\tClass = 1\n"),
        (APPLIED.partition("\n")[2], "bob\n\tClass = 1\n"),
        (APPLIED.replace(" Auth", " NAS-Port == 1, Auth"), f"{OURS[0]} NAS-Port == 1\nbob\n\tClass = 1\n"),
        (APPLIED.replace("Class = 2", "Class = 3"), "bob\n\tClass = 1,\n\tClass = 3\n"),
        (APPLIED.partition("\n")[0] + "\n", ""),
        ("bob\n\tClass = 1\n# theirs\n", "bob\n\tClass = 1\n# theirs\n"),
    ],
    ids=["nothing", "record gone", "item added", "value changed", "their record gone", "ours gone"],
)
def test_a_revert_takes_out_what_others_have_left_of_ours(agent, tmp_path, left, expected):
    path = tmp_path / "users"
    path.write_text("bob\n\tClass = 1\n")
    file = shared_file(agent, path)
    snapshot = file.snapshot(TWO)
    file.apply(TWO, "t1")
    assert path.read_text() == APPLIED
    path.write_text(left)
    file.restore(snapshot, "t1")
    assert path.read_text() == expected


def test_two_thousand_sims_come_and_go_in_seconds():
    began = time.process_time()
    imsis = [f"00101{number:010}" for number in range(2000)]
    change = planned(BROWNFIELD, OwnedConfig(), {LINES[0]: "".join(sim(imsi, 1) for imsi in imsis)})
    after = server().edited(BROWNFIELD, edits(change))
    assert [line.split()[0] for line in after.splitlines() if line.startswith("00101000000")][:2000] == imsis
    assert server().edited(after, edits(inverse(change))) == BROWNFIELD
    assert time.process_time() - began < 10
