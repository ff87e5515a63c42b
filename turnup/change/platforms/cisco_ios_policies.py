"""The order of classes in a policy: the first class that matches a packet wins.

Source: IOS-XE 17 QoS modular command-line interface guide; a new class comes behind those that are there, and
`class-default` stays last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.language import Obstacle, Scene

if TYPE_CHECKING:
    from hier_config import HConfigChild

_DEFAULT = "class class-default"


def classes_out_of_order(scene: Scene) -> Iterator[Obstacle]:
    """Find a declared class that would come behind one that shall come later, or behind one of others."""
    for policy in scene.declared.children:
        here = scene.running.children.get(policy.text) if policy.text.startswith("policy-map ") else None
        after = scene.candidate.children.get(policy.text)
        if here is None or after is None:
            continue
        wanted = _classes(policy)
        standing = tuple(each for each in _classes(here) if each in after.children)
        new = tuple(each for each in wanted if each not in standing)
        others = tuple(each for each in standing if each not in wanted)
        shown = (*(each for each in standing if each in wanted), *new)
        if new and (others or shown != wanted):
            found = (
                others[0] if others else next(each for each, want in zip(shown, wanted, strict=True) if each != want)
            )
            yield Obstacle(
                path=(policy.text, new[0]),
                rule="class-order",
                expected="a place for the class as declared",
                found=f"{found} comes first on the device",
                remedy="The first class that matches wins: order another policy, or put them in order by hand.",
            )


def _classes(policy: HConfigChild) -> tuple[str, ...]:
    return tuple(each.text for each in policy.children if each.text.startswith("class ") and each.text != _DEFAULT)
