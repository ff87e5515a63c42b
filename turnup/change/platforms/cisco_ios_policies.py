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
        if _are_apart(scene, policy):
            continue
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


def _are_apart(scene: Scene, policy: HConfigChild) -> bool:
    """Whether no packet is of two classes, for each looks at code points of its own: then their order says nothing."""
    here = scene.candidate.children.get(policy.text)
    seen: set[str] = set()
    for name in _classes(here) if here is not None else ():
        points = _code_points(scene, name.removeprefix("class "))
        if not points or points & seen:
            return False
        seen |= points
    return True


def _code_points(scene: Scene, name: str) -> set[str]:
    """The code points that a class map looks at; empty if it looks at anything else too."""
    class_map = scene.candidate.children.get(f"class-map match-any {name}")
    lines = tuple(each.text for each in class_map.children) if class_map is not None else ()
    if not all(line.startswith(("match dscp ", "description ")) for line in lines):
        return set()
    return {point for line in lines if line.startswith("match ") for point in line.split()[2:]}


def _classes(policy: HConfigChild) -> tuple[str, ...]:
    return tuple(each.text for each in policy.children if each.text.startswith("class ") and each.text != _DEFAULT)
