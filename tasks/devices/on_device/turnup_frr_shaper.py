"""What a port of an FRR router lets through, and in which order: FRR does not shape, so tc does.

The ordered rate is a token bucket filter at the root, which also cuts what an offload has put together. With classes a
hierarchy of token buckets takes the place of its one queue: it decides who is next, the filter above when. A priority
class goes first and never has more than its share; the others have at least theirs, and between them what is left over.

Sources: tc-tbf(8), tc-htb(8), tc-u32(8), RFC 2474 (code points), RFC 2597 (AF), RFC 3246 (EF).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from turnup_agent import Refused, run

NAME = r"[A-Za-z][A-Za-z0-9_.-]{0,14}"
RATE = re.compile(rf"host shaper ({NAME}) rate-kbit ([1-9]\d{{0,8}})")
SHARE = re.compile(rf"host shaper ({NAME}) class ([1-7]) (priority )?percent ([1-9]\d?|100)")
POINT = re.compile(rf"host shaper ({NAME}) class ([1-7]) dscp (\S+)")
CODE_POINTS = {
    "ef": 46,
    **{f"cs{number}": 8 * number for number in range(1, 8)},
    **{f"af{of}{drop}": 8 * of + 2 * drop for of in range(1, 5) for drop in range(1, 4)},
}
WAITING_MS = 50
FRAME = 1514
ROOTS = ("8a01:", "8a02:")
CLASSES, ALL, FIRST, REST = "8b00:", 0x1, 0x10, 0x1F
"""Handle of the hierarchy, and the numbers of its classes: of all traffic, before those of the lines, of the rest."""
UNITS = {"bit": 1, "Kbit": 1000, "Mbit": 10**6, "Gbit": 10**9, "Tbit": 10**12}
SHOWN_CLASS = re.compile(
    rf"class htb {CLASSES}(\w+) (?:root|parent {CLASSES}\w+) .*?(?:prio (\d+) )?rate (\d+)(\w+) ceil (\d+)(\w+) "
)


@dataclass(frozen=True)
class Queue:
    """A class: its share of the rate, and the code points of its packets."""

    number: int
    percent: int
    priority: bool
    points: tuple[str, ...]


@dataclass(frozen=True)
class Shaper:
    """What a port lets through; without queues all waits in one.

    Attributes:
        is_whole: false for what the kernel has of classes that were made by half, or that somebody changed.
    """

    rate_kbit: int
    queues: tuple[Queue, ...] = ()
    is_whole: bool = True

    def lines(self, name: str) -> list[str]:
        """The host lines of a port's shaper."""
        start, found = f"host shaper {name}", [f"host shaper {name} rate-kbit {self.rate_kbit}"]
        for queue in self.queues:
            found.append(f"{start} class {queue.number} {'priority ' if queue.priority else ''}percent {queue.percent}")
            found += [f"{start} class {queue.number} dscp {point}" for point in queue.points]
        return found

    @property
    def rest_percent(self) -> int:
        """What the classes leave."""
        return max(1, 100 - sum(queue.percent for queue in self.queues))

    def share(self, percent: int) -> int:
        """A share of the rate in kbit/s."""
        return max(8, self.rate_kbit * percent // 100)


def shapers_of(lines: Iterable[str]) -> dict[str, Shaper]:
    """Read `host shaper` lines.

    Raises:
        Refused: one is none, or they do not make a shaper together.
    """
    rates: dict[str, int] = {}
    shares: dict[tuple[str, int], tuple[int, bool]] = {}
    points: dict[tuple[str, str], int] = {}
    for line in lines:
        if found := RATE.fullmatch(line):
            rates[found.group(1)] = int(found.group(2))
        elif found := SHARE.fullmatch(line):
            shares[found.group(1), int(found.group(2))] = (int(found.group(4)), bool(found.group(3)))
        elif (found := POINT.fullmatch(line)) and found.group(3) in CODE_POINTS:
            number = points.setdefault((found.group(1), found.group(3)), int(found.group(2)))
            if number != int(found.group(2)):
                raise Refused(f"{line}: {found.group(3)} is in class {number} too")
        else:
            raise Refused(f"not a host line: {line.strip()[:100]!r}")
    for name, number in sorted({*shares, *((name, number) for (name, _), number in points.items())}):
        if name not in rates or (name, number) not in shares or (name, number) not in _inverse(points):
            raise Refused(f"host shaper {name} class {number}: a class has a share, a code point and a shaper")
    made = {name: Shaper(rate, tuple(_queues(name, shares, points))) for name, rate in rates.items()}
    for name, shaper in made.items():
        if sum(queue.percent for queue in shaper.queues) > 100:
            raise Refused(f"host shaper {name}: its classes have more than 100 percent")
    return made


def _inverse(points: dict[tuple[str, str], int]) -> dict[tuple[str, int], tuple[str, ...]]:
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for (name, point), number in sorted(points.items()):
        found[name, number] = (*found.get((name, number), ()), point)
    return found


def _queues(
    of: str, shares: dict[tuple[str, int], tuple[int, bool]], points: dict[tuple[str, str], int]
) -> Iterator[Queue]:
    for (name, number), (percent, priority) in sorted(shares.items()):
        if name == of:
            yield Queue(number, percent, priority, _inverse(points)[name, number])


# --- the kernel -------------------------------------------------------------------------------------------------------


def live_shapers(inside: Sequence[str]) -> dict[str, Shaper]:
    """Read the shapers of one network namespace.

    Args:
        inside: words that run a program there.
    """
    queues = json.loads(run([*inside, "tc", "-json", "qdisc", "show"]) or "[]")
    found = {}
    for root in queues:
        if root["kind"] != "tbf" or not root.get("root"):
            continue
        name, rate = root["dev"], round(int(root["options"]["rate"]) * 8 / 1000)
        below = [queue for queue in queues if queue["dev"] == name and queue.get("parent") == f"{root['handle']}1"]
        has_classes = any(queue["kind"] == "htb" and queue["handle"] == CLASSES for queue in below)
        with_classes = _with_classes(inside, name, rate) if has_classes else None
        found[name] = with_classes or Shaper(rate, is_whole=not has_classes)
    return found


def _with_classes(inside: Sequence[str], name: str, rate: int) -> Shaper | None:
    """Read the classes back; none where they are not what the lines would make, to the last one and its filters."""
    text = run([*inside, "tc", "class", "show", "dev", name])
    classes = {
        int(each.group(1), 16): (int(each.group(2) or 0), _kbit(each.group(3, 4)), _kbit(each.group(5, 6)))
        for each in SHOWN_CLASS.finditer(text)
    }
    points: dict[int, list[str]] = {}
    names = {value: point for point, value in CODE_POINTS.items()}
    for match, flow in _filters(inside, name):
        points.setdefault(flow, []).append(names.get(match, "?"))
    shaper = Shaper(
        rate,
        tuple(
            Queue(number - FIRST, round(100 * kbit / rate), prio == 0, tuple(sorted(points.get(number, ()))))
            for number, (prio, kbit, _) in sorted(classes.items())
            if FIRST < number < REST
        ),
    )
    wanted = {number: (prio, kbit, ceil) for number, prio, kbit, ceil, _ in _hierarchy(shaper)}
    is_ours = classes.keys() == wanted.keys() and all(_alike(classes[each], wanted[each]) for each in wanted)
    matches = {FIRST + queue.number: [*queue.points] for queue in shaper.queues}
    is_ours = is_ours and matches == {number: sorted(found) for number, found in points.items()}
    return shaper if is_ours and not any("?" in found for found in matches.values()) else None


def _kbit(shown: Sequence[str]) -> float:
    return int(shown[0]) * UNITS[shown[1]] / 1000


def _alike(shown: tuple[int, float, float], wanted: tuple[int, int, int]) -> bool:
    """Compare turn, rate and ceiling; rates are rounded where they are printed, to four digits or more."""
    near = (abs(shown[place] - wanted[place]) <= wanted[place] / 100 for place in (1, 2))
    return shown[0] == wanted[0] and all(near)


def _filters(inside: Sequence[str], name: str) -> Iterator[tuple[int, int]]:
    """Code point and class of each filter; -1 for a filter that looks at anything else."""
    listed = json.loads(run([*inside, "tc", "-json", "filter", "show", "dev", name, "parent", CLASSES]) or "[]")
    for options in (each["options"] for each in listed if "flowid" in each.get("options", {})):
        match = options.get("match", {})
        is_point = (match.get("off"), match.get("mask"), match.get("offmask")) == (0, "fc0000", "")
        value = int(match["value"], 16) >> 18 if is_point else -1
        yield value, int(str(options["flowid"]).rpartition(":")[2], 16)


def strange_child(inside: Sequence[str], name: str, shaper: Shaper) -> str:
    """Kind of the queue that somebody put below a shaper; empty for the kernel's own, and for ours."""
    queues = json.loads(run([*inside, "tc", "-json", "qdisc", "show", "dev", name]) or "[]")
    root = next(queue["handle"] for queue in queues if queue.get("root"))
    child = next((queue for queue in queues if queue.get("parent") == f"{root}1"), None)
    return "" if child is None or child["kind"] == "bfifo" or shaper.queues else str(child["kind"])


def _hierarchy(shaper: Shaper) -> Iterator[tuple[int, int, int, int, int]]:
    """Each class as number, turn (lowest first), rate and ceiling in kbit/s, and its percent."""
    yield ALL, 0, shaper.rate_kbit, shaper.rate_kbit, 100
    for queue in shaper.queues:
        kbit = shaper.share(queue.percent)
        yield (
            FIRST + queue.number,
            0 if queue.priority else 1,
            kbit,
            kbit if queue.priority else shaper.rate_kbit,
            queue.percent,
        )
    yield REST, 1, shaper.share(shaper.rest_percent), shaper.rate_kbit, shaper.rest_percent


def _burst(kbit: int) -> int:
    """A bucket has to hold what arrives in a timer tick of 4 ms (tc-tbf(8)), and never less than two frames."""
    return max(3200, kbit * 4 // 8)


def shape(inside: Sequence[str], name: str, shaper: Shaper, former: Shaper | None) -> None:
    """Make a shaper. Another rate alone keeps what waits; else a new root takes the place of the old one at once."""
    bucket = f"tbf rate {shaper.rate_kbit}kbit burst {_burst(shaper.rate_kbit)} latency {WAITING_MS}ms"
    if not shaper.queues and (former is None or (former.is_whole and not former.queues)):
        run([*inside, "tc", "qdisc", "replace", "dev", name, "root", *bucket.split()])
        return
    queues = json.loads(run([*inside, "tc", "-json", "qdisc", "show", "dev", name]) or "[]")
    root = next(each for each in ROOTS if each not in [queue["handle"] for queue in queues])
    lines = [f"qdisc replace dev {name} root handle {root} {bucket}"]
    if shaper.queues:
        lines += [f"qdisc add dev {name} parent {root}1 handle {CLASSES} htb default {REST:x}"]
        lines += [line for each in _hierarchy(shaper) for line in _class_lines(name, *each)]
        lines += [
            f"filter add dev {name} parent {CLASSES} protocol ip prio 1 u32"
            f" match ip dsfield {CODE_POINTS[point] << 2:#x} 0xfc flowid {CLASSES}{FIRST + queue.number:x}"
            for queue in shaper.queues
            for point in queue.points
        ]
    run([*inside, "tc", "-batch", "-"], stdin="".join(f"{line}\n" for line in lines))


def _class_lines(name: str, number: int, turn: int, kbit: int, ceil: int, percent: int) -> list[str]:
    above = CLASSES if number == ALL else f"{CLASSES}{ALL:x}"
    buckets = f"rate {kbit}kbit ceil {ceil}kbit burst {_burst(kbit)} cburst {_burst(ceil)}"
    quantum = max(FRAME, percent * 300)  # what is left over is shared as the rates are
    line = (
        f"class add dev {name} parent {above} classid {CLASSES}{number:x} htb prio {turn} {buckets} quantum {quantum}"
    )
    waiting = max(10 * FRAME, ceil * WAITING_MS // 8)
    queue = f"qdisc add dev {name} parent {CLASSES}{number:x} bfifo limit {waiting}"
    return [line] if number == ALL else [line, queue]
