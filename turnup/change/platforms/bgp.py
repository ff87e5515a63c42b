"""What IOS and FRR have in common about BGP: one process of a kind, with one AS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from turnup.change.platforms.language import Obstacle, Scene

_PROCESS = re.compile(r"^router bgp (\d+)(.*)$")


def bgp_runs_with_another_as(scene: Scene) -> Iterator[Obstacle]:
    """Find a BGP process where another AS already runs: the device answers "BGP is already running; AS is N"."""
    for child in scene.declared.children:
        wanted = _PROCESS.match(child.text)
        if wanted is None:
            continue
        for other in scene.candidate.children:
            found = _PROCESS.match(other.text)
            if found and found.group(2) == wanted.group(2) and found.group(1) != wanted.group(1):
                yield Obstacle(
                    path=(child.text,),
                    rule="bgp-already-running",
                    expected=f"no BGP process, or AS {wanted.group(1)}",
                    found=f"BGP is already running; AS is {found.group(1)}",
                    remedy="Migrate it to the declared AS by hand, or take the old process out; then plan again.",
                )
