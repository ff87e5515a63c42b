"""`turnup show`: what was done to devices, and the evidence of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.completion import complete_device
from flows.commands.order import CallOffArgument, JsonOption
from flows.console import err, out, print_json
from flows.settings import workspace
from flows.stories import Parts, run_json, show_run, show_story, story_json
from turnup.errors import TurnupError

if TYPE_CHECKING:
    from tasks.ledger import Ledger


def show(
    call_off: CallOffArgument,
    device: Annotated[
        str, typer.Option(help="device to show; the list of all unless given", autocompletion=complete_device)
    ] = "",
    site: Annotated[str, typer.Option(help="site for which it was changed, where there are several")] = "",
    attempt: Annotated[int, typer.Option(help="number of the delivery's run; the last one unless given", min=0)] = 0,
    transcript: Annotated[bool, typer.Option("--transcript", help="what was said to the device, word by word")] = False,
    before: Annotated[bool, typer.Option("--before", help="its configuration before the push")] = False,
    after: Annotated[bool, typer.Option("--after", help="its configuration after the push")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="the difference of the two")] = False,
    owned: Annotated[bool, typer.Option("--owned", help="the lines that are Turnup's there since")] = False,
    checks: Annotated[bool, typer.Option("--checks", help="what it answered to service checks")] = False,
    json: JsonOption = False,
) -> None:
    """Show what a delivery did to its devices: outcomes, how long each stage took, what was said, before and after.

    Reads the ledger only. Secrets were redacted before anything was kept.

    Example: turnup show LBHF-2026-0042 --device HF-LIB-01-SW1 --transcript
    """
    from flows.commands.status import known_reference
    from tasks.history import attempt_of, checks_of, evidence_of, stories_of

    parts = Parts(transcript, before, after, diff, owned, checks)
    if parts.any and not device:
        remedy = f"Name it: turnup show {call_off} --device DEVICE"
        raise TurnupError("--device", "the device whose evidence is wanted", "none", remedy)
    ledger = _ledger()
    run, plan = attempt_of(ledger, known_reference(ledger, call_off), attempt, device)
    stories = stories_of(ledger, run, plan, device, site)
    if not device:
        answered = checks_of(ledger, run)
        print_json(run_json(stories, answered)) if json else show_run(stories, answered)
        return
    told = [(story, evidence_of(ledger, story)) for story in stories]
    if json:
        print_json([story_json(story, evidence, parts) for story, evidence in told])
        return
    for story, evidence in told:
        show_story(story, evidence, parts)
    if not parts.any:
        err.print("More: --transcript, --before, --after, --diff, --owned, --checks")
        if len(told) > 1:
            out.print(f"{device} was changed for {len(told)} sites: --site SITE shows one of them.")


def _ledger() -> Ledger:
    from tasks.steps.workbench import ledger_at

    return ledger_at(workspace().ledger)
