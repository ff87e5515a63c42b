"""What FRR cannot do and its agent does: classes of the shaper by tc, and a virtual router that follows its access."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from tests.tasks.devices.on_device_agents import ON_DEVICE, load_agent

SECONDS = 60
"""How long the process that watches may take on a busy machine; it looks once a second."""
CLASSES = """\
host shaper eth0 rate-kbit 20000
host shaper eth0 class 1 priority percent 20
host shaper eth0 class 1 dscp ef
host shaper eth0 class 2 percent 30
host shaper eth0 class 2 dscp af41
host shaper eth0 class 2 dscp af42
"""
TRACK = "host vrrp eth1 group 1 track 198.51.100.0 priority 110 decrement 30 return-seconds 60"


@pytest.fixture(scope="module")
def agent() -> ModuleType:
    return load_agent("frr")


@pytest.fixture(scope="module")
def shaper(agent: ModuleType) -> ModuleType:
    return sys.modules["turnup_frr_shaper"]


@pytest.fixture(scope="module")
def gateway(agent: ModuleType) -> ModuleType:
    return sys.modules["turnup_frr_gateway"]


def test_a_candidate_with_classes_is_read_and_shown_alike(agent: ModuleType) -> None:
    text = f"hostname R1\n{CLASSES}host vrrp eth1 group 1 address 10.65.64.4\n{TRACK}\n"
    frr, host = agent._split(text)
    assert "".join(f"{line}\n" for line in [frr, *host.lines()]) == text


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("host shaper eth0 class 1 percent 20\nhost shaper eth0 class 1 dscp ef", "a share, a code point and a shaper"),
        ("host shaper eth0 rate-kbit 8000\nhost shaper eth0 class 1 percent 20", "a share, a code point and a shaper"),
        ("host shaper eth0 rate-kbit 8000\nhost shaper eth0 class 1 dscp ef", "a share, a code point and a shaper"),
        (f"{CLASSES}host shaper eth0 class 2 dscp ef", "ef is in class 1 too"),
        (f"{CLASSES}host shaper eth0 class 3 percent 51\nhost shaper eth0 class 3 dscp cs1", "more than 100 percent"),
        ("host shaper eth0 class 8 percent 20", "not a host line"),
        ("host shaper eth0 class 1 percent 101", "not a host line"),
        ("host shaper eth0 class 1 dscp be", "not a host line"),
        ("host shaper eth0 class 1 dscp ef flowid 1:1", "not a host line"),
        (f"{TRACK} 9", "not a host line"),
        (TRACK.replace("198.51.100.0", "eth0"), "not a host line"),
    ],
)
def test_classes_that_make_no_shaper_are_refused(agent: ModuleType, lines: str, words: str) -> None:
    with pytest.raises(agent.Refused, match=words):
        agent._split(lines)


# --- what tc 6.1 prints of CLASSES ------------------------------------------------------------------------------------

QDISCS = [
    {"kind": "tbf", "handle": "8a01:", "dev": "eth0", "root": True, "options": {"rate": 2500000, "burst": 10000}},
    {"kind": "htb", "handle": "8b00:", "dev": "eth0", "parent": "8a01:1", "options": {"default": "0x1f"}},
    {"kind": "bfifo", "handle": "8351:", "dev": "eth0", "parent": "8b00:11", "options": {"limit": 25000}},
]
SHOWN = """\
class tbf 8a01:1 parent 8a01: leaf 8b00:
class htb 8b00:11 parent 8b00:1 leaf 8351: prio 0 rate 4Mbit ceil 4Mbit burst 3200b cburst 3200b
class htb 8b00:1 root rate 20Mbit ceil 20Mbit burst 10000b cburst 10000b
class htb 8b00:12 parent 8b00:1 leaf 8352: prio 1 rate 6Mbit ceil 20Mbit burst 3198b cburst 10000b
class htb 8b00:1f parent 8b00:1 leaf 8353: prio 1 rate 10Mbit ceil 20Mbit burst 5000b cburst 10000b
"""


def matching(value: str, flow: str, mask: str = "fc0000") -> dict:
    match = {"value": value, "mask": mask, "offmask": "", "off": 0}
    return {"protocol": "ip", "pref": 1, "kind": "u32", "options": {"fh": "800::800", "flowid": flow, "match": match}}


FILTERS = [
    {"protocol": "ip", "pref": 1, "kind": "u32", "chain": 0},
    {"protocol": "ip", "pref": 1, "kind": "u32", "chain": 0, "options": {"fh": "800:", "ht_divisor": 1}},
    matching("b80000", "8b00:11"),
    matching("880000", "8b00:12"),
    matching("900000", "8b00:12"),
]


@dataclass(frozen=True)
class Tc:
    """A tc that prints what it is given."""

    classes: str = SHOWN
    filters: tuple[dict, ...] = tuple(FILTERS)
    qdiscs: tuple[dict, ...] = tuple(QDISCS)

    def __call__(self, argv: list[str], *, stdin: str = "") -> str:
        assert (argv[0], stdin) == ("tc", "")
        words = [word for word in argv if word in ("qdisc", "class", "filter")]
        return {"qdisc": json.dumps(self.qdiscs), "class": self.classes, "filter": json.dumps(self.filters)}[words[0]]


def read(shaper: ModuleType, monkeypatch: pytest.MonkeyPatch, tc: Tc) -> str:
    monkeypatch.setattr(shaper, "run", tc)
    (found,) = shaper.live_shapers([]).values()
    return "".join(f"{line}\n" for line in found.lines("eth0"))


def test_classes_are_read_back_from_the_kernel(shaper: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(shaper, monkeypatch, Tc()) == CLASSES


@pytest.mark.parametrize(
    "tc",
    [
        Tc(classes=SHOWN.replace("ceil 4Mbit", "ceil 20Mbit")),
        Tc(classes=SHOWN.replace("prio 1 rate 10Mbit", "prio 0 rate 10Mbit")),
        Tc(classes="".join(line for line in SHOWN.splitlines(keepends=True) if ":1f " not in line)),
        Tc(classes=SHOWN.replace("8b00:1f parent", "8b00:20 parent")),
        Tc(filters=(*FILTERS[:-1], matching("900000", "8b00:1f"))),
        Tc(filters=(*FILTERS, matching("480000", "8b00:12", "ff0000"))),
        Tc(filters=tuple(FILTERS[:2])),
    ],
    ids=["a ceiling", "a turn", "no rest", "another class", "a filter elsewhere", "a strange filter", "no filter"],
)
def test_classes_that_somebody_changed_are_none(shaper: ModuleType, monkeypatch: pytest.MonkeyPatch, tc: Tc) -> None:
    """They are missing from what the device shows, and so are drift, whatever else stands there."""
    assert read(shaper, monkeypatch, tc) == "host shaper eth0 rate-kbit 20000\n"


# --- the gateway that follows the access ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "seconds", "priority"),
    [
        (110, 1000, 110),
        (110, 1, 110),
        (110, None, 80),
        (80, None, 80),
        (80, 59, 80),
        (80, 60, 110),
        (100, None, 100),
        (100, 1000, 100),
    ],
)
def test_a_priority_falls_at_once_and_comes_back_after_a_while(
    gateway: ModuleType, present: int, seconds: int | None, priority: int
) -> None:
    (track,) = gateway.tracks_of([TRACK]).values()
    sessions = {"10.65.64.3": 1000.0} | ({} if seconds is None else {"198.51.100.0": float(seconds)})
    assert gateway.wanted(track, present, sessions) == priority


def test_another_priority_is_put_into_one_section_only(gateway: ModuleType) -> None:
    text = """\
interface eth1
 vrrp 1 version 2
 vrrp 1 priority 110
 vrrp 11 priority 110
exit
interface eth2
 vrrp 1 priority 110
exit
"""
    lowered = gateway.with_priorities(text, {("eth1", 1): (110, 80)})
    assert lowered == text.replace(" vrrp 1 priority 110", " vrrp 1 priority 80", 1)
    assert gateway.with_priorities(lowered, {("eth1", 1): (80, 110)}) == text
    assert gateway.with_priorities(text, {("eth1", 1): (90, 80)}) == text
    assert gateway.priority_in(lowered, "eth1", 1) == 80
    assert gateway.priority_in(lowered, "eth3", 1) == 0


@pytest.mark.parametrize("frr", ["interface eth1\n vrrp 1 priority 100\nexit", "interface eth2\n vrrp 1 priority 110"])
def test_a_track_needs_the_priority_that_it_lowers(agent: ModuleType, frr: str) -> None:
    text, host = agent._split(f"{frr}\nhost vrrp eth1 group 1 address 10.65.64.4\n{TRACK}\n")
    with pytest.raises(agent.Refused, match="another priority than 110"):
        agent._check_tracks(host, text)


VTYSH = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
words = sys.argv[1:]
if not (folder / "answers").exists():
    sys.exit("vtysh: failed to connect to any daemons")
if words == ["-c", "show bgp ipv4 unicast summary json", "-c", "show vrrp json"]:
    print((folder / "bgp").read_text())
    priority = int((folder / "priority").read_text())
    print(json.dumps([{{"vrid": 1, "interface": "eth1", "v4": {{"effectivePriority": priority}}}}]))
else:
    assert words[:4] == ["-c", "configure terminal", "-c", "interface eth1"], words
    (folder / "priority").write_text(words[-1].split()[-1])
"""


@dataclass(frozen=True)
class Watched:
    """The process that watches, beside an FRR that says what it is told."""

    folder: Path
    process: subprocess.Popen[bytes]
    gateway: ModuleType

    def session(self, seconds: float | None) -> None:
        state = {"state": "Active", "peerUptimeMsec": 0}
        if seconds is not None:
            state = {"state": "Established", "peerUptimeMsec": int(seconds * 1000)}
        scratch = self.folder / "scratch"
        scratch.write_text(json.dumps({"peers": {"198.51.100.0": state}}))
        scratch.rename(self.folder / "bgp")

    def shown(self, priority: int) -> int:
        """What `show` makes of a priority that FRR has."""
        text = f"interface eth1\n vrrp 1 priority {priority}"
        declared = self.gateway.with_priorities(text, self.gateway.watcher().declared())
        return self.gateway.priority_in(declared, "eth1", 1)

    def comes_to(self, priority: int, lowered: set[tuple[str, int]]) -> None:
        def holds() -> bool:
            found = self.gateway.watcher()
            present = int((self.folder / "priority").read_text() or "0")
            return found is not None and (present, found.lowered) == (priority, lowered)

        wait_for(holds)


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def watched(tmp_path: Path, gateway: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    (tmp_path / "vtysh").write_text(VTYSH.format(python=sys.executable, folder=str(tmp_path)))
    (tmp_path / "vtysh").chmod(0o755)
    (tmp_path / "priority").write_text("110")
    (watch := tmp_path / "watch").mkdir()
    monkeypatch.setattr(gateway, "WATCH", watch)
    paths = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "TURNUP_AGENT_WATCH": str(watch)}
    process = subprocess.Popen(
        [sys.executable, str(ON_DEVICE / "turnup-frr"), "watch"],
        stdin=subprocess.PIPE,
        env={**os.environ, **paths, "TURNUP_AGENT_STATE": str(tmp_path)},
    )
    try:
        process.stdin.write(f"{TRACK}\n".encode())
        process.stdin.close()
        wait_for(lambda: gateway.watcher() is not None)
        yield Watched(tmp_path, process, gateway)
    finally:
        process.kill()
        process.wait()


def test_a_process_lowers_the_priority_while_the_session_is_away_and_shows_it_as_declared(watched: Watched) -> None:
    assert watched.gateway.watcher().lowered == frozenset(), "FRR has not started: nobody knows"
    assert watched.shown(80) == watched.shown(110) == 110, "it may have been saved while it was lower"
    assert watched.shown(90) == 90
    watched.session(None)
    (watched.folder / "answers").touch()
    watched.comes_to(80, {("eth1", 1)})
    assert watched.shown(80) == 110
    watched.session(5)
    (watched.folder / "priority").write_text("100")
    watched.comes_to(100, set())
    (watched.folder / "priority").write_text("80")
    watched.comes_to(80, {("eth1", 1)})
    watched.session(61)
    watched.comes_to(110, set())
    (watched.gateway.WATCH / "state").unlink()
    watched.comes_to(110, set())


def test_nothing_is_followed_any_more_when_the_process_has_gone(watched: Watched) -> None:
    found = watched.gateway.watcher()
    assert [track.line(*key) for key, track in found.tracks.items()] == [TRACK]
    assert found.pid == watched.process.pid
    os.kill(found.pid, signal.SIGKILL)
    watched.process.wait()
    assert watched.gateway.watcher() is None


def test_who_only_looks_for_the_process_does_not_keep_one_from_beginning(
    gateway: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "lock").open("w") as looking, (tmp_path / "lock").open("w") as lock:
        fcntl.flock(looking, fcntl.LOCK_SH)
        monkeypatch.setattr(gateway, "START_SECONDS", -1)
        assert not gateway._is_ours(lock), "as long as somebody has it"
        monkeypatch.setattr(gateway, "START_SECONDS", 2 * SECONDS)
        monkeypatch.setattr(gateway.time, "sleep", lambda _seconds: fcntl.flock(looking, fcntl.LOCK_UN))
        assert gateway._is_ours(lock)


def test_the_first_process_has_to_wait_for_the_end_of_the_change_that_begins_it(
    gateway: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "WATCH", tmp_path / "none-yet")
    with gateway.turn(), (gateway.WATCH / "turn").open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_save_that_is_cut_off_keeps_what_was_saved_before(
    agent: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent, "HOST_LINES", tmp_path / "host-lines")
    (_, host), (_, before) = agent._split(CLASSES), agent._split("host shaper eth0 rate-kbit 20000")
    monkeypatch.setattr(agent, "run", lambda _argv: "[OK]")
    monkeypatch.setattr(agent, "_live", lambda: before)
    agent.Frr().save()

    def cut(_file: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(agent, "_live", lambda: host)
    with monkeypatch.context() as power:
        power.setattr(agent.os, "fsync", cut)
        with pytest.raises(KeyboardInterrupt):
            agent.Frr().save()
    assert agent.HOST_LINES.read_text() == "host shaper eth0 rate-kbit 20000\n"
    agent.Frr().save()
    assert agent.HOST_LINES.read_text() == CLASSES
