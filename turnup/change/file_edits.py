"""From a planned change to the edits of records in a shared file.

Wire form: a JSON array a line, `[state, record, items that go, items that come]`; the agent on the server makes all of
them in one rename. What a record must be like before is part of it: a `new` one is not there, one that is `gone` holds
the items that go and no others, one that is `kept` has the items that go and not those that come.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange


def file_edits(change: DeviceChange) -> tuple[str, ...]:
    """Translate what a change adds and removes into one edit a record.

    Args:
        change: of a platform whose text is one level of records with their items.

    Returns:
        one JSON array for each record, in the order of their headers; checks before replies.
    """
    records = sorted({path[0] for path in (*change.adds, *change.removes)})
    added, removed = frozenset(change.adds), frozenset(change.removes)
    return tuple(
        json.dumps([_state(record, added, removed), record, _items(record, removed), _items(record, added)])
        for record in records
    )


def _state(record: str, added: frozenset[tuple[str, ...]], removed: frozenset[tuple[str, ...]]) -> str:
    if (record,) in added:
        return "new"
    return "gone" if (record,) in removed else "kept"


def _items(record: str, paths: frozenset[tuple[str, ...]]) -> list[str]:
    return sorted(path[1] for path in paths if len(path) > 1 and path[0] == record)
