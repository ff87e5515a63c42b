"""The settings that nobody has set: a codec shows them like all others."""

from __future__ import annotations

from lab.simulated.grammar import match_line
from lab.simulated.kinds import DeviceKind
from lab.simulated.roomos.settings import SETTINGS
from lab.simulated.tree import Entry, Section


def add_derived_lines(kind: DeviceKind, root: Section) -> None:
    """Add each setting that is missing with what it is by default."""
    rule = match_line("config", kind, "xConfiguration PATH: VALUE").rule
    if rule is not None:
        for path, setting in SETTINGS.items():
            line = Entry(("xConfiguration", f"{path}: {setting.default}"), rule)
            root.entries.setdefault(("xConfiguration", path), line)
