"""Behaviour of a Catalyst 9800 that no table can say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lab.simulated.configuration import Change
from lab.simulated.grammar import Refusal
from lab.simulated.tree import Entry

UP = ("shutdown",)
LOCAL = ("local-site",)


def needs_shut_wlan(change: Change) -> str:
    """What a WLAN or a policy is made of changes only while it is shut."""
    section, before = change.section, dict(change.section.entries)
    change.keep()
    if UP in section.entries and _written(section.entries) != _written(before):
        section.entries.clear()
        section.entries.update(before)
        raise Refusal("% switch-1:dbm:wireless:WLAN needs to be disabled before changing this.\n")
    return ""


def needs_remote_site(change: Change) -> str:
    """A flex profile takes no effect on a site that is local, and nobody is told."""
    local = change.section.entries.get(LOCAL)
    if local is not None and local.negated:
        change.keep()
    return ""


def _written(entries: Mapping[tuple[str, ...], Entry]) -> list[tuple[tuple[str, ...], bool]]:
    return [(each.words, each.negated) for each in entries.values()]


QUIRKS: dict[str, Callable[[Change], str]] = {
    "needs_shut_wlan": needs_shut_wlan,
    "needs_remote_site": needs_remote_site,
}
