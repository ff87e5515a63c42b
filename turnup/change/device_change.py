"""The change of one device: what it has, shall have, and the commands there and back."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from turnup.change.commands import check_never_typed, commands_between
from turnup.change.ownership import Takeover, make_candidate, merge_fragments
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.language import Obstacle, Path, Scene
from turnup.change.tree import as_text, load_tree, path_set
from turnup.findings import Finding, Severity
from turnup.fragments import Fragment
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

if TYPE_CHECKING:
    from hier_config import HConfig


@dataclass(frozen=True, slots=True)
class OwnedConfig:
    """What Turnup applied to a device last.

    Attributes:
        fragments: one for each live service line, as the device gave it back.
        kept: lines of them that were there before us.
    """

    fragments: tuple[Fragment, ...] = ()
    kept: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """What will happen to one device for one site.

    Attributes:
        site: the site for which the device is changed (a provider edge changes for many).
        fragments: what the order's service lines declare of it.
        adds, removes: lines that appear and disappear, each with the headers above it.
        remediation, rollback: commands there and back, one a line.
        takeovers: lines of others that ours replace or repeat.
        diff: unified diff from running to candidate.
        findings: what the platform cannot do, what is taken over, what forbids the change.
        running, candidate: whole configurations in comparable form; not part of the plan's hash.
    """

    site: SiteCode
    device: DeviceName
    platform: Platform
    fragments: tuple[Fragment, ...]
    adds: tuple[Path, ...]
    removes: tuple[Path, ...]
    remediation: str
    rollback: str
    takeovers: tuple[Takeover, ...]
    diff: str
    findings: tuple[Finding, ...]
    running: str
    candidate: str

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to push."""
        return bool(self.adds or self.removes)

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
    others: tuple[Fragment, ...] = (),
    findings: tuple[Finding, ...] = (),
) -> DeviceChange:
    """Plan the change of one device.

    Args:
        site: the site that the change is for.
        device: its name.
        platform: its platform.
        running_text: what the device answered, as it is.
        owned: what Turnup applied there last.
        fragments: what the service lines of this order declare of it.
        others: what the other live service lines declare of it.
        findings: what is known about it already, such as what the platform cannot do.

    Raises:
        FragmentConflict: two service lines want one thing differently.
        ForbiddenCommand: the commands would touch more than what is ours.
    """
    running = load_tree(platform, running_text)
    declared = merge_fragments(platform, (*others, *fragments))
    owned_tree = merge_fragments(platform, owned.fragments)
    candidate, takeovers = make_candidate(platform, running, owned_tree, declared, owned.kept)
    remediation, rollback = commands_between(platform, running, candidate)
    check_never_typed(platform, device, remediation)
    obstacles = LANGUAGES[platform].obstacles(Scene(running, candidate, declared, path_set(owned_tree)))
    before, after = path_set(running), path_set(candidate)
    return DeviceChange(
        site=site,
        device=device,
        platform=platform,
        fragments=fragments,
        adds=tuple(sorted(after - before)),
        removes=tuple(sorted(before - after)),
        remediation=remediation,
        rollback=rollback,
        takeovers=takeovers,
        diff=_diff(platform, device, running, candidate),
        findings=(
            *findings,
            *_takeover_findings(platform, device, takeovers),
            *(_obstacle_finding(device, each) for each in obstacles),
        ),
        running=as_text(platform, running, closed=True),
        candidate=as_text(platform, candidate, closed=True),
    )


def _diff(platform: Platform, device: str, running: HConfig, candidate: HConfig) -> str:
    lines = unified_diff(
        as_text(platform, running).splitlines(keepends=True),
        as_text(platform, candidate).splitlines(keepends=True),
        f"{device} running",
        f"{device} candidate",
    )
    return "".join(lines)


def _takeover_findings(platform: Platform, device: str, takeovers: tuple[Takeover, ...]) -> tuple[Finding, ...]:
    return tuple(
        _takeover_finding(platform, device, takeover) for takeover in takeovers if takeover.former != takeover.path[-1]
    )


def _in_one_line(path: Path) -> str:
    """Write a path as a finding shows it; a banner has newlines."""
    return " / ".join(path).replace("\n", "\\n")


def _takeover_finding(platform: Platform, device: str, takeover: Takeover) -> Finding:
    joined = _in_one_line(takeover.path)
    refused = any(pattern.match(joined) for pattern in LANGUAGES[platform].not_taken_over)
    return Finding(
        file=device,
        line=0,
        field=joined,
        rule="not-taken-over" if refused else "takeover",
        expected="nothing there, or the declared line" if refused else "nothing there",
        found=_in_one_line((takeover.former,)),
        remedy=(
            "Somebody else uses it: free it on the device or order another value."
            if refused
            else "It is replaced; its former state is kept in the plan."
        ),
        severity=Severity.ERROR if refused else Severity.WARNING,
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
