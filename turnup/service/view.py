"""What the gate looks at besides the call-off, and how it words what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from turnup.buyers import Buyer, EligibleBuyer
from turnup.call_off import CallOff
from turnup.findings import Finding, Severity, in_one_line
from turnup.framework import Framework
from turnup.positions import FieldPath, Positions, dotted
from turnup.scalars import CallOffRef, SiteCode
from turnup.sites import Site


@dataclass(frozen=True, slots=True)
class Commitment:
    """What an approved call-off binds in one lot, in pounds."""

    reference: CallOffRef
    lot: str
    committed: Decimal
    worst_case: Decimal


@dataclass(frozen=True, slots=True)
class View:
    """What is known around a call-off.

    Attributes:
        framework: none if there is none of that name.
        framework_names, site_codes: what there is, for suggestions.
        buyer: none if Turnup has no file of it.
        sites: each site that the call-off names; none where there is none.
        commitments: of other approved call-offs, and of earlier revisions of this one.
        delivered_sites: sites that have a delivered LAN.
        approved_revision: the latest revision of this call-off that was approved; 0 if none was.
        now: the time now; none where nothing depends on it.
        is_draft: the order is only looked at, and not taken.
    """

    framework: Framework | None
    eligible_buyers: tuple[EligibleBuyer, ...]
    buyer: Buyer | None
    sites: Mapping[SiteCode, Site | None]
    framework_names: tuple[str, ...] = ()
    site_codes: tuple[SiteCode, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    delivered_sites: frozenset[SiteCode] = frozenset()
    approved_revision: int = 0
    now: datetime | None = None
    is_draft: bool = False

    def knows_buyer(self, code: str) -> bool:
        """Whether a body of that code is listed; always, while no list could be read."""
        return not self.eligible_buyers or any(each.code == code for each in self.eligible_buyers)


def site_file(site: Site) -> str:
    """Where a site is described, for remedies."""
    return f"inventory/sites/{site.code}/site.yaml"


@dataclass(slots=True)
class Report:
    """Collects findings about one call-off, each in its place."""

    call_off: CallOff
    positions: Positions
    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        path: FieldPath,
        rule: str,
        expected: str,
        found: str,
        remedy: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a finding about a field; what it quotes from the call-off stays in one line."""
        file, line = self.positions.place_of(path)
        expected, found, remedy = (in_one_line(words) for words in (expected, found, remedy))
        self.findings.append(Finding(file, line, dotted(path), rule, expected, found, remedy, severity))

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add findings that are worded already."""
        self.findings.extend(findings)
