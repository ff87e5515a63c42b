"""`turnup adopt`: take over what exists, and say how much of each device orders explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.order import JsonOption, complete_call_off
from flows.console import FAILED, OK, err, out, print_diff, print_error, print_findings, print_json, table
from flows.settings import workspace
from turnup.errors import TurnupError

if TYPE_CHECKING:
    from tasks.adopting import DeviceReport, SiteAdoption
    from tasks.ledger import Ledger
    from turnup.scalars import SiteCode


def complete_site(incomplete: str) -> list[str]:
    """Complete codes of the sites of the inventory."""
    folder = workspace().inventory / "sites"
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name.startswith(incomplete))


def adopt(
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SITE...]", help="codes of sites; all of the call-off's", autocompletion=complete_site),
    ] = None,
    call_off: Annotated[
        str, typer.Option("--call-off", help="reference or file of the order", autocompletion=complete_call_off)
    ] = "",
    report: Annotated[bool, typer.Option("--report", help="only say how much of each device orders explain")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would be adopted, and record nothing")] = False,
    json: JsonOption = False,
) -> int:
    """Take over what exists: what devices have already of what an order declares becomes ours, without a push.

    Devices are only read. What is not as declared is shown as differences; `turnup plan` plans it.

    Example: turnup adopt KC-LIB-02 --call-off RBKC-2026-0007
    """
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    ledger = ledger_at(bench.ledger)
    if report:
        return _report(ledger, tuple(sites or ()), call_off, json=json)
    if not call_off:
        raise TurnupError("adopt", "--call-off REF, or --report", "neither", "Say which order explains what exists.")
    from tasks.adopting import find_adoptions, record_adoption

    found = find_adoptions(bench, ledger, call_off, tuple(sites or ()))
    if not dry_run:
        record_adoption(ledger, found, bench.executor)
    if json:
        print_json(_as_json(found, recorded=not dry_run))
        return OK
    _show(found, recorded=not dry_run)
    return OK


def _show(found: SiteAdoption, *, recorded: bool) -> None:
    for adoption in found.places.values():
        if adoption.rest.diff:
            print_diff(adoption.rest.diff)
        print_findings(adoption.rest.findings)
    rows = (
        (
            place.site,
            place.device,
            str(adoption.line_count),
            str(len(adoption.rest.adds)),
            str(len(adoption.rest.removes)),
        )
        for place, adoption in found.places.items()
    )
    out.print(table("", ("site", "device", "adopted", "to add", "to remove"), rows))
    reference = found.order.call_off.reference
    complete = found.lines_in_full()
    words = "adopted" if recorded else "would be adopted"
    lines = sum(each.line_count for each in found.places.values())
    out.print(f"{lines} lines {words}; in full: {', '.join(complete) or 'none'}")
    if any(adoption.rest.changes_something for adoption in found.places.values()):
        err.print(f"Next: turnup plan {reference}    what is not as declared yet")


def _as_json(found: SiteAdoption, *, recorded: bool) -> dict[str, Any]:
    return {
        "call_off": found.order.call_off.reference,
        "recorded": recorded,
        "evidence": found.hash,
        "in_full": list(found.lines_in_full()),
        "devices": [
            {
                "site": place.site,
                "device": place.device,
                "adopted_lines": adoption.line_count,
                "to_add": [" / ".join(path) for path in adoption.rest.adds],
                "to_remove": [" / ".join(path) for path in adoption.rest.removes],
                "findings": [str(finding) for finding in adoption.rest.findings],
            }
            for place, adoption in found.places.items()
        ],
    }


def _report(ledger: Ledger, wanted: tuple[str, ...], call_off: str, *, json: bool) -> int:
    from tasks.adopting import report_sites

    rows = list(report_sites(workspace(), ledger, _sites(wanted, call_off)))
    if json:
        print_json([_row_json(each) for each in rows])
    else:
        columns = ("site", "device", "lines", "explained", "not explained", "share")
        out.print(table("Explained by orders", columns, (_row(each) for each in rows)))
    for each in rows:
        if each.error is not None:
            print_error(each.error)
    return FAILED if any(each.error is not None for each in rows) else OK


def _sites(wanted: tuple[str, ...], call_off: str) -> tuple[SiteCode, ...]:
    """The sites that are meant: those named, those of a call-off, or all of the estate."""
    from tasks.inventory.estate import Estate
    from turnup.scalars import SiteCode

    files = Estate(workspace().inventory)
    if wanted:
        return tuple(files.site(SiteCode(code)).code for code in wanted)
    if call_off:
        return tuple(dict.fromkeys(line.site for line in files.call_off(call_off).call_off.lines))
    return tuple(files.site_codes())


def _row(each: DeviceReport) -> tuple[str, ...]:
    if each.explained is None:
        return (each.site, each.device, "not read", "", "", "")
    lines, ours = each.explained.lines, each.explained.explained
    return (each.site, each.device, str(lines), str(ours), str(lines - ours), f"{each.explained.percent:.1f} %")


def _row_json(each: DeviceReport) -> dict[str, Any]:
    found = each.explained
    return {
        "site": each.site,
        "device": each.device,
        "lines": found.lines if found else None,
        "explained": found.explained if found else None,
        "percent": round(found.percent, 1) if found else None,
        "error": str(each.error) if each.error else None,
    }
