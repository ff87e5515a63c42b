"""From a call-off file to an order, its design and its plan's surroundings: load, check, allocate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.inventory.estate import Estate as EstateFiles
from turnup.errors import FileRefused, GateRefused
from turnup.findings import Finding, did_you_mean, errors_of
from turnup.gate import Commitment, Verdict, View, examine
from turnup.plan import Estate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tasks.workspace import Workspace
    from turnup.buyers import Buyer
    from turnup.call_off import CallOff
    from turnup.gate import Order
    from turnup.hardware import HardwareModel
    from turnup.scalars import SiteCode
    from turnup.sites import Site


@dataclass(frozen=True, slots=True)
class Background:
    """What the ledger and the clock know that the gate has to know.

    Attributes:
        commitments: values of the approved call-offs of the framework.
        delivered_sites: sites of the buyer that have a delivered LAN.
        approved_revision: the latest revision of the call-off that was approved; 0 if none was.
        now: the time now, where an order is taken or looked at; none where one that was taken goes on.
        is_draft: the order is only looked at, and not taken.
    """

    commitments: tuple[Commitment, ...] = ()
    delivered_sites: frozenset[SiteCode] = frozenset()
    approved_revision: int = 0
    now: datetime | None = None
    is_draft: bool = False


NOTHING_KNOWN = Background()


def examine_call_off(workspace: Workspace, source: str, background: Background = NOTHING_KNOWN) -> Verdict:
    """Read a call-off and all that it refers to, and let the gate judge it.

    Args:
        workspace: where the estate is.
        source: path of a call-off file, or its reference.
        background: what the ledger knows.

    Raises:
        FileRefused: a file is missing or malformed; carries every finding.
    """
    files = EstateFiles(workspace.inventory)
    loaded = files.call_off(source)
    files.check_inherited()
    call_off = loaded.call_off
    view = View(
        framework=files.framework(call_off.framework),
        eligible_buyers=files.eligible_buyers(call_off.framework),
        buyer=_buyer(files, call_off),
        sites={code: _site(files, code) for code in dict.fromkeys(line.site for line in call_off.lines)},
        framework_names=files.framework_names(),
        site_codes=files.site_codes(),
        commitments=background.commitments,
        delivered_sites=background.delivered_sites,
        approved_revision=background.approved_revision,
        now=background.now,
        is_draft=background.is_draft,
    )
    return examine(call_off, loaded.positions, view)


def load_order(workspace: Workspace, source: str, background: Background = NOTHING_KNOWN) -> Order:
    """Read a call-off that has to pass the gate.

    Raises:
        FileRefused: a file is missing or malformed.
        GateRefused: the call-off breaks rules; carries every finding.
    """
    verdict = examine_call_off(workspace, source, background)
    if verdict.order is None:
        raise GateRefused(source, errors_of(verdict.findings))
    return verdict.order


def estate_at(workspace: Workspace, codes: Iterable[SiteCode]) -> Estate:
    """Read sites with those of the provider's devices that serve them, and the provider's own values.

    Raises:
        FileRefused: a site is missing or malformed.
    """
    files = EstateFiles(workspace.inventory)
    sites = {code: files.site(code) for code in codes}
    for site in tuple(sites.values()):
        for code in site.provider_sites:
            if code not in sites:
                sites[code] = files.site(code)
    models = files.hardware()
    for site in sites.values():
        _check_models(site, models)
    return Estate(sites, files.provider(), models)


def _check_models(site: Site, models: Mapping[str, HardwareModel]) -> None:
    """A misspelt part number would be a device of which nothing is known."""
    for device in site.devices:
        if device.model is not None and device.model not in models:
            where = f"inventory/sites/{site.code}/hosts.yaml"
            finding = Finding(
                where,
                0,
                f"{device.name}.data.model",
                "model-exists",
                "a part number of inventory/hardware.yaml",
                device.model,
                did_you_mean(device.model, models),
            )
            raise FileRefused(where, (finding,))


def _buyer(files: EstateFiles, call_off: CallOff) -> Buyer | None:
    """The buyer's own file; a missing one is for the gate to report, beside its other findings."""
    try:
        return files.buyer(call_off.buyer)
    except FileRefused as error:
        if any(finding.rule != "file-exists" for finding in error.findings):
            raise
        return None


def _site(files: EstateFiles, code: SiteCode) -> Site | None:
    try:
        return files.site(code)
    except FileRefused as error:
        if any(finding.rule != "file-exists" for finding in error.findings):
            raise
        return None
