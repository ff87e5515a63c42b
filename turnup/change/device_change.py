"""The change of one device: what it has, shall have, and the commands there and back."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from turnup.change.commands import check_never_typed, commands_between
from turnup.change.interruption import Interruption, interruptions
from turnup.change.ownership import OwnedConfig, Takeover, make_candidate, merge_fragments, paths_of
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.language import Obstacle, Path, Scene
from turnup.change.slots import as_declared, as_declared_path, has_fingerprint, has_mask
from turnup.change.tree import as_text, drop_hidden, lists_without_numbers, load_tree, path_set, where_they_differ
from turnup.findings import Finding, Severity
from turnup.fragments import Fragment
from turnup.scalars import DeviceName, Place, SiteCode
from turnup.sites import Platform

if TYPE_CHECKING:
    from hier_config import HConfig


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """What will happen to one device for one site.

    Attributes:
        site: the site for which the device is changed (a provider edge changes for many).
        fragments: what the order's service lines declare of it.
        ceased: service lines that end on it.
        adds, removes: lines that appear and disappear, each with the headers above it.
        remediation, rollback: commands there and back, one a line.
        takeovers: lines of others that ours begin to replace or repeat.
        released: our lines that end, with which a takeover ends.
        overruled: lines of ours that somebody changed since, and what he made of them: declared again.
        interruptions: how long users of its live service lines are without service.
        diff: unified diff from running to candidate.
        findings: what the platform cannot do, what is taken over, what forbids the change.
        slots: lines of ours that hold secrets, with the fingerprints of what the device gave back for them.
        running, candidate: whole configurations in comparable form; not part of the plan's hash.
    """

    site: SiteCode
    device: DeviceName
    platform: Platform
    fragments: tuple[Fragment, ...]
    ceased: tuple[str, ...]
    adds: tuple[Path, ...]
    removes: tuple[Path, ...]
    remediation: str
    rollback: str
    takeovers: tuple[Takeover, ...]
    released: tuple[Path, ...]
    overruled: tuple[Takeover, ...]
    interruptions: tuple[Interruption, ...]
    diff: str
    findings: tuple[Finding, ...]
    running: str
    candidate: str
    slots: tuple[Path, ...] = ()

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to push."""
        return bool(self.adds or self.removes)

    @property
    def place(self) -> Place:
        """Where it is, and for whose sake."""
        return Place(self.site, self.device)

    @property
    def service_lines(self) -> frozenset[str]:
        """The service lines for whose sake the device changes: those made and those ended."""
        return frozenset((*(each.service_line for each in self.fragments), *self.ceased))

    @property
    def ours_that_go(self) -> frozenset[Path]:
        """The lines that go because they are ours, not because ours replace them."""
        return frozenset(self.removes) - self.replaced

    @property
    def replaced(self) -> frozenset[Path]:
        """The lines of others in whose place ours come."""
        return frozenset((*each.path[:-1], each.former) for each in (*self.takeovers, *self.overruled))

    @property
    def command_count(self) -> int:
        """Number of command lines of the remediation."""
        return self.remediation.count("\n")


def plan_device(
    site: SiteCode,
    device: DeviceName,
    platform: Platform,
    running_text: str,
    owned: OwnedConfig,
    fragments: tuple[Fragment, ...],
    ceased: tuple[str, ...] = (),
    findings: tuple[Finding, ...] = (),
) -> DeviceChange:
    """Plan the change of one device.

    Args:
        site: the site that the change is for.
        device: its name.
        platform: its platform.
        running_text: what the device answered, as it is.
        owned: what Turnup applied there last; what it holds of service lines not named here stays as it stands.
        fragments: what the service lines of this order declare of it.
        ceased: service lines that declare nothing of it any more.
        findings: what is known about it already, such as what the platform cannot do.

    Raises:
        FragmentConflict: two service lines want one thing differently.
        ForbiddenCommand: the commands would touch more than what is ours.
    """
    given = {each.service_line: paths_of(platform, (each,)) for each in owned.fragments}
    slots = tuple(sorted(path for paths in given.values() for path in paths if has_fingerprint(path[-1])))
    if slots:
        owned, fragments = owned.as_declared(), as_declared(fragments)
        given = {line: frozenset(map(as_declared_path, paths)) for line, paths in given.items()}
    owned_paths = frozenset[Path]().union(*given.values())
    hidden = lists_without_numbers(platform, running_text)
    others = owned.without({*ceased, *(fragment.service_line for fragment in fragments)})
    numbers = owned_paths if hidden else frozenset[Path]()
    whole = merge_fragments(platform, (*others, *fragments), numbers)
    declared = merge_fragments(platform, fragments, numbers) if others else whole
    entries = (*owned_paths, *path_set(declared)) if hidden else ()
    running = load_tree(platform, running_text, (*slots, *entries))
    kept = path_set(whole) if others else frozenset[Path]()
    candidate = make_candidate(platform, running, owned_paths, declared, owned.takeovers, kept)
    remediation, rollback = commands_between(platform, running, candidate.tree, hidden)
    before, after = map(path_set, where_they_differ(running, candidate.tree))
    goes, comes = before - after, after - before
    removes = tuple(sorted(goes))
    check_never_typed(platform, device, remediation, owned_paths & goes)
    drop_hidden(platform, candidate.tree)
    texts = [as_text(platform, tree, closed=True) for tree in (running, candidate.tree)]
    obstacles = LANGUAGES[platform].obstacles(Scene(running, candidate.tree, declared, owned_paths, hidden))
    return DeviceChange(
        site=site,
        device=device,
        platform=platform,
        fragments=fragments,
        ceased=ceased,
        adds=tuple(sorted(comes)),
        removes=removes,
        remediation=remediation,
        rollback=rollback,
        takeovers=candidate.takeovers,
        released=(*candidate.released, *_made_anew(owned, comes)),
        overruled=candidate.overruled,
        interruptions=interruptions(platform, given, fragments, goes, comes),
        diff=_diff(platform, device, running, candidate.tree),
        findings=(
            *findings,
            *_takeover_findings(platform, device, candidate.takeovers, owned.takeovers),
            *(_overruled_finding(device, each) for each in candidate.overruled),
            *(_obstacle_finding(device, each) for each in obstacles),
        ),
        running=texts[0],
        candidate=texts[1],
        slots=slots,
    )


def _made_anew(owned: OwnedConfig, comes: frozenset[Path]) -> tuple[Path, ...]:
    """Lines that stood there before us, that somebody took away since and that come again: ours from then on."""
    return tuple(sorted(each.path for each in owned.takeovers if each.was_there and each.path in comes))


def owned_afterwards(change: DeviceChange, owned: OwnedConfig) -> OwnedConfig:
    """What is ours on a device once a change is applied."""
    lines = {fragment.service_line for fragment in change.fragments}
    begun = {each.path for each in change.takeovers}
    going_on = (each for each in owned.takeovers if each.path not in change.released and each.path not in begun)
    return OwnedConfig((*owned.without({*change.ceased, *lines}), *change.fragments), (*going_on, *change.takeovers))


def _diff(platform: Platform, device: str, running: HConfig, candidate: HConfig) -> str:
    before, after = (as_text(platform, tree).splitlines(keepends=True) for tree in (running, candidate))
    return "".join(unified_diff(before, after, f"{device} running", f"{device} candidate"))


def _takeover_findings(
    platform: Platform, device: str, takeovers: tuple[Takeover, ...], standing: tuple[Takeover, ...]
) -> tuple[Finding, ...]:
    """Tell what is taken over now; a line in whose place ours stands already was told of when ours came."""
    told = {(each.path[:-1], each.former) for each in standing}
    begun = (each for each in takeovers if not each.was_there and (each.path[:-1], each.former) not in told)
    return tuple(_takeover_finding(platform, device, each) for each in begun)


def _in_one_line(path: Path) -> str:
    """Write a path as a finding shows it; a banner has newlines."""
    return " / ".join(path).replace("\n", "\\n")


def _takeover_finding(platform: Platform, device: str, takeover: Takeover) -> Finding:
    joined = _in_one_line(takeover.path)
    if has_mask(takeover.former):
        return _secret_finding(device, takeover)
    refused = any(pattern.match(joined) for pattern in LANGUAGES[platform].not_taken_over)
    return Finding(
        file=device,
        line=0,
        field=joined,
        rule="not-taken-over" if refused else "takeover",
        expected="nothing there, or the declared line" if refused else "nothing there",
        found=_in_one_line((takeover.former,)),
        remedy=(
            "Others stand on it: have it changed on the device by hand, or order another value; then plan again."
            if refused
            else "It is replaced; its former state is kept in the plan."
        ),
        severity=Severity.ERROR if refused else Severity.WARNING,
    )


def _secret_finding(device: str, takeover: Takeover) -> Finding:
    """A secret of somebody else cannot be put back: only its fingerprint is known."""
    return Finding(
        file=device,
        line=0,
        field=_in_one_line(takeover.path),
        rule="secret-of-others",
        expected="no secret there, or the one that is declared",
        found=_in_one_line((takeover.former,)),
        remedy="It could not be put back. Take it off by hand first, or adopt it with a reference to the same secret.",
        severity=Severity.ERROR,
    )


def _overruled_finding(device: str, overruled: Takeover) -> Finding:
    return Finding(
        file=device,
        line=0,
        field=_in_one_line(overruled.path),
        rule="changed-since",
        expected="the line as it was delivered",
        found=_in_one_line((overruled.former,)),
        remedy="Somebody changed it since; it is delivered again. Order the new value if it shall stay.",
        severity=Severity.WARNING,
    )


def _obstacle_finding(device: DeviceName, obstacle: Obstacle) -> Finding:
    return Finding(
        file=device,
        line=0,
        field=_in_one_line(obstacle.path),
        rule=obstacle.rule,
        expected=obstacle.expected,
        found=obstacle.found,
        remedy=obstacle.remedy,
        severity=Severity.ERROR if obstacle.refuses else Severity.WARNING,
    )
