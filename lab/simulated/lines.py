"""What happens to a line that was typed: delays and faults first, then the editor or the exec."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lab.simulated.faults import AcceptButIgnore, Chatter, DropAtLine, HangAt, RejectLine, matches
from lab.simulated.grammar import Refusal
from lab.simulated.hangup import end_session

if TYPE_CHECKING:
    from lab.simulated.terminal import Terminal


async def run_line(terminal: Terminal, line: str) -> None:
    """Handle one line that was typed, faults included.

    Raises:
        hangup.Hangup: the session ends here.
    """
    editor = terminal.editor
    if editor is not None and editor.collecting and not (editor.judges_what_it_collects and line.strip("\x04 ")):
        terminal.say(editor.take(line))
    elif editor is not None and editor.collecting:
        await _run(terminal, line, editor)
    elif line.strip() and not line.lstrip().startswith(terminal.device.system.comment):
        await _run(terminal, line, None if terminal.device.system.is_command(line) else editor)


async def _run(terminal: Terminal, line: str, editor: Any) -> None:
    device = terminal.device
    if device.answer_delay:
        terminal.flush()
        await asyncio.sleep(device.answer_delay)
    device.revert.touch()
    (device.commands_received if editor is None else device.lines_received).append(line.strip())
    drop = _drop_at(terminal, line, counted=editor is not None)
    if drop and drop.before:
        end_session(terminal)
    await _hang_at(terminal, line)
    chatter = device.fault(Chatter)
    if chatter and matches(chatter.at, line):
        terminal.say(f"\n{chatter.words}\n")
    if not _is_spoilt(terminal, line):
        await (device.system.run_command(terminal, line) if editor is None else _configure(terminal, editor, line))
    if drop:
        end_session(terminal)


def _drop_at(terminal: Terminal, line: str, *, counted: bool) -> DropAtLine | None:
    device = terminal.device
    number = len(device.lines_received) - device.lines_before_fault
    for fault in device.faults:
        if isinstance(fault, DropAtLine) and (
            matches(fault.at, line) if isinstance(fault.at, str) else counted and number == fault.at
        ):
            return fault
    return None


async def _hang_at(terminal: Terminal, line: str) -> None:
    for fault in terminal.device.faults:
        if isinstance(fault, HangAt) and matches(fault.pattern, line):
            terminal.flush()
            await asyncio.Event().wait()


def _is_spoilt(terminal: Terminal, line: str) -> bool:
    for fault in terminal.device.faults:
        collects = terminal.editor is not None and terminal.editor.collecting
        if isinstance(fault, AcceptButIgnore) and matches(fault.pattern, line):
            if collects:
                terminal.editor.ignore()
            else:
                terminal.say(terminal.device.system.accepted)
            return True
        if isinstance(fault, RejectLine) and matches(fault.pattern, line):
            if collects:
                terminal.editor.refuse(fault.words, line)
                return True
            terminal.say(terminal.device.system.refused(Refusal(fault.words), line, len(terminal.prompt)))
            return True
    return False


async def _configure(terminal: Terminal, editor: Any, line: str) -> None:
    device, indent = terminal.device, len(terminal.prompt)
    if not await device.system.may_configure(terminal, line):
        return
    try:
        terminal.say(editor.take(line) + device.system.accepted)
        if editor.configuration is device.running:
            device.changed(terminal.user)
    except Refusal as refusal:
        terminal.say(device.system.refused(refusal, line, indent))
