"""What the texts of record-keeping servers have in common: an on-device agent prints them, a section per record."""

from __future__ import annotations

from collections.abc import Iterator

from turnup.change.platforms.language import Obstacle, Scene


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn an agent's text into lines: it is canonical already."""
    return tuple((len(line) - len(line.lstrip(" ")), line.strip()) for line in text.split("\n") if line.strip())


def second_records(scene: Scene, place: str, remedy: str) -> Iterator[Obstacle]:
    """Find a second record of a name of ours: only their order tells them apart, and nobody could say which is ours.

    Args:
        scene: the device.
        place: where the records stand, such as `file`.
        remedy: what to do.
    """
    ours = {child.text for child in scene.declared.children} | {path[0] for path in scene.owned}
    for child in scene.running.children:
        name, second, _ = child.text.partition(" occurrence ")
        if second and name in ours:
            yield Obstacle((name,), "one-record", f"one record of that name in the {place}", child.text, remedy)
