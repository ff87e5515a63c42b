"""The canonical text of a FreeRADIUS server's files, as its on-device agent prints it: a section per record.

`user` records let users and SIMs in, `client` records say who may ask, `realm` records which realms are answered here.

The order of the sections is that of the file, and what matches first wins; the agent puts a new record before the
first DEFAULT. Sources: users(5), FreeRADIUS 3.2 `src/main/files.c`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.language import Interrupts, Language, Obstacle, Scene
from turnup.change.platforms.records import normalise, second_records

if TYPE_CHECKING:
    from hier_config import HConfig

_RECORD = r"^(?:user|client|realm) (\S+)$"
_FALLS_THROUGH = re.compile(r"^reply Fall-Through :?= (?:yes|1)$", re.IGNORECASE)
_REMEDY = "Look at the file with whoever wrote it: of records that match, the server takes the first."


def obstacles(scene: Scene) -> Iterator[Obstacle]:
    """Find what would keep the server from ever reaching a declared record."""
    yield from second_records(scene, "file", _REMEDY)
    yield from _records_before(scene)


def _records_before(scene: Scene) -> Iterator[Obstacle]:
    """A DEFAULT or an included file before a record of ours may answer in its place: a warning."""
    first = next((child.text for child in scene.running.children if _stops(scene.running, child.text)), "")
    place = _place_of(scene.running, first) if first else None
    for child in scene.declared.children:
        here = _place_of(scene.running, child.text) if child.text.startswith("user ") else None
        if here is not None and place is not None and place < here:
            expected = "no DEFAULT and no included file before it"
            yield Obstacle((child.text,), "never-reached", expected, first, _REMEDY, refuses=False)


def _stops(root: HConfig, header: str) -> bool:
    """Whether the server may answer by this section and look no further."""
    if header.startswith("include "):
        return True
    section = root.children.get(header)
    default = header == "user DEFAULT" or header.startswith("user DEFAULT occurrence ")
    return default and section is not None and not any(_FALLS_THROUGH.match(each.text) for each in section.children)


def _place_of(root: HConfig, header: str) -> int | None:
    return next((number for number, child in enumerate(root.children) if child.text == header), None)


FREERADIUS = Language(
    normalise=normalise,
    single_valued=((_RECORD, r"^(check|reply) (\S+) (?::=|==|=) "),),
    first=((_RECORD, r"^(no )?check "),),
    never_typed=(
        re.compile(r"^(no )?(user|client|realm) DEFAULT\b"),
        re.compile(r"^(no )?include "),
        re.compile(r"\boccurrence \d+$"),
        re.compile(r"<(hidden|hashed):[0-9a-f]+>$"),
        re.compile(r"^ (?:check|reply) .*[`%\\]"),
    ),
    obstacles=obstacles,
    interrupts=(
        Interrupts((_RECORD, r"^reply (\S+) "), 0, 0, "the next session gets it; one that stands keeps what it has"),
    ),
    mode_exit=False,
)
"""FreeRADIUS."""
