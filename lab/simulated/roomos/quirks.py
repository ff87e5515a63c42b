"""What a setting does with its value: there is one of each, it is never absent, and it is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lab.simulated.configuration import Change
from lab.simulated.grammar import Refusal, match_line
from lab.simulated.roomos.settings import SETTINGS, path_of
from lab.simulated.tree import Entry

NO_MATCH = "No match on address expression"
BAD_VALUE = "Invalid or missing parameters"


def _setting(change: Change) -> str:
    typed, _, value = change.match.words[1].partition(": ")
    path = path_of(typed)
    if path is None:
        raise Refusal(NO_MATCH)
    kept = SETTINGS[path].read(value.strip())
    if kept is None:
        raise Refusal(BAD_VALUE)
    if change.match.rule is not None:
        change.section.entries["xConfiguration", path] = Entry(("xConfiguration", f"{path}: {kept}"), change.match.rule)
    if path == "SystemUnit Name" and kept != '""':
        change.section.store(match_line("config", change.configuration.kind, f"hostname {kept[1:-1]}"))
    return ""


QUIRKS: Mapping[str, Callable[[Change], str]] = {"setting": _setting}
"""By name."""
