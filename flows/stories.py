"""How pushes that were look in a terminal, and what they are in JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from rich.text import Text

from flows.console import err, out, print_diff, print_whole, table
from turnup.findings import counted, in_one_line
from turnup.redact import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tasks.devices.outcome import StageTime
    from tasks.devices.transcript import Exchange
    from tasks.history import Evidence, PushStory
    from tasks.ledger import CheckRecord

BAR_CELLS = 32
NOT_ENDED = "not ended"
"""What stands for an outcome where a run stopped in the middle, or goes on now."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Which evidence somebody asked for."""

    transcript: bool = False
    before: bool = False
    after: bool = False
    diff: bool = False
    owned: bool = False
    checks: bool = False

    @property
    def any(self) -> bool:
        """Whether it is more than the summary."""
        return self.transcript or self.before or self.after or self.diff or self.owned or self.checks


def show_run(stories: Sequence[PushStory], checks: Sequence[CheckRecord] = ()) -> None:
    """Print the devices of a run with their outcomes, and which service checks failed."""
    out.print(_run_line(stories[0]))
    columns = ("site", "device", "outcome", "lines pushed", "seconds", "sent", "received")
    out.print(table("", columns, (_row(story) for story in stories)))
    for story in stories:
        if story.settles:
            out.print(Text(f"{story.change.site} {story.change.device}: settle it with `{story.settles}`"))
    _show_check_count(checks)
    err.print(f"More: turnup show {stories[0].attempt.reference} --device DEVICE")


def _latest(checks: Sequence[CheckRecord]) -> tuple[CheckRecord, ...]:
    """The last answer to each check: what failed at first may have come."""
    return tuple({(each.device, each.service_line, each.title): each for each in checks}.values())


def _show_check_count(checks: Sequence[CheckRecord]) -> None:
    latest = _latest(checks)
    if failed := tuple(each for each in latest if not each.passed):
        _show_checks(failed)
    if latest:
        out.print(f"{counted(len(latest), 'service check')}, {len(latest) - len(failed)} passed")


def _show_checks(checks: Sequence[CheckRecord]) -> None:
    columns = ("service line", "device", "check", "expected", "actual", "at")
    rows = (
        (each.service_line, each.device, each.title, each.expected, each.actual or "nothing of it", each.stage)
        for each in checks
    )
    print_whole(table("", columns, rows))


def _run_line(story: PushStory) -> str:
    run = story.attempt
    at = run.at.strftime("%Y-%m-%d %H:%M:%S")
    return (
        f"{run.reference} r{story.revision}, attempt {run.number}, plan {run.plan_hash[:12]}, {run.executor}, {at} UTC"
    )


def _outcome(story: PushStory) -> str:
    return story.record.outcome if story.record is not None else NOT_ENDED


def _row(story: PushStory) -> tuple[str, ...]:
    pushed = str(story.record.lines_pushed) if story.record is not None else ""
    place = (story.change.site, story.change.device, _outcome(story), pushed)
    if not story.stages:
        return (*place, "", "", "")
    sent, received = (sum(each) for each in zip(*((s.sent, s.received) for s in story.stages), strict=True))
    return (*place, f"{_end(story.stages):.3f}", str(sent), str(received))


def _end(stages: Iterable[StageTime]) -> float:
    return max(each.started + each.seconds for each in stages)


def show_story(story: PushStory, evidence: Evidence, parts: Parts) -> None:
    """Print one push: a summary, or the evidence that was asked for and nothing else."""
    if not parts.any:
        _show_summary(story, evidence)
        return
    if parts.transcript:
        _show_transcript(evidence.transcript)
    for wanted, moment, text in ((parts.before, "before", evidence.before), (parts.after, "after", evidence.after)):
        if wanted and text is None:
            err.print(Text(f"{_why_none(story)}: no configuration {moment} it was kept"))
        elif wanted and text is not None:
            out.print(Text(_plain(text)), end="")
    if parts.diff:
        print_diff(_diff(story, evidence))
    if parts.checks:
        _show_checks(evidence.checks)
    if parts.owned:
        for fragment in evidence.owned:
            out.print(Text(f"! {fragment.service_line}\n{_plain(fragment.text)}"), end="")


def _why_none(story: PushStory) -> str:
    return f"{story.change.site} {story.change.device}, attempt {story.attempt.number}: {_outcome(story)}"


def _show_summary(story: PushStory, evidence: Evidence) -> None:
    change, record = story.change, story.record
    pushed = f", {counted(record.lines_pushed, 'line')} pushed" if record is not None else ""
    out.print(_run_line(story))
    out.print(Text(f"{change.site} {change.device} ({change.platform}): {_outcome(story)}{pushed}"))
    if record is not None and record.detail:
        out.print(Text(in_one_line(redact(record.detail))))
    if story.settles:
        out.print(Text(f"Nobody knows yet what it has. Settle it: {story.settles}"))
    if story.stages:
        columns = ("stage", "at", "seconds", "sent", "received", "")
        end = _end(story.stages)
        print_whole(table("", columns, (_stage_row(stage, end) for stage in story.stages)))
    sessions = len({each.session for each in evidence.transcript})
    words = [f"{counted(sessions, 'session')}, {counted(len(evidence.transcript), 'exchange')}"]
    words += [
        f"{change.command_count} commands planned, {len(change.adds)} lines to add, {len(change.removes)} to remove"
    ]
    words += [f"{fragment.service_line}: {counted(_size(fragment.text), 'line')} owned" for fragment in evidence.owned]
    for line in words:
        out.print(Text(line))
    _show_check_count(evidence.checks)


def _size(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip() not in ("", "!"))


def _stage_row(stage: StageTime, end: float) -> tuple[str, ...]:
    return (
        stage.stage,
        f"{stage.started:.3f}",
        f"{stage.seconds:.3f}",
        str(stage.sent),
        str(stage.received),
        _bar(stage, end),
    )


def _bar(stage: StageTime, end: float) -> str:
    """Where a stage lies in the whole of the push, and how long it is."""
    scale = BAR_CELLS / end if end else 0.0
    offset = min(round(stage.started * scale), BAR_CELLS - 1)
    return " " * offset + "█" * max(1, min(round(stage.seconds * scale), BAR_CELLS - offset))


def _show_transcript(exchanges: tuple[Exchange, ...]) -> None:
    """Print what was typed behind `>` and what was answered behind `<`; nothing of it can paint the terminal."""
    if not exchanges:
        err.print("Nothing was said to it.")
    for each in exchanges:
        broken = f", broken off: {each.broken}" if each.broken else ""
        head = f"--- {each.stage}, session {each.session}, at {each.started:.3f} for {each.seconds:.3f} s{broken}"
        out.print(Text(head, style="bold"))
        for mark, text in ((">", each.sent), ("<", each.received)):
            for line in text.splitlines():
                out.print(Text(f"{mark} {in_one_line(line)}"))


def _plain(text: str) -> str:
    """A configuration as people may see it: secrets redacted, and nothing that paints a terminal."""
    return "".join(f"{in_one_line(line)}\n" for line in redact(text).splitlines())


def _diff(story: PushStory, evidence: Evidence) -> str:
    if evidence.before is None or evidence.after is None:
        missing = "before" if evidence.before is None else "after"
        err.print(Text(f"{_why_none(story)}: no configuration {missing} it was kept"))
        return ""
    former, latter = (_plain(text).splitlines(keepends=True) for text in (evidence.before, evidence.after))
    names = (f"{story.change.device} before", f"{story.change.device} after")
    return "".join(unified_diff(former, latter, *names))


def run_json(stories: Sequence[PushStory], checks: Sequence[CheckRecord] = ()) -> dict[str, Any]:
    """A run as `--json` prints it."""
    devices = [_place(story) for story in stories]
    return {**_run(stories[0]), "devices": devices, "service_checks": [_check(each) for each in checks]}


def _check(check: CheckRecord) -> dict[str, Any]:
    return {**asdict(check), "at": check.at.isoformat()}


def _run(story: PushStory) -> dict[str, Any]:
    run = story.attempt
    return {
        "call_off": run.reference,
        "revision": story.revision,
        "attempt": run.number,
        "plan_hash": run.plan_hash,
        "executor": run.executor,
        "began": run.at.isoformat(),
    }


def _place(story: PushStory) -> dict[str, Any]:
    record = story.record
    return {
        "site": story.change.site,
        "device": story.change.device,
        "platform": str(story.change.platform),
        "outcome": record.outcome if record is not None else None,
        "detail": redact(record.detail) if record is not None else "",
        "lines_pushed": record.lines_pushed if record is not None else 0,
        "settles": story.settles or None,
        "timeline": [asdict(stage) for stage in story.stages],
    }


def story_json(story: PushStory, evidence: Evidence, parts: Parts) -> dict[str, Any]:
    """One push as `--json` prints it, with the evidence that was asked for."""
    told: dict[str, Any] = {**_run(story), **_place(story)}
    told["owned"] = {each.service_line: _size(each.text) for each in evidence.owned}
    told["service_checks"] = [_check(each) for each in evidence.checks]
    if parts.transcript:
        told["transcript"] = [asdict(each) for each in evidence.transcript]
    if parts.before:
        told["before"] = redact(evidence.before) if evidence.before is not None else None
    if parts.after:
        told["after"] = redact(evidence.after) if evidence.after is not None else None
    if parts.diff:
        told["diff"] = _diff(story, evidence)
    if parts.owned:
        told["owned_lines"] = {each.service_line: redact(each.text) for each in evidence.owned}
    return told
