"""From a planned change to the edits of records in a shared file.

Wire form: a JSON array a line, `[state, record, items that go, items that come]`; the agent on the server makes all of
them in one rename. What a record must be like before is part of it: a `new` one is not there, one that is `gone` holds
the items that go and no others, one that is `kept` has the items that go and not those that come. Where the server
shows no secret, an item that goes is named without it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from turnup.change.slots import MASK, SLOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from turnup.change.device_change import DeviceChange
    from turnup.change.platforms.language import Path


def file_edits(
    change: DeviceChange, reveal: Callable[[str], str] = lambda text: text, *, secrets_stay: bool = False
) -> tuple[str, ...]:
    """Translate what a change adds and removes into one edit a record.

    Args:
        change: of a platform whose text is one level of records with their items.
        reveal: puts the secrets into an item that is about to be sent.
        secrets_stay: whether the server shows no secret: an item that goes is then named without it.

    Returns:
        one JSON array for each record, in the order of their headers; checks before replies.
    """
    added = _items_by_record(change.adds, reveal)
    removed = _items_by_record(change.removes, _without_secret if secrets_stay else reveal)
    new = {path[0] for path in change.adds if len(path) == 1}
    gone = {path[0] for path in change.removes if len(path) == 1}
    return tuple(
        json.dumps(
            [
                "new" if record in new else "gone" if record in gone else "kept",
                record,
                removed.get(record, []),
                added.get(record, []),
            ]
        )
        for record in sorted({path[0] for path in (*change.adds, *change.removes)})
    )


def _without_secret(item: str) -> str:
    return MASK.sub("", SLOT.sub("", item)).rstrip()


def _items_by_record(paths: tuple[Path, ...], reveal: Callable[[str], str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        if len(path) > 1:
            found.setdefault(path[0], []).append(reveal(path[1]) if "<" in path[1] else path[1])
    return found
