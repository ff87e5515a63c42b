"""What cannot be done to a list of which Cisco IOS shows no numbers: nobody knows where a number would come.

Source: IOS 15 and IOS-XE 16 security command references, `ip access-list`: an entry without a number comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.access_lists import cannot_move
from turnup.change.platforms.entries import number_of, rule_of
from turnup.change.platforms.language import Obstacle, Scene

if TYPE_CHECKING:
    from hier_config import HConfigChild


def entries_without_numbers(scene: Scene) -> Iterator[Obstacle]:
    """Find an entry that would have to move behind a new one, and that is not ours or has no halves to stand for it."""
    for header in sorted(scene.hidden):
        here, after = scene.running.children.get(header), scene.candidate.children.get(header)
        if here is None or after is None:
            continue
        standing, wanted = _rules(here), _rules(after)
        ours = {rule_of(path[1]) for path in scene.owned if path[0] == header and len(path) == 2}
        stuck = cannot_move(standing, wanted, ours)
        if stuck or _renumbered(here, after):
            yield Obstacle(
                path=(header, stuck or _renumbered(here, after)),
                rule="list-without-numbers",
                expected="new entries behind those of others, and numbers that stay, for the device shows none",
                found="another order" if stuck else "another number",
                remedy="Put the list in order by hand, or let the device show numbers (IOS-XE 16.12 and later).",
            )


def _rules(section: HConfigChild) -> tuple[str, ...]:
    return tuple(rule_of(line) for line in sorted((each.text for each in section.children), key=number_of))


def _renumbered(here: HConfigChild, after: HConfigChild) -> str:
    """An entry that leaves one number and comes under another; empty when none does."""
    gone = {rule_of(each.text) for each in here.children if each.text not in after.children}
    come = (rule_of(each.text) for each in after.children if each.text not in here.children)
    return next((rule for rule in come if rule in gone), "")
