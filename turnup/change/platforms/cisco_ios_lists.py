"""What cannot be done to a list of which Cisco IOS shows no numbers: nobody knows where a number would come.

Source: IOS 15 and IOS-XE 16 security command references, `ip access-list`: an entry without a number comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.entries import number_of, rule_of
from turnup.change.platforms.language import Obstacle, Scene

if TYPE_CHECKING:
    from hier_config import HConfigChild


def entries_without_numbers(scene: Scene) -> Iterator[Obstacle]:
    """Find a list in which what is typed, each entry behind the last one, would not come to stand as declared."""
    for header in sorted(scene.hidden):
        here, after = scene.running.children.get(header), scene.candidate.children.get(header)
        if here is None or after is None:
            continue
        standing, coming = _rules(here), _rules(after)
        stays = [rule for rule in standing if rule in coming]
        typed = [*stays, *(rule for rule in coming if rule not in standing)]
        wanted = [rule_of(line) for line in sorted((each.text for each in after.children), key=number_of)]
        moved = next((rule for rule, want in zip(typed, wanted, strict=False) if rule != want), "")
        if moved or _renumbered(here, after):
            yield Obstacle(
                path=(header, moved or _renumbered(here, after)),
                rule="list-without-numbers",
                expected="new entries behind all others, and numbers that stay, for the device shows none",
                found="another order" if moved else "another number",
                remedy="Put the list in order by hand, or let the device show numbers (IOS-XE 16.12 and later).",
            )


def _rules(section: HConfigChild) -> list[str]:
    return [rule_of(each.text) for each in section.children]


def _renumbered(here: HConfigChild, after: HConfigChild) -> str:
    """An entry that leaves one number and comes under another; empty when none does."""
    gone = {rule_of(each.text) for each in here.children if each.text not in after.children}
    come = (rule_of(each.text) for each in after.children if each.text not in here.children)
    return next((rule for rule in come if rule in gone), "")
