"""Commands of a Junos device, in operational mode and in configuration mode."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lab.simulated.faults import LoseConfirm
from lab.simulated.grammar import Refusal
from lab.simulated.hangup import Hangup, end_session
from lab.simulated.junos.bgp import bgp_summary
from lab.simulated.junos.commits import Commits, Refused
from lab.simulated.junos.compare import compared
from lab.simulated.junos.config_mode import ConfigMode
from lab.simulated.junos.configuration import JunosConfiguration
from lab.simulated.junos.shows import SHOWS
from lab.simulated.junos.tree import StatementError, path_of, slot, tokens_of

if TYPE_CHECKING:
    from lab.simulated.terminal import Terminal

_COMMIT = re.compile(
    r"commit(?P<check> check)?(?P<confirmed> confirmed(?: (?P<minutes>\d+))?)?(?: comment (?P<comment>\".*?\"|\S+))?"
    r"(?P<quit> and-quit)?"
)
_USUAL_MINUTES = 10
REBOOT_MINUTES = 0.5


def commits_of(terminal: Terminal) -> Commits:
    """The commits of the device that a terminal is on."""
    commits = terminal.device.revert
    assert isinstance(commits, Commits)
    return commits


def config_mode(terminal: Terminal) -> ConfigMode | None:
    """The configuration mode of a session, if it is in it."""
    editor = terminal.editor
    return editor if isinstance(editor, ConfigMode) else None


async def run_command(terminal: Terminal, line: str) -> None:
    """Run a command."""
    mode = config_mode(terminal)
    command, *pipes = (each.strip() for each in line.strip().split("|"))
    try:
        if mode is None:
            await _operational(terminal, command, pipes)
        else:
            await _configuration(terminal, mode, command, pipes)
    except Refused as refused:
        terminal.say(str(refused))
    except Refusal as refusal:
        terminal.say(terminal.device.system.refused(refusal, line, 0))


async def _operational(terminal: Terminal, command: str, pipes: list[str]) -> None:
    words = command.split()
    if words[0] == "configure" and len(words) < 3 and "".join(words[1:]) in ("", "private", "exclusive"):
        _enter(terminal, words[1] if len(words) > 1 else "shared")
    elif words[:2] == ["set", "cli"]:
        terminal.say(_set_cli(terminal, words[2:]))
    elif words[0] in ("exit", "quit"):
        raise Hangup
    elif words[:2] == ["show", "configuration"]:
        await terminal.page(_shown(terminal.device.running, words[2:], pipes, terminal.device.running))
    elif words[:4] == ["request", "system", "logout", "pid"] and len(words) == 5:
        if not commits_of(terminal).log_out(words[4]):
            raise Refused(f"error: no login process with pid {words[4]}\n")
    elif words[:3] == ["request", "system", "reboot"]:
        await _reboot(terminal)
    elif words[:4] == ["show", "bgp", "summary", "instance"] and len(words) == 5:
        await terminal.page(_filtered(bgp_summary(terminal.device, words[4]), pipes))
    elif words[0] == "show":
        answer = SHOWS.get(" ".join(words[1:]))
        if answer is None:
            raise Refusal("syntax error, expecting <command>.", len("show "))
        await terminal.page(_filtered(answer(terminal.device), pipes))
    else:
        raise Refusal("unknown command.", 0)


def _set_cli(terminal: Terminal, words: list[str]) -> str:
    if len(words) == 2 and words[0] == "screen-length" and words[1].isdigit():
        terminal.page_lines = int(words[1])
        return f"Screen length set to {words[1]}\n"
    if len(words) == 2 and words[0] == "screen-width" and words[1].isdigit():
        return f"Screen width set to {words[1]}\n"
    if words == ["complete-on-space", "off"]:
        return "Disabling complete-on-space\n"
    raise Refusal("syntax error, expecting <command>.", len("set cli "))


async def _reboot(terminal: Terminal) -> None:
    if (await terminal.ask("Reboot the system ? [yes,no] (no) ")).strip() == "yes":
        terminal.device.restart(REBOOT_MINUTES * terminal.device.minute_seconds)
        raise Hangup


def _enter(terminal: Terminal, form: str) -> None:
    mode = commits_of(terminal).enter(form, terminal.user)
    terminal.editor = mode
    if form != "shared":
        terminal.say("warning: uncommitted changes will be discarded on exit\n")
    terminal.say("Entering configuration mode\n")
    if form == "shared" and commits_of(terminal).shared is not None:
        terminal.say("The configuration has been changed but not committed\n")


async def _configuration(terminal: Terminal, mode: ConfigMode, command: str, pipes: list[str]) -> None:
    words = command.split()
    if words[0] == "run" and len(words) > 1:
        await _operational(terminal, command.removeprefix("run").strip(), pipes)
    elif words[0] == "show":
        active = terminal.device.running
        await terminal.page(_shown(mode.configuration, words[1:], pipes, active))
    elif words[0] == "commit":
        _commit(terminal, mode, command)
    elif words[0] == "rollback" and len(words) < 3:
        _roll_back(terminal, mode, int(words[1]) if len(words) > 1 else 0)
    elif words[0] == "load" and len(words) == 3 and words[1] in ("set", "merge", "override") and words[2] == "terminal":
        terminal.say(mode.load(words[1]))
    elif words[0] in ("exit", "quit"):
        await _exit(terminal, mode)
    elif words[0] == "top":
        return
    else:
        raise Refusal("unknown command.", 0)


def _commit(terminal: Terminal, mode: ConfigMode, command: str) -> None:
    found = _COMMIT.fullmatch(command)
    if found is None:
        raise Refusal("syntax error.", len("commit "))
    commits = commits_of(terminal)
    lost = terminal.device.fault(LoseConfirm)
    if lost and commits.is_pending and not mode.is_modified():
        if lost.drop:
            end_session(terminal)
        terminal.say("commit complete\n")
        return
    if found["check"]:
        terminal.say(commits.check(mode.configuration))
        return
    minutes = int(found["minutes"] or _USUAL_MINUTES) if found["confirmed"] else 0
    terminal.say(commits.commit(mode, minutes=minutes, comment=(found["comment"] or "").strip('"')))
    if found["quit"]:
        _leave(terminal, mode)


def _roll_back(terminal: Terminal, mode: ConfigMode, number: int) -> None:
    history = commits_of(terminal).history
    if number >= len(history):
        raise Refused(f"error: could not open configuration file: /config/juniper.conf.{number}\n")
    found = history[number].configuration if number else terminal.device.running
    mode.configuration = found.copy()
    mode.edited()
    terminal.say("load complete\n")


async def _exit(terminal: Terminal, mode: ConfigMode) -> None:
    if mode.is_modified():
        terminal.say("The configuration has been changed but not committed\n")
        answer = await terminal.ask("Exit with uncommitted changes? [yes,no] (yes) ")
        if answer.strip() not in ("", "yes"):
            return
    _leave(terminal, mode)


def _leave(terminal: Terminal, mode: ConfigMode) -> None:
    commits_of(terminal).leave(mode)
    terminal.editor = None
    terminal.say("Exiting configuration mode\n")


def _shown(configuration: JunosConfiguration, path: list[str], pipes: list[str], active: JunosConfiguration) -> str:
    """A configuration, or what stands below a path of it, through the pipes."""
    how = [" ".join(each.split()) for each in pipes]
    if "compare" in how:
        return "".join(f"{line}\n" for line in compared(active.root, configuration.root))
    if "display set" in how:
        lines = configuration.lines()
        start = " ".join(path)
        kept = [line for line in lines if not start or f"{line.partition(' ')[2]} ".startswith(f"{start} ")]
        return _filtered("".join(f"{line}\n" for line in kept), how)
    if not path:
        return _filtered(configuration.text(), how)
    try:
        steps = path_of(configuration.root.rule, tokens_of(" ".join(path)), partly=True)
    except StatementError as error:
        raise Refusal("syntax error.", 0) from error
    found = configuration.root.find(*(slot(rule, words) for rule, words in steps))
    return _filtered(JunosConfiguration(found).text() if found else "", how)


def _filtered(text: str, pipes: list[str]) -> str:
    """Pass an answer through `match`, `except` and `count`; `no-more` changes nothing."""
    for pipe in pipes:
        verb, _, pattern = pipe.strip().partition(" ")
        lines, wanted = text.splitlines(), re.compile(pattern.strip('"'))
        if verb == "match":
            text = "".join(f"{line}\n" for line in lines if wanted.search(line))
        elif verb == "except":
            text = "".join(f"{line}\n" for line in lines if not wanted.search(line))
        elif verb == "count":
            text = f"Count: {len(lines)} lines\n"
    return text
