"""`turnup status`, `hold`, `release`, `report`: the delivery clock of what was ordered."""

from __future__ import annotations

import csv
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.order import CallOffArgument, JsonOption
from flows.console import OK, out, print_json, table
from flows.settings import workspace
from flows.show_waves import broken_glass_json, show_broken_glass, show_lines
from turnup.errors import LedgerError, TurnupError
from turnup.findings import did_you_mean, in_one_line
from turnup.redact import redact

if TYPE_CHECKING:
    from tasks.ledger import BreakGlass, Ledger
    from tasks.line_reports import LineReport
    from tasks.standing import LineStanding
    from turnup.clock import LeadTimes

TodayOption = Annotated[str, typer.Option("--today", help="London date to read the clock on; today unless given")]


def _ledger() -> Ledger:
    from tasks.steps.workbench import ledger_at

    return ledger_at(workspace().ledger)


def _today(ledger: Ledger, words: str) -> date:
    return _day(ledger, "--today", words)


def _day(ledger: Ledger, option: str, words: str) -> date:
    """The London date that an option gives; today unless given."""
    from turnup.clock import london_date, parse_date

    return parse_date(words, option) if words else london_date(ledger.now())


def known_reference(ledger: Ledger, source: str) -> str:
    """The reference that a user means, if the ledger knows it."""
    from tasks.inventory.estate import Estate

    known = {line.reference for line in ledger.lines.lines()}
    reference = source if source in known else str(Estate(workspace().inventory).call_off(source).call_off.reference)
    if reference not in known:
        remedy = f"Run `turnup plan {reference}` first." if not known else did_you_mean(source, known)
        raise LedgerError(source, "a call-off that the ledger knows", "none", remedy)
    return reference


def status(
    call_off: Annotated[str, typer.Argument(metavar="CALL_OFF", show_default=False)] = "",
    today: TodayOption = "",
    json: JsonOption = False,
) -> None:
    """Show milestones and the delivery clock of each service line.

    Example: turnup status RBKC-2026-0007
    """
    from tasks.standing import standings
    from turnup.clock import WorkingCalendar

    ledger = _ledger()
    day = _today(ledger, today)
    reference = known_reference(ledger, call_off) if call_off else ""
    found = standings(ledger, reference, day, WorkingCalendar())
    reports = _reports(ledger, tuple(dict.fromkeys(each.line.reference for each in found)))
    glass = ledger.break_glass.of(reference)
    if json:
        print_json([{**_as_json(each), **_delivery_json(each, reports, glass)} for each in found])
        return
    if not found:
        out.print("Nothing was ordered yet: turnup plan CALL_OFF")
        return
    columns = ("service line", "site", "product", "milestone", "CDD", "adjusted", "clock")
    out.print(table(f"Delivery clock on {day}", columns, (_row(each) for each in found)))
    if reference and any(not each.done for each in reports.values()):
        show_lines(tuple(reports.values()))
    show_broken_glass(glass)


def _reports(ledger: Ledger, references: tuple[str, ...]) -> dict[str, LineReport]:
    """What the last delivery of each call-off made of its service lines, by their ids."""
    from tasks.line_reports import last_plan, line_reports

    plans = (last_plan(ledger, reference) for reference in references)
    return {each.id: each for plan in plans if plan is not None for each in line_reports(ledger, plan)}


def _delivery_json(each: LineStanding, reports: dict[str, LineReport], glass: tuple[BreakGlass, ...]) -> dict[str, Any]:
    report = reports.get(each.line.id)
    ours = tuple(one for one in glass if one.reference == each.line.reference and each.line.site in one.sites)
    return {
        "delivery": report.words if report else None,
        "not_delivered_because": [redact(words) for words in report.why_not] if report else [],
        "break_glass": broken_glass_json(ours),
    }


def _row(each: LineStanding) -> tuple[str, ...]:
    line, reading = each.line, each.reading
    if reading is None:
        return (line.id, line.site, line.product, each.latest, "", "", "")
    adjusted = "on hold" if reading.adjusted is None else str(reading.adjusted)
    return (line.id, line.site, line.product, each.latest, str(line.contracted_date), adjusted, str(reading))


def _as_json(each: LineStanding) -> dict[str, Any]:
    line, reading = each.line, each.reading
    return {
        "service_line": line.id,
        "site": line.site,
        "product": line.product,
        "state": str(line.state),
        "latest": each.latest,
        "milestones": {name: day.isoformat() for name, day in each.reached},
        "day_zero": line.day_zero,
        "icdd": line.initial_contracted_date,
        "cdd": line.contracted_date,
        "adjusted_cdd": reading.adjusted if reading else None,
        "forecast": reading.forecast if reading else None,
        "working_days_left": reading.days_left if reading else None,
        "working_days_late": reading.days_late if reading else None,
        "standing": str(reading.standing) if reading else None,
        "calendar": line.calendar_version,
    }


def hold(
    call_off: CallOffArgument,
    cause: Annotated[str, typer.Option(help="why the customer holds it up")],
    line: Annotated[str, typer.Option(help="order line, such as L1; all of them")] = "",
    starts: Annotated[str, typer.Option("--from", help="first day, London date; today")] = "",
    json: JsonOption = False,
) -> None:
    """Open a relief hold: the clock stops for a cause that is the customer's.

    Example: turnup hold RBKC-2026-0007 --line L2 --cause "no access to the riser" --from 2026-11-30
    """
    ledger = _ledger()
    reference = known_reference(ledger, call_off)
    which = _line(ledger, reference, line)
    day = _day(ledger, "--from", starts)
    if not cause.strip():
        raise TurnupError(
            "--cause", "why the customer holds it up", "nothing", "Say it: it stops the contract's clock."
        )
    if (shown := in_one_line(cause.strip())) != cause.strip():
        raise TurnupError("--cause", "words in one line", f"a control character: {shown}", "Write it as plain text.")
    number = ledger.lines.hold(reference, which, cause.strip(), day, workspace().executor)
    if json:
        print_json({"hold": number, "call_off": reference, "service_line": which, "cause": cause.strip(), "from": day})
        return
    out.print(f"hold {number} on {which or reference}: release it with `turnup release {reference} --hold {number}`")


def _line(ledger: Ledger, reference: str, line: str) -> str | None:
    if not line:
        return None
    known = [each.id for each in ledger.lines.lines(reference)]
    if f"{reference}/{line}" not in known:
        remedy = did_you_mean(line, (each.split("/")[1] for each in known))
        raise LedgerError(reference, "one of its lines", line, remedy)
    return f"{reference}/{line}"


def release(
    call_off: CallOffArgument,
    number: Annotated[int, typer.Option("--hold", help="number of the hold; the open one")] = 0,
    ends: Annotated[str, typer.Option("--to", help="last day on hold, London date; today")] = "",
    json: JsonOption = False,
) -> None:
    """Close a relief hold: the clock runs again from the next day.

    Example: turnup release RBKC-2026-0007 --to 2026-12-04
    """
    ledger = _ledger()
    reference = known_reference(ledger, call_off)
    still_open = {each.id: each for each in ledger.lines.holds(reference) if each.ends is None}
    if number == 0 and len(still_open) == 1:
        number = next(iter(still_open))
    if number not in still_open:
        shown = ", ".join(str(each) for each in still_open) or "none"
        found = str(number) if number else "no --hold"
        raise LedgerError(reference, "the number of an open hold", found, f"Open holds: {shown}.")
    day = _day(ledger, "--to", ends)
    if day < still_open[number].starts:
        remedy = "Give a later last day."
        raise TurnupError("--to", f"a day from {still_open[number].starts} on", str(day), remedy)
    ledger.lines.release(number, day, workspace().executor)
    if json:
        print_json({"hold": number, "call_off": reference, "from": still_open[number].starts, "to": day})
        return
    out.print(f"hold {number} released; last day on hold {day}")


def report(
    starts: Annotated[str, typer.Option("--from", help="first day of the period; 1 January")] = "",
    ends: Annotated[str, typer.Option("--to", help="last day of the period; 31 December")] = "",
    today: TodayOption = "",
    csv_file: Annotated[Path | None, typer.Option("--csv", help="write the lines into this file")] = None,
    json: JsonOption = False,
) -> int:
    """Print on-time % with n, lead times and what is late.

    Example: turnup report --from 2026-11-01 --to 2027-03-31
    """
    from tasks.standing import due_lines, standings
    from turnup.clock import Standing, WorkingCalendar, initial_certainty, lead_times, on_time, parse_date

    ledger, calendar = _ledger(), WorkingCalendar()
    day = _today(ledger, today)
    first = parse_date(starts, "--from") if starts else date(day.year, 1, 1)
    last = parse_date(ends, "--to") if ends else date(day.year, 12, 31)
    if last < first:
        raise TurnupError("--to", f"a day from {first} on", str(last), "Swap the two dates.")
    found = standings(ledger, "", day, calendar)
    lines = due_lines(found, calendar)
    late = [each for each in found if each.reading and each.reading.standing is Standing.LATE]
    shares = {"on time": on_time(lines, first, last, day), "iCDD certainty": initial_certainty(lines, first, last, day)}
    times = lead_times(lines, first, last)
    if csv_file is not None:
        _write_csv(csv_file, found)
    if json:
        print_json(
            {
                "period": [first, last],
                **{_key(name): {"percent": share.percent, "n": share.n} for name, share in shares.items()},
                "lead_times": [asdict(each) for each in times],
                "late": [_as_json(each) for each in late],
            }
        )
        return OK
    out.print(f"Period {first} to {last}, read on {day}")
    out.print(table("", ("figure", "value"), ((name, str(share)) for name, share in shares.items())))
    out.print(
        table(
            "Net lead time in working days", ("product", "n", "P50", "P90", "P95"), (_time_row(each) for each in times)
        )
    )
    out.print(table("Late", ("service line", "site", "product", "clock"), (_late_row(each) for each in late)))
    if not late:
        out.print("Nothing is late.")
    return OK


def _key(figure: str) -> str:
    """A figure's name as a key of JSON: `on_time`, `icdd_certainty`."""
    return figure.lower().replace(" ", "_")


def _late_row(each: LineStanding) -> tuple[str, ...]:
    return (each.line.id, each.line.site, each.line.product, str(each.reading))


def _time_row(each: LeadTimes) -> tuple[str, ...]:
    return (each.product, str(each.n), str(each.p50), str(each.p90), str(each.p95))


def _write_csv(path: Path, found: tuple[LineStanding, ...]) -> None:
    from tasks.offline import writable

    rows = [_as_json(each) for each in found]
    with writable(path, "--csv", "a file to write into"), path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["service_line", "site", "product", "icdd", "cdd", "adjusted_cdd", "late", "standing"])
        for row in rows:
            words = (row["service_line"], row["site"], row["product"], row["icdd"], row["cdd"], row["adjusted_cdd"])
            writer.writerow([*words, row["working_days_late"], row["standing"]])
