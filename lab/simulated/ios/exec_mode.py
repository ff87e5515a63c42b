"""The exec commands of a device, and how they are abbreviated."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from lab.simulated.arguments import interface_name
from lab.simulated.editor import Editor
from lab.simulated.faults import INVALID, ConfigurationLocked, FullFlash, LoseConfirm
from lab.simulated.filters import filtered
from lab.simulated.grammar import INCOMPLETE, Refusal
from lab.simulated.hangup import Hangup, end_session
from lab.simulated.ios.revert import ArchiveTimer
from lab.simulated.ios.shows import NAMED, OF_KIND, SHOWS, bgp_summary
from lab.simulated.kinds import DeviceKind

if TYPE_CHECKING:
    from lab.simulated.terminal import Terminal

ENTER_CONFIG = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
NO_ROOM = "%Error opening nvram:/startup-config (No space left on device)\n"
RELOAD_MINUTES = 2
_UNKNOWN = """\
Translating "{0}"
% Bad IP address or host name
% Unknown command or computer name, or unable to find computer address
"""


def refused(refusal: Refusal, indent: int) -> str:
    """What the device prints for a refusal: its words, or a caret under the word it did not understand."""
    if refusal.words:
        return refusal.words + ("\n" if refusal.words == INCOMPLETE else "")
    return f"{' ' * (indent + refusal.column)}^\n{INVALID}\n\n"


async def run_command(terminal: Terminal, line: str) -> None:
    """Run an exec command; in configuration mode `end`, `exit` and `do COMMAND`."""
    if terminal.editor is not None:
        verb = line.split(maxsplit=1)[0]
        if verb == "end" or (verb != "do" and not terminal.editor.leave()):
            _leave_config(terminal)
        if verb != "do":
            return
        line = line.split("do", 1)[1]
    command, _, how = line.partition("|")
    words = command.split()
    try:
        for pattern, privilege, handler in COMMANDS:
            if _abbreviates(words, pattern) and terminal.privilege >= privilege:
                await handler(terminal, words[len(pattern) :], how)
                return
        _unknown(terminal, line, words)
    except Refusal as refusal:
        terminal.say(refused(refusal, len(terminal.prompt)))


def _timer_of(terminal: Terminal) -> ArchiveTimer:
    """The revert timer of an IOS device."""
    timer = terminal.device.revert
    assert isinstance(timer, ArchiveTimer)
    return timer


def _abbreviates(words: list[str], pattern: tuple[str, ...]) -> bool:
    pairs = zip(words, pattern, strict=False)
    return len(words) >= len(pattern) and all(full.startswith(word.lower()) for word, full in pairs)


def _unknown(terminal: Terminal, line: str, words: list[str]) -> None:
    known = {pattern[0] for pattern, _, _ in COMMANDS if pattern[0].startswith(words[0])}
    if not known and len(words) == 1:
        terminal.say(_UNKNOWN.format(words[0]))
    elif len(known) > 1 and words[0] not in known:
        raise Refusal(f'% Ambiguous command:  "{line.strip()}"\n')
    elif known and len(words) == 1:
        raise Refusal(f'% Type "{words[0]} ?" for a list of subcommands\n')
    else:
        raise Refusal("", line.find(words[1 if known else 0]))


def _leave_config(terminal: Terminal) -> None:
    terminal.editor = None
    terminal.device.write_log(f"%SYS-5-CONFIG_I: Configured from console by {terminal.user} on vty0 (127.0.0.1)")


async def _show(terminal: Terminal, words: list[str], how: str) -> None:
    device = terminal.device
    typed = " ".join(words)
    if found := re.match(r"ip bgp vpnv4 vrf (\S+) (?:summary|su\w*)$", typed):
        answer = bgp_summary(device, found.group(1))
    else:
        answer = _plain_show(terminal, words)
    if how:
        answer = filtered(answer, how)
    await terminal.page(answer)


def _plain_show(terminal: Terminal, words: list[str]) -> str:
    if not words:
        raise Refusal('% Type "show ?" for a list of subcommands\n')
    if "configuration".startswith(words[0]) and len(words[0]) > 3:
        words = ["startup-config"]
    kind = terminal.device.spec.kind
    for name, named in NAMED.get(kind, {}).items():
        if len(words) == len(name.split()) + 1 and _abbreviates(words, tuple(name.split())):
            return named(terminal.device, words[-1])
    for name, answer in {**SHOWS, **OF_KIND.get(kind, {})}.items():
        pattern = tuple(name.split())
        if len(words) == len(pattern) and _abbreviates(words, pattern):
            privileged = name.endswith("-config") or name.startswith("archive")
            foreign = "vlan" in name and kind is DeviceKind.ROUTER
            if foreign or (privileged and terminal.privilege < 15):
                raise Refusal("", len("show "))
            return answer(terminal.device)
    if "running-config".startswith(words[0]) and len(words) > 1:
        return _running_part(terminal, words[1:])
    raise Refusal("", len("show "))


def _running_part(terminal: Terminal, words: list[str]) -> str:
    lines = terminal.device.running_text()
    if words[0].startswith("int") and len(words) > 1:
        name = interface_name("".join(words[1:])) or ""
        if terminal.device.running.root.get("interface", name) is None:
            raise Refusal("", len("show running-config interface "))
        part = filtered(lines, f"section ^interface {re.escape(name)}$")
        return f"Building configuration...\n\nCurrent configuration : {len(part)} bytes\n!\n{part}end\n\n"
    if "all".startswith(words[0]) or words[0] == "full":
        return lines
    raise Refusal("", len("show running-config "))


async def _terminal(terminal: Terminal, words: list[str], _: str) -> None:
    if len(words) == 2 and "length".startswith(words[0]) and words[1].isdigit():
        terminal.page_lines = int(words[1])


async def _enable(terminal: Terminal, _words: list[str], _how: str) -> None:
    wanted = terminal.device.spec.enable_password
    if terminal.privilege == 15 or not wanted:
        terminal.privilege = 15
        return
    for _attempt in range(3):
        if await terminal.ask("Password: ", echo=False) == wanted:
            terminal.privilege = 15
            return
    terminal.say("% Bad secrets\n\n")


async def _disable(terminal: Terminal, _words: list[str], _how: str) -> None:
    terminal.privilege = 1


async def _exit(_terminal: Terminal, _words: list[str], _how: str) -> None:
    raise Hangup


async def _configure_terminal(terminal: Terminal, words: list[str], _: str) -> None:
    device = terminal.device
    if locked := device.fault(ConfigurationLocked):
        terminal.say(
            f"Configuration mode locked exclusively by user '{locked.user}' process '4' from terminal '0'. "
            "Please try later.\n\n"
        )
        return
    if words and "revert".startswith(words[0]):
        minutes, idle = _timer(words[1:])
        terminal.say(_timer_of(terminal).arm(minutes, terminal.user, idle=idle))
    elif words and not ("lock".startswith(words[0])):
        raise Refusal("", len("configure terminal "))
    terminal.say(ENTER_CONFIG)
    terminal.editor = Editor(device.running)


def _timer(words: list[str]) -> tuple[int, bool]:
    rest = [word for word in words if not ("timer".startswith(word) or "idle".startswith(word))]
    if not words or not "timer".startswith(words[0]) or not rest:
        raise Refusal(INCOMPLETE)
    if not rest[0].isdigit() or not 1 <= int(rest[0]) <= 120:
        raise Refusal("", len("configure terminal revert timer "))
    return int(rest[0]), any("idle".startswith(word) for word in words)


async def _configure_confirm(terminal: Terminal, _words: list[str], _how: str) -> None:
    lost = terminal.device.fault(LoseConfirm)
    if lost and lost.drop:
        end_session(terminal)
    if not lost:
        terminal.say(_timer_of(terminal).confirm(terminal.user))


async def _configure_revert(terminal: Terminal, words: list[str], _how: str) -> None:
    revert = _timer_of(terminal)
    if words and "now".startswith(words[0]):
        terminal.say(revert.revert_now())
        return
    minutes, idle = _timer(words)
    terminal.say(revert.again(minutes, terminal.user, idle=idle))


async def _write(terminal: Terminal, words: list[str], _how: str) -> None:
    if words and "erase".startswith(words[0]):
        raise Refusal("", len("write "))
    _save(terminal)


async def _copy(terminal: Terminal, words: list[str], _how: str) -> None:
    wanted = ("running-config", "startup-config")
    if len(words) != 2 or not _abbreviates(words, wanted):
        raise Refusal("", len("copy "))
    await terminal.ask("Destination filename [startup-config]? ")
    _save(terminal)


def _save(terminal: Terminal) -> None:
    terminal.say("Building configuration...\n")
    if terminal.device.fault(FullFlash):
        terminal.say(NO_ROOM)
        return
    terminal.device.save()
    if _timer_of(terminal).archive_path() and _archives_on_save(terminal):
        _timer_of(terminal).keep_archive()
    terminal.say("[OK]\n")


def _archives_on_save(terminal: Terminal) -> bool:
    archive = terminal.device.running.section("archive")
    return archive is not None and archive.get("write-memory") is not None


async def _archive(terminal: Terminal, _words: list[str], _how: str) -> None:
    if not _timer_of(terminal).archive_path():
        raise Refusal("% Archive feature not enabled\n")
    _timer_of(terminal).keep_archive()


async def _reload(terminal: Terminal, _words: list[str], _how: str) -> None:
    if terminal.device.is_modified():
        answer = await terminal.ask("\nSystem configuration has been modified. Save? [yes/no]: ")
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
    (("quit",), 1, _exit),
    (("end",), 1, _nothing),
    (("disable",), 1, _disable),
    (("configure", "confirm"), 15, _configure_confirm),
    (("configure", "revert"), 15, _configure_revert),
    (("configure", "terminal"), 15, _configure_terminal),
    (("write",), 15, _write),
    (("copy",), 15, _copy),
    (("reload",), 15, _reload),
    (("archive", "config"), 15, _archive),
    (("clear",), 15, _nothing),
)
"""Words, privilege level and what they do."""
