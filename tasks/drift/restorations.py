"""Whose plan puts back what drifted, and what no plan does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.change.drift import Drift, DriftKind
from turnup.design import baseline_line
from turnup.scalars import SiteCode

if TYPE_CHECKING:
    from tasks.drift.report import FoundDrift
    from tasks.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Restorations:
    """Whose plans put back what drifted.

    Attributes:
        references: call-offs to plan a restoration of.
        not_covered: what no plan puts back, and what to do about it; a sentence each.
    """

    references: tuple[str, ...]
    not_covered: tuple[str, ...]


def restorations(ledger: Ledger, found: Iterable[FoundDrift]) -> Restorations:
    """Choose the call-offs that put back what drifted; a site's baseline comes back with one that is live there."""
    at_site = _live_at(ledger)
    chosen: dict[str, None] = {}
    not_covered: dict[str, None] = {}
    for each in found:
        able = _able(each.drift, at_site)
        if each.drift.kind is DriftKind.DUPLICATED:
            not_covered[f"{each.drift.device}: {each.drift.found} is not ours to take away: remove it by hand."] = None
        elif not able:
            words = f"{each.drift.device}: no call-off is live at {each.site}: put its baseline back by hand."
            not_covered[words] = None
        elif chosen.keys().isdisjoint(able):
            chosen[able[0]] = None
    return Restorations(tuple(chosen), tuple(not_covered))


def _live_at(ledger: Ledger) -> Mapping[str, tuple[str, ...]]:
    """References of the call-offs that are live at each site."""
    live = {place.service_line for place in ledger.ownership.places()}
    found: dict[str, tuple[str, ...]] = {}
    for line in ledger.lines.lines():
        if line.id in live:
            found[line.site] = (*found.get(line.site, ()), line.reference)
    return found


def _able(drift: Drift, at_site: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Call-offs whose restoration holds a line: those that declare it; for a baseline, those live at its site."""
    able: list[str] = []
    for line in drift.service_lines:
        owner = line.partition("/")[0]
        is_baseline = line == baseline_line(SiteCode(owner)).id
        able += at_site.get(owner, ()) if is_baseline else (owner,)
    return tuple(dict.fromkeys(able))
