"""The commands of Arista EOS, and how they are abbreviated."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from lab.simulated.editor import Editor
from lab.simulated.eos.sessions import ConfigSession, ConfigSessions
from lab.simulated.eos.shows import SHOWS, configuration_header
from lab.simulated.faults import ConfigurationLocked, FullFlash, LoseConfirm
from lab.simulated.filters import filtered
from lab.simulated.grammar import INCOMPLETE, Refusal
from lab.simulated.hangup import Hangup, end_session

if TYPE_CHECKING:
    from lab.simulated.terminal import Terminal

NO_ROOM = "% Error copying system:/running-config to flash:/startup-config (No space left on device)\n"
RELOAD_MINUTES = 2
_TIMER = re.compile(r"(\d+):([0-5]?\d):([0-5]?\d)")


def sessions_of(terminal: Terminal) -> ConfigSessions:
    """The configuration sessions of an EOS device."""
    sessions = terminal.device.revert
    assert isinstance(sessions, ConfigSessions)
    return sessions


def session_name(terminal: Terminal) -> str:
    """Name of the configuration session that a login stands in; empty in plain configuration mode."""
    session = _here(terminal)
    return session.name if session else ""


def _here(terminal: Terminal) -> ConfigSession | None:
    if terminal.editor is None:
        return None
    configuration = terminal.editor.configuration
    return next((each for each in sessions_of(terminal).pending if each.configuration is configuration), None)


async def run_command(terminal: Terminal, line: str) -> None:
    """Run a command; in configuration mode `do COMMAND` is the command too."""
    typed = line.strip().removeprefix("do ") if terminal.editor is not None else line.strip()
    command, _, how = typed.partition("|")
    words = command.split()
    try:
        for pattern, privilege, handler in COMMANDS:
            if _abbreviates(words, pattern) and terminal.privilege >= privilege:
                await handler(terminal, words[len(pattern) :], how)
                return
        raise Refusal("", 0)
    except Refusal as refusal:
        terminal.say(terminal.device.system.refused(refusal, line, len(terminal.prompt)))


def _abbreviates(words: list[str], pattern: tuple[str, ...]) -> bool:
    pairs = zip(words, pattern, strict=False)
    return len(words) >= len(pattern) and all(full.startswith(word.lower()) for word, full in pairs)


async def _show(terminal: Terminal, words: list[str], how: str) -> None:
    answer = _shown(terminal, words)
    await terminal.page(filtered(answer, how) if how else answer)


def _shown(terminal: Terminal, words: list[str]) -> str:
    if not words:
        raise Refusal(INCOMPLETE)
    if _abbreviates(words, ("configuration", "sessions")):
        return sessions_of(terminal).shown(session_name(terminal))
    if "session-config".startswith(words[0]) and len(words[0]) > 2:
        return _session_config(terminal, words[1:])
    for name, answer in SHOWS.items():
        pattern = tuple(name.split())
        if len(words) == len(pattern) and _abbreviates(words, pattern):
            if name.endswith("-config") and terminal.privilege < 15:
                raise Refusal("", len("show "))
            return answer(terminal.device)
    raise Refusal("", len("show "))


def _session_config(terminal: Terminal, words: list[str]) -> str:
    """`show session-config [named S] [diffs]`."""
    sessions = sessions_of(terminal)
    session = _here(terminal)
    if words and "named".startswith(words[0]) and len(words) > 1:
        session = next((each for each in sessions.pending if each.name == words[1]), None)
        words = words[2:]
    if session is None:
        raise Refusal("% Not in a configuration session\n")
    if words and "diffs".startswith(words[0]):
        return sessions.diffs(session)
    text = terminal.device.system.configuration_text(session.configuration.lines())
    return configuration_header(terminal.device, "show session-config") + text


async def _terminal(terminal: Terminal, words: list[str], _: str) -> None:
    if len(words) == 2 and "length".startswith(words[0]) and words[1].isdigit():
        terminal.page_lines = int(words[1])
        terminal.say("Pagination disabled.\n" if words[1] == "0" else f"Pagination set to {words[1]} lines.\n")
    elif len(words) == 2 and "width".startswith(words[0]) and words[1].isdigit():
        terminal.say(f"Width set to {words[1]} columns.\n")
    else:
        raise Refusal(INCOMPLETE)


async def _enable(terminal: Terminal, _words: list[str], _how: str) -> None:
    wanted = terminal.device.spec.enable_password
    if terminal.privilege == 15 or not wanted or await terminal.ask("Password: ", echo=False) == wanted:
        terminal.privilege = 15
        return
    terminal.say("% Access denied\n")


async def _disable(terminal: Terminal, _words: list[str], _how: str) -> None:
    terminal.privilege = 1


async def _exit(terminal: Terminal, _words: list[str], _how: str) -> None:
    if terminal.editor is None:
        raise Hangup
    session = _here(terminal)
    if not terminal.editor.leave():
        _leave(terminal, session)


async def _end(terminal: Terminal, _words: list[str], _how: str) -> None:
    if terminal.editor is not None:
        _leave(terminal, _here(terminal))


def _leave(terminal: Terminal, session: ConfigSession | None) -> None:
    """Leave configuration mode; a session that was not committed stays."""
    terminal.editor = None
    if session is None:
        message = f"%SYS-5-CONFIG_I: Configured from console by {terminal.user} on vty4 (127.0.0.1)"
        terminal.device.write_log(message)


async def _configure_terminal(terminal: Terminal, _words: list[str], _how: str) -> None:
    _check_lock(terminal)
    terminal.editor = Editor(terminal.device.running)


def _check_lock(terminal: Terminal) -> None:
    if locked := terminal.device.fault(ConfigurationLocked):
        raise Refusal(f"% Unable to run this command: configuration is locked by {locked.user} on vty2\n")


async def _configure_session(terminal: Terminal, words: list[str], _: str) -> None:
    """`configure session [S [abort | commit [timer hh:mm:ss]]]`."""
    sessions, verb = sessions_of(terminal), words[1] if len(words) > 1 else ""
    if verb and "abort".startswith(verb):
        sessions.abort(words[0], terminal.user)
    elif verb and "commit".startswith(verb):
        await _commit_named(terminal, words[0], words[2:])
    elif verb:
        raise Refusal("", len("configure session ") + len(words[0]) + 1)
    else:
        _check_lock(terminal)
        session = sessions.enter(words[0] if words else "")
        terminal.editor = Editor(session.configuration)


async def _commit_named(terminal: Terminal, name: str, words: list[str]) -> None:
    sessions = sessions_of(terminal)
    lost = terminal.device.fault(LoseConfirm)
    if lost and sessions.is_pending:
        if lost.drop:
            end_session(terminal)
        return
    sessions.commit(name, terminal.user, _seconds(words))


def _seconds(words: list[str]) -> float:
    """The length of `timer hh:mm:ss`; 0 without one."""
    if not words:
        return 0.0
    found = _TIMER.fullmatch(words[1]) if len(words) == 2 and "timer".startswith(words[0]) else None
    if found is None:
        raise Refusal(INCOMPLETE)
    hours, minutes, seconds = (int(each) for each in found.groups())
    return hours * 3600.0 + minutes * 60 + seconds


async def _commit(terminal: Terminal, words: list[str], _: str) -> None:
    session = _here(terminal)
    if session is None:
        raise Refusal("", 0)
    sessions_of(terminal).commit(session.name, terminal.user, _seconds(words))
    terminal.editor = None


async def _abort(terminal: Terminal, _words: list[str], _how: str) -> None:
    session = _here(terminal)
    if session is None:
        raise Refusal("", 0)
    sessions_of(terminal).abort(session.name, terminal.user)
    terminal.editor = None


async def _write(terminal: Terminal, _words: list[str], _how: str) -> None:
    _save(terminal)


async def _copy(terminal: Terminal, words: list[str], _how: str) -> None:
    if len(words) != 2 or not _abbreviates(words, ("running-config", "startup-config")):
        raise Refusal("", len("copy "))
    _save(terminal)


def _save(terminal: Terminal) -> None:
    if terminal.device.fault(FullFlash):
        terminal.say(NO_ROOM)
        return
    terminal.device.save()
    terminal.device.write_log(
        f"%SYS-5-CONFIG_STARTUP: Startup config saved from system:/running-config by {terminal.user}"
    )
    terminal.say("Copy completed successfully.\n")


async def _reload(terminal: Terminal, _words: list[str], _how: str) -> None:
    if terminal.device.is_modified():
        answer = await terminal.ask("System configuration has been modified. Save? [yes/no/cancel/diff]:")
        if answer.startswith("c"):
            return
        if answer.startswith("y"):
            _save(terminal)
    if await terminal.ask_key("Proceed with reload? [confirm]") in "\ny":
        terminal.device.restart(RELOAD_MINUTES * terminal.device.minute_seconds)
        raise Hangup


async def _nothing(_terminal: Terminal, _words: list[str], _how: str) -> None:
    return


Command = Callable[["Terminal", list[str], str], Awaitable[None]]
COMMANDS: tuple[tuple[tuple[str, ...], int, Command], ...] = (
    (("show",), 1, _show),
    (("terminal",), 1, _terminal),
    (("enable",), 1, _enable),
    (("exit",), 1, _exit),
    (("logout",), 1, _exit),
    (("end",), 1, _end),
    (("disable",), 1, _disable),
    (("abort",), 15, _abort),
    (("commit",), 15, _commit),
    (("configure", "session"), 15, _configure_session),
    (("configure", "terminal"), 15, _configure_terminal),
    (("configure",), 15, _configure_terminal),
    (("write",), 15, _write),
    (("copy",), 15, _copy),
    (("reload",), 15, _reload),
    (("clear",), 15, _nothing),
)
"""Words, privilege level and what they do."""
