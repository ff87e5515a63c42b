"""What a run leaves in the Prefect UI: plan, diffs, progress, outcomes; small, and without secrets."""

from __future__ import annotations

from uuid import UUID

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from tasks.drift import DriftReport, FailedCheck, FoundDrift
from tasks.ledger import OutcomeRecord
from tasks.line_reports import line_reports
from tasks.steps.briefs import DeliveryBrief
from tasks.steps.workbench import ledger_at
from tasks.workspace import Workspace
from turnup.plan import Plan
from turnup.redact import redact

DIFF_LINES = 400
"""Lines of diffs shown; the ledger has them all."""


def publish_plan(plan: Plan) -> None:
    """Publish a plan as a table and its diffs as text."""
    key = plan.reference.lower()
    create_table_artifact(
        key=f"plan-{key}",
        table=[
            {
                "wave": wave.number,
                "site": change.site,
                "device": change.device,
                "platform": str(change.platform),
                "commands": change.command_count,
                "findings": len(change.findings),
            }
            for wave in plan.waves
            for site in wave.sites
            for change in plan.changes_at(site)
        ],
        description=f"Plan {plan.hash} of {plan.reference} r{plan.revision}",
    )
    create_markdown_artifact(key=f"diff-{key}", markdown=_diffs(plan), description=f"Diffs of plan {plan.hash[:12]}")


def _diffs(plan: Plan) -> str:
    lines = redact("".join(change.diff for change in plan.changes)).splitlines()
    shown = "\n".join(lines[:DIFF_LINES])
    left = len(lines) - DIFF_LINES
    more = f"\n\n{left} more lines are in the ledger." if left > 0 else ""
    return f"# {plan.reference} r{plan.revision}\n\nPlan `{plan.hash}`\n\n```diff\n{shown}\n```{more}\n"


def publish_drift(scope: str, report: DriftReport) -> None:
    """Publish what drifted as a table; what could not be read, and what does not work, is a row of it."""
    unread = [
        {
            "device": each.device,
            "site": each.site,
            "service line": "",
            "kind": "not read",
            "line": "",
            "found": each.reason,
            "who": "",
        }
        for each in report.unread
    ]
    create_table_artifact(
        key=f"drift-{scope.lower() or 'all'}",
        table=[_drift_row(each) for each in report.found] + [_check_row(each) for each in report.failed] + unread,
        description=f"Drift of {scope or 'everything'}: {report}",
    )


def _drift_row(each: FoundDrift) -> dict[str, str]:
    return {
        "device": each.drift.device,
        "site": each.site,
        "service line": ", ".join(each.drift.service_lines),
        "kind": str(each.drift.kind),
        "line": redact(" / ".join(each.drift.path)),
        "found": redact(each.drift.found),
        "who": each.who,
    }


def begin_progress(reference: str) -> UUID:
    """Begin a progress bar in the UI."""
    created = create_progress_artifact(progress=0.0, key=f"progress-{reference.lower()}", description=reference)
    return UUID(str(created))


def show_progress(artifact: UUID, done: int, of: int) -> None:
    """Move the progress bar."""
    update_progress_artifact(artifact_id=artifact, progress=round(100 * done / max(of, 1), 1))


def publish_lines(workspace: Workspace, brief: DeliveryBrief) -> None:
    """Publish what became of each service line, and why where it is not delivered."""
    ledger = ledger_at(workspace.ledger)
    plan = ledger.plans.get(brief.plan_hash)
    reports = line_reports(ledger, plan) if plan is not None else ()
    done = sum(1 for each in reports if each.done)
    create_table_artifact(
        key=f"lines-{brief.reference.lower()}",
        table=[
            {
                "service line": each.id,
                "site": each.site,
                "service": each.service,
                "state": each.words,
                "milestone": each.milestones[-1][0] if each.milestones else "",
                "why not": redact("; ".join(each.why_not)),
            }
            for each in reports
        ],
        description=f"{done} of {len(reports)} service lines of {brief.reference} as planned",
    )


def publish_outcomes(reference: str, attempt: int, records: tuple[OutcomeRecord, ...]) -> None:
    """Publish what happened to each device."""
    create_table_artifact(
        key=f"outcomes-{reference.lower()}",
        table=[
            {
                "site": record.site,
                "device": record.device,
                "outcome": record.outcome,
                "lines pushed": record.lines_pushed,
                "detail": record.detail,
            }
            for record in records
        ],
        description=f"Outcomes of {reference}, attempt {attempt}",
    )


def _check_row(each: FailedCheck) -> dict[str, str]:
    check = each.answer.check
    return {
        "device": check.device,
        "site": each.site,
        "service line": check.service_line,
        "kind": "does not work",
        "line": check.title,
        "found": f"{each.answer.actual or 'nothing of it'}; expected {check.expected}",
        "who": "",
    }
