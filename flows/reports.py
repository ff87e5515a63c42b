"""Results of a dry run in the formats that people and CI systems read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from turnup.findings import Finding, Severity, counted, errors_of
from turnup.redact import redact

if TYPE_CHECKING:
    from turnup.plan import Plan


@dataclass(frozen=True, slots=True)
class CallOffResult:
    """What a dry run says of one call-off; no plan when it was refused."""

    source: str
    findings: tuple[Finding, ...]
    plan: Plan | None

    @property
    def refused(self) -> bool:
        """Whether it may not be delivered as it is."""
        return self.plan is None or bool(errors_of(self.findings))

    @property
    def changes(self) -> bool:
        """Whether a device would be changed."""
        return self.plan is not None and self.plan.changes_something

    @property
    def words(self) -> str:
        """The result in a few words."""
        if self.plan is None:
            return f"{self.source}: refused, {counted(len(self.findings), 'finding')}"
        devices = {change.device for change in self.plan.changes if change.command_count}
        commands = sum(change.command_count for change in self.plan.changes)
        what = (
            f"{counted(commands, 'command')} on {counted(len(devices), 'device')}"
            if self.changes
            else "nothing to change"
        )
        return f"{self.source}: {'refused' if self.refused else 'valid'}, {what}, plan {self.plan.hash[:16]}"


def as_text(results: tuple[CallOffResult, ...]) -> str:
    """Plain text for a terminal."""
    lines: list[str] = []
    for result in results:
        lines.extend(f"{finding.severity} {finding}" for finding in result.findings)
        if result.plan is not None:
            lines.extend(redact(change.diff).rstrip("\n") for change in result.plan.changes if change.diff)
        lines.append(result.words)
    return "\n".join(lines) + "\n"


def as_markdown(results: tuple[CallOffResult, ...]) -> str:
    """Markdown for a pull request."""
    parts: list[str] = ["# Dry run\n"]
    for result in results:
        parts.append(f"## {result.words}\n")
        parts.extend(f"- **{finding.severity}** {finding}" for finding in result.findings)
        if result.plan is not None:
            for change in result.plan.changes:
                title = f"{change.device} for {change.site}: {change.command_count} commands"
                diff = redact(change.diff)
                parts.append(f"\n<details><summary>{title}</summary>\n\n```diff\n{diff}```\n</details>")
        parts.append("")
    return "\n".join(parts) + "\n"


def as_json(results: tuple[CallOffResult, ...]) -> str:
    """JSON for programs."""
    content = [
        {
            "call_off": result.source,
            "valid": not result.refused,
            "changes": result.changes,
            "plan_hash": result.plan.hash if result.plan else None,
            "findings": [asdict(finding) for finding in result.findings],
            "devices": [
                {
                    "site": change.site,
                    "device": change.device,
                    "commands": change.remediation.splitlines(),
                    "diff": redact(change.diff),
                }
                for change in (result.plan.changes if result.plan else ())
            ],
        }
        for result in results
    ]
    return json.dumps(content, indent=2, default=str) + "\n"


def as_junit(results: tuple[CallOffResult, ...]) -> str:
    """JUnit XML: a test case a call-off."""
    failures = sum(1 for result in results if result.refused)
    suite = ET.Element("testsuite", name="turnup dry-run", tests=str(len(results)), failures=str(failures))
    for result in results:
        case = ET.SubElement(suite, "testcase", classname="call-off", name=result.source)
        if result.refused:
            failure = ET.SubElement(case, "failure", message=result.words)
            failure.text = "\n".join(str(finding) for finding in result.findings)
        else:
            ET.SubElement(case, "system-out").text = result.words
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def as_sarif(results: tuple[CallOffResult, ...]) -> str:
    """SARIF 2.1.0: findings with their places, for code review."""
    findings = [finding for result in results for finding in result.findings]
    rules = sorted({finding.rule for finding in findings})
    content = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "turnup", "rules": [{"id": rule} for rule in rules]}},
                "results": [_sarif_result(finding) for finding in findings],
            }
        ],
    }
    return json.dumps(content, indent=2) + "\n"


def _sarif_result(finding: Finding) -> dict[str, object]:
    place = {"artifactLocation": {"uri": finding.file}, "region": {"startLine": max(finding.line, 1)}}
    return {
        "ruleId": finding.rule,
        "level": "error" if finding.severity is Severity.ERROR else "warning",
        "message": {"text": str(finding)},
        "locations": [{"physicalLocation": place}],
    }


FORMATS: Mapping[str, Callable[[tuple[CallOffResult, ...]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
}
"""The writer of each format."""
