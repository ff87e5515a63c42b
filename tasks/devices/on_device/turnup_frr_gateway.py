"""The address that two FRR routers share, and who of them has it while one's own way out is away.

FRR's virtual router needs an interface with the group's MAC address, which it does not make; and it follows no
access: a master whose circuit is away stays master. So one process a device asks once a second, and while the BGP
session with the provider is away the priority is lower by what the line says. The other router takes over, and the
first one has the address until then: nothing is lost. The priority comes back when the session has been there for a
while.

`show` says what was declared also while the priority is lower, and a candidate is loaded with the lower one then: what
the process does is no change of the configuration. Both take turns with it.

Sources: FRRouting 8.4 user manual (VRRP, show bgp summary), RFC 3768 (6.4: who takes over), ip-link(8).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from turnup_agent import STATE, Refused, run
from turnup_frr_shaper import NAME

NUMBER = r"([1-9]\d{0,2})"
TRACK = re.compile(
    rf"host vrrp ({NAME}) group {NUMBER} track (\d+\.\d+\.\d+\.\d+)"
    rf" priority {NUMBER} decrement {NUMBER} return-seconds (\d{{1,4}})"
)
INTERFACE = re.compile(r"interface (\S+)$")
VIRTUAL_MAC = "00:00:5e:00:01:"
WATCH = Path(os.environ.get("TURNUP_AGENT_WATCH", "/run/turnup-frr-watch"))
LOOK_SECONDS = 1.0
START_SECONDS = 20.0

Key = tuple[str, int]
"""Interface and group of a virtual router."""


@dataclass(frozen=True)
class Track:
    """What a virtual router follows.

    Attributes:
        peer: the BGP neighbour without which its priority is lower.
        return_seconds: how long the session has to be there before the priority comes back.
    """

    peer: str
    priority: int
    decrement: int
    return_seconds: int

    @property
    def lowered(self) -> int:
        """The priority while the session is away."""
        return max(1, self.priority - self.decrement)

    def line(self, name: str, group: int) -> str:
        """The host line of a virtual router."""
        words = f"track {self.peer} priority {self.priority} decrement {self.decrement}"
        return f"host vrrp {name} group {group} {words} return-seconds {self.return_seconds}"


def tracks_of(lines: Sequence[str]) -> dict[Key, Track]:
    """Read `host vrrp ... track ...` lines; each has matched TRACK."""
    found = {}
    for each in filter(None, map(TRACK.fullmatch, lines)):
        name, group, peer, priority, decrement, seconds = each.groups()
        found[name, int(group)] = Track(peer, int(priority), int(decrement), int(seconds))
    return found


def wanted(track: Track, present: int, sessions: Mapping[str, float]) -> int:
    """Say which priority a virtual router shall have.

    Args:
        track: what it follows.
        present: the one that it has; where that is neither of the two, somebody else gave it one, and it stays.
        sessions: for how many seconds each BGP session is established; those that are not are missing.
    """
    if present not in (track.priority, track.lowered):
        return present
    if track.peer not in sessions:
        return track.lowered
    is_back = present == track.priority or sessions[track.peer] >= track.return_seconds
    return track.priority if is_back else track.lowered


def with_priorities(text: str, priorities: Mapping[Key, tuple[int, int]]) -> str:
    """Put other priorities into FRR's text; of each virtual router the one that stands there, and the new one."""
    lines, name = [], ""
    other = {
        (of, f" vrrp {group} priority {old}"): f" vrrp {group} priority {new}"
        for (of, group), (old, new) in priorities.items()
    }
    for line in text.split("\n"):
        if not line.startswith(" "):
            header = INTERFACE.match(line)
            name = header.group(1) if header else ""
        lines.append(other.get((name, line.rstrip()), line))
    return "\n".join(lines)


def priority_in(text: str, name: str, group: int) -> int:
    """The priority that FRR's text gives a virtual router; 0 for none."""
    section = re.search(rf"(?m)^interface {re.escape(name)}\n((?: .*\n?)*)", text)
    found = section and re.search(rf"(?m)^ vrrp {group} priority (\d+)\s*$", section.group(1))
    return int(found.group(1)) if found else 0


# --- the interface ----------------------------------------------------------------------------------------------------


def live_gateways(inside: Sequence[str]) -> dict[Key, str]:
    """The interfaces of virtual routers: those whose MAC address is a group's (RFC 3768, 7.3).

    Args:
        inside: words that run a program in a network namespace.
    """
    found = {}
    for link in json.loads(run([*inside, "ip", "-json", "address", "show", "type", "macvlan"]) or "[]"):
        if link.get("address", "").startswith(VIRTUAL_MAC) and "link" in link:
            addresses = [each["local"] for each in link["addr_info"] if each["family"] == "inet"]
            found[link["link"], int(link["address"].rpartition(":")[2], 16)] = addresses[0] if addresses else "0.0.0.0"
    return found


def gateway_name(name: str, group: int) -> str:
    """Name of a virtual router's interface."""
    return f"vr{group}-{name}"[:15]


def make_gateway(inside: Sequence[str], name: str, group: int, address: str) -> None:
    """Make the interface that FRR's vrrpd looks for, with a host address: its subnet is the parent's.

    The parent answers for its own addresses only, or a backup would answer for the virtual one.
    """
    new = gateway_name(name, group)
    if any(link["ifname"] == new for link in json.loads(run([*inside, "ip", "-json", "link", "show"]))):
        run([*inside, "ip", "link", "del", "dev", new])
    run([*inside, "sysctl", "-qw", f"net/ipv4/conf/{name}/arp_ignore=1"])
    mac = f"{VIRTUAL_MAC}{group:02x}"
    kind = ["type", "macvlan", "mode", "bridge"]
    run([*inside, "ip", "link", "add", new, "link", name, "address", mac, *kind])
    run([*inside, "ip", "address", "add", f"{address}/32", "dev", new])
    run([*inside, "ip", "link", "set", "dev", new, "up"])


def remove_gateway(inside: Sequence[str], name: str, group: int) -> None:
    """Take a virtual router's interface away for good; without another one the parent answers as before."""
    run([*inside, "ip", "link", "del", "dev", gateway_name(name, group)])
    if name not in {of for of, _ in live_gateways(inside)}:
        run([*inside, "sysctl", "-qw", f"net/ipv4/conf/{name}/arp_ignore=0"])


# --- the process that watches -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Watcher:
    """What the running process says of itself.

    Attributes:
        lowered: the virtual routers that have the lower priority now.
    """

    pid: int
    tracks: dict[Key, Track]
    lowered: frozenset[Key]

    def declared(self) -> dict[Key, tuple[int, int]]:
        """From the lower priority to the declared one; it may be a saved one, and nobody has looked since the start."""
        return {key: (track.lowered, track.priority) for key, track in self.tracks.items()}

    def in_force(self) -> dict[Key, tuple[int, int]]:
        """From the declared priority to the one that is in force."""
        return {key: (self.tracks[key].priority, self.tracks[key].lowered) for key in self.lowered}


def watcher() -> Watcher | None:
    """Find the process that watches; it is there as long as somebody holds its lock, and no longer."""
    try:
        with (WATCH / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        if not (WATCH / "state").exists():
            return None  # it has only just begun
        said = json.loads((WATCH / "state").read_text())
        lowered = frozenset((name, group) for name, group in said["lowered"])
        return Watcher(int(said["pid"]), tracks_of(said["tracks"]), lowered)
    return None


@contextlib.contextmanager
def turn(kind: int = fcntl.LOCK_SH) -> Iterator[None]:
    """Let no priority change meanwhile; whoever changes one takes the turn alone."""
    WATCH.mkdir(mode=0o755, exist_ok=True)  # the first one begins within a turn, and waits for its end
    with (WATCH / "turn").open("a") as lock:
        fcntl.flock(lock, kind)
        yield


def watch_for(tracks: Mapping[Key, Track], *, wait: bool = True) -> None:
    """Have these followed from now on, and nothing else.

    Args:
        tracks: what is followed, by interface and group.
        wait: whether to come back only when somebody does.

    Raises:
        Refused: the former process does not end, or the new one does not begin.
    """
    former = watcher()
    if former is not None:
        os.kill(former.pid, signal.SIGTERM)
        _wait_until(lambda: watcher() is None, "the former one still watches")
    if not tracks:
        return
    WATCH.mkdir(mode=0o755, exist_ok=True)
    (WATCH / "state").unlink(missing_ok=True)
    with (STATE / "agent.log").open("a") as log, (WATCH / "lines").open("w+") as text:
        text.write("".join(f"{track.line(*key)}\n" for key, track in sorted(tracks.items())))
        text.seek(0)
        subprocess.Popen(
            [sys.executable, str(Path(sys.argv[0]).resolve()), "watch"],
            stdin=text,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
        )
        if wait:
            _wait_until(lambda: watcher() is not None, "nobody watches")


def _wait_until(holds: Callable[[], bool], words: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise Refused(f"tracking of virtual routers: {words}")
        time.sleep(0.05)


def watch() -> int:
    """Be the process that watches, with the lines on standard input; ends only by a signal."""
    tracks = tracks_of(sys.stdin.read().splitlines())
    with (WATCH / "lock").open("w") as lock:
        if not _is_ours(lock):
            print("turnup-frr: somebody watches already", file=sys.stderr)
            return 1
        _say(tracks, ())
        said = ""
        while True:
            words = _looked(tracks)
            if words and words != said:
                print(f"turnup-frr: watch: {words}", file=sys.stderr, flush=True)
            said = words
            time.sleep(LOOK_SECONDS)


def _is_ours(lock: IO[str]) -> bool:
    """Take the lock of the one that watches; whoever only looks whether somebody does has it for a moment, too."""
    deadline = time.monotonic() + START_SECONDS / 2
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        else:
            return True


def _looked(tracks: Mapping[Key, Track]) -> str:
    """Look once; say what stood in the way. FRR starts, or starts anew: nobody knows, and nothing is changed."""
    try:
        _look(tracks)
    except (Refused, ValueError, KeyError, OSError) as error:
        return repr(error)
    return ""


def _say(tracks: Mapping[Key, Track], lowered: Collection[Key]) -> None:
    said = {
        "pid": os.getpid(),
        "tracks": [track.line(*key) for key, track in sorted(tracks.items())],
        "lowered": sorted(lowered),
    }
    scratch = WATCH / "state.new"
    scratch.write_text(json.dumps(said))
    scratch.rename(WATCH / "state")


def _look(tracks: Mapping[Key, Track]) -> None:
    """Ask once, and act on it."""
    shall = _shall(tracks)
    if all(present == priority for present, priority in shall.values()) and _lowered(tracks, shall) == _said():
        return
    with turn(fcntl.LOCK_EX):
        shall = _shall(tracks)
        for (name, group), (present, priority) in shall.items():
            if present != priority:
                words = ["configure terminal", f"interface {name}", f"vrrp {group} priority {priority}"]
                run(["vtysh", *(each for word in words for each in ("-c", word))])
        _say(tracks, _lowered(tracks, shall))


def _said() -> frozenset[Key] | None:
    """What others read of this process; None when somebody took it away."""
    if not (WATCH / "state").exists():
        return None
    return frozenset((name, group) for name, group in json.loads((WATCH / "state").read_text())["lowered"])


def _lowered(tracks: Mapping[Key, Track], shall: Mapping[Key, tuple[int, int]]) -> frozenset[Key]:
    return frozenset(key for key, (_, priority) in shall.items() if priority == tracks[key].lowered)


def _shall(tracks: Mapping[Key, Track]) -> dict[Key, tuple[int, int]]:
    """The present and the wanted priority of each virtual router that FRR has.

    Raises:
        Refused, ValueError: FRR, or one of its daemons, does not answer.
    """
    answer = run(["vtysh", "-c", "show bgp ipv4 unicast summary json", "-c", "show vrrp json"])
    summary, end = json.JSONDecoder().raw_decode(answer.lstrip())
    sessions, shown = _sessions(summary), json.loads(answer.lstrip()[end:])
    present = {(str(each["interface"]), int(each["vrid"])): int(each["v4"]["effectivePriority"]) for each in shown}
    return {
        key: (present[key], wanted(track, present[key], sessions)) for key, track in tracks.items() if key in present
    }


def _sessions(summary: dict[str, Any]) -> dict[str, float]:
    """For how many seconds each BGP session is established."""
    return {
        peer: float(each["peerUptimeMsec"]) / 1000
        for peer, each in summary.get("peers", {}).items()
        if each["state"] == "Established"
    }
