"""Arista EOS: configuration sessions, and a commit that takes itself back.

Source: EOS User Manual 4.31, "Configure Session" and "Session Management Commands" (`commit timer`). A session is a
snapshot of the running configuration and a commit writes it over whatever others changed since, so both are read just
before; the timer takes the whole device back; a commit does not save. The name of a session says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tasks.devices.ending import AT_PRIVILEGED_PROMPT, Ending
from tasks.devices.messages import MESSAGE
from tasks.devices.pacing import lines_at_once
from tasks.devices.platforms.answers import rejected
from tasks.devices.platforms.protocol import (
    SHOW,
    Change,
    Edit,
    Identity,
    shown,
    timer_of_others,
    undisturbed,
    whole_configuration,
)
from tasks.devices.session import Session
from turnup.change.slots import UNREADABLE
from turnup.change.state import differences, lines_between
from turnup.errors import LineRejected, ReadBackDiffers, RevertFailed, SaveFailed

SHORTEST_SECONDS = 60
"""The shortest commit timer: reading back over a fresh session and confirming take a part of it."""

SLOW_SECONDS = 120.0
"""How long a device may take to commit, to write its configuration, or to take itself back."""

_PREFIX = "turnup-"
_HOSTNAME, _VERSION, _RUNNING = "show hostname", "show version", "show running-config"
_CANDIDATE = "show session-config"
_SESSIONS = "show configuration sessions detail"
_CONFIG_LOG = "show logging | include SYS-5-CONFIG"
_PROMPT = re.compile(r"^[\w.-]{1,63}(\([^)\s]*\))?#(.*)$")
_LOCAL_USER = re.compile(
    r"^(snmp-server user \S+ \S+ v3) localized \S+ auth (\S+) \S+(?: priv (\S+) \S+)?[^\S\n]*$", re.MULTILINE
)
_IN_SESSION = re.compile(r"\(config-s-[^)]*\)#\s*$")
_ERROR = re.compile(rf"^\s*(?!{MESSAGE})%(?!\s*Warning)", re.IGNORECASE)
"""EOS warns behind an exclamation mark and refuses behind a percent sign."""
_BANNER, _BANNER_END = re.compile(r"^banner (login|motd)$"), "EOF"
_ROW = re.compile(
    r"^[* ] (?P<name>\S+) +(?P<state>pending(?:CommitTimer)?)\b(?: +(?P<user>[A-Za-z]\S*))?", re.MULTILINE
)
_TIMED = re.compile(r"^Session with pending commit timer: (\S+)", re.MULTILINE)
"""Newer trains name the session that waits above the table, older ones in it."""
_EDIT = re.compile(
    r"^(?P<at>\w{3} +\d+ [\d:.]+) \S+ ConfigAgent: %SYS-5-CONFIG_(?:I: Configured from \S+ by (?P<who>\S+)"
    r"|SESSION_COMMIT_SUCCESS: User (?P<committer>\S+) committed configuration session \S+ successfully)"
    r"(?: on (?P<line>\S+))?(?: \((?P<address>[^)]+)\))?\s*$"
)
"""EOS system messages SYS-5-CONFIG_I and SYS-5-CONFIG_SESSION_COMMIT_SUCCESS."""


@dataclass(frozen=True, slots=True)
class ConfigSession:
    """A configuration session that is not over.

    Attributes:
        is_timed: whether it is committed and waits for its confirmation; else nothing of it is in force.
        user: who stands in it; empty: nobody does.
    """

    name: str
    is_timed: bool
    user: str


def sessions_in(answer: str) -> tuple[ConfigSession, ...]:
    """Read what `show configuration sessions detail` answered; sessions that are over are left out."""
    text = answer.replace("\r", "")
    timed = _TIMED.findall(text)
    rows = {
        row["name"]: ConfigSession(row["name"], row["state"] == "pendingCommitTimer", row["user"] or "")
        for row in _ROW.finditer(text)
    }
    return tuple({**rows, **{name: ConfigSession(name, is_timed=True, user="") for name in timed}}.values())


def session_of(token: str) -> str:
    """Name of the configuration session of an attempt."""
    return f"{_PREFIX}{token}"


def rejected_lines(answer: str, first: str = "") -> Iterator[tuple[str, str]]:
    """The lines of a block that the device answered with an error, each with its words; see `rejected`."""
    return rejected(answer, first, _PROMPT, _ERROR)


def chunks(remediation: str, at_once: int) -> Iterator[tuple[str, ...]]:
    """Cut a remediation into blocks; a banner stays whole, for inside it every line is text."""
    block: list[str] = []
    in_banner = False
    for line in remediation.splitlines():
        block.append(line)
        in_banner = line != _BANNER_END if in_banner else bool(_BANNER.match(line))
        if len(block) >= at_once and not in_banner:
            yield tuple(block)
            block = []
    if block:
        yield tuple(block)


def read_edits(answer: str) -> Iterator[Edit]:
    """Read who configured the device from lines of its log; what is no such line is passed over."""
    for line in answer.replace("\r", "").splitlines():
        if match := _EDIT.match(line.strip()):
            who = match["who"] or match["committer"]
            yield Edit(who, match["address"] or match["line"] or "console", match["at"])


class AristaEos:
    """The push protocol on EOS."""

    read_list = (
        *(re.compile(re.escape(each)) for each in (_HOSTNAME, _VERSION, _RUNNING, _SESSIONS, _CONFIG_LOG)),
        SHOW,
    )

    def opening(self, _running: str) -> tuple[str, ...]:
        """Who it is, what it runs and which sessions wait, in one exchange."""
        return (_HOSTNAME, _VERSION, _RUNNING, _SESSIONS)

    def identity(self, session: Session) -> Identity:
        """Ask for the hostname and, by `show version`, for the serial number."""
        hostname = re.search(r"^Hostname: *(\S+)", session.ask(_HOSTNAME), re.MULTILINE)
        serial = re.search(r"^Serial number: *(\S+)", session.ask(_VERSION), re.MULTILINE)
        return Identity(hostname.group(1) if hostname else "", serial.group(1) if serial else "")

    def collect(self, session: Session) -> str:
        """Read the running configuration; VLANs are part of it."""
        return whole_configuration(session.device, _configuration(session, _RUNNING))

    def answers(self, session: Session, questions: tuple[str, ...]) -> tuple[str, ...]:
        """Ask all of them in one exchange."""
        return shown(session, questions)

    def edits(self, session: Session) -> tuple[Edit, ...] | None:
        """Read who left configuration mode or committed a session from the logging buffer."""
        return tuple(read_edits(session.ask(_CONFIG_LOG)))

    def check(self, session: Session, change: Change) -> None:
        """The session judges the lines when they are typed, and nothing is in force before it is committed."""

    def arm(self, session: Session, change: Change) -> None:
        """Open a configuration session; those that an attempt left behind, and that nobody is in, are dropped.

        Raises:
            LineRejected: there is none to be had, such as when others have left too many open.
        """
        for left in sessions_in(session.ask(_SESSIONS)):
            if left.name.startswith(_PREFIX) and not (left.is_timed or left.user):
                session.ask(f"configure session {left.name} abort")
        answer = session.ask(f"configure session {session_of(change.token)}", expect=r"[>#]\s*$")
        if not _IN_SESSION.search(answer):
            raise LineRejected(
                session.device,
                "a configuration session",
                _words(answer),
                "Nothing was changed. Look at `show configuration sessions detail`: commit or abort those left behind.",
            )

    def apply(self, session: Session, change: Change) -> None:
        """Type the remediation into the session, see that it and nothing else would change, and commit with a timer."""
        for number, lines in enumerate(chunks(change.commands, lines_at_once(session.device)), start=1):
            marker = f"!turnup-{change.token}-{number}"
            block = "".join(f"{line}\n" for line in (*lines, marker))
            session.send_block(block, Ending(AT_PRIVILEGED_PROMPT, marker), partial(_judge, session.device, lines[0]))
        self._check_snapshot(session, change)
        answer = session.ask(
            f"commit timer {_clock(max(change.revert_seconds, SHORTEST_SECONDS))}", seconds=SLOW_SECONDS
        )
        if _ERROR.search(answer):
            raise LineRejected(
                session.device,
                "the session to be committed with a timer",
                _words(answer),
                "The session was dropped. Wait until the change of others is confirmed; run the same command again.",
            )

    def _check_snapshot(self, session: Session, change: Change) -> None:
        """Compare what would be committed, and what runs now, with what was collected.

        Raises:
            ReadBackDiffers: the session holds something else, or somebody changed the device since: a commit would
                take that away.
        """
        session.ask_ahead(_CANDIDATE, _RUNNING)
        held = change.hide(_configuration(session, _CANDIDATE))
        if unlike := lines_between(change.planned, change.wanted, held):
            raise ReadBackDiffers(
                session.device,
                "the configuration of before and every line of the plan in the session",
                "; ".join((*differences(change.planned, held), *unlike)[:5]),
                "The session was dropped: nothing was changed. Correct the template or the platform; then plan again.",
            )
        if edits := lines_between(change.planned, change.running, change.hide(_configuration(session, _RUNNING))):
            raise ReadBackDiffers(
                session.device,
                "the running configuration as it was when the session began",
                "; ".join(edits[:5]),
                "The session was dropped, for its commit would take that back. Run the same command again.",
            )

    def is_armed(self, session: Session, token: str) -> bool:
        """Ask whether the session of an attempt is open, or committed and waiting for its confirmation.

        Raises:
            DeviceError: another one waits: of somebody else, or of another attempt.
        """
        sessions = sessions_in(session.ask(_SESSIONS))
        for other in sessions:
            if other.is_timed and other.name != session_of(token):
                raise timer_of_others(session.device, f"the session {other.name!r}, pending its commit timer")
        return any(each.name == session_of(token) for each in sessions)

    def confirm(self, session: Session, token: str) -> None:
        """Commit once more, then ask whether the timer has really stopped, and what runs now."""
        command = f"configure session {session_of(token)} commit"
        session.ask_ahead(command, _SESSIONS, _RUNNING, seconds=SLOW_SECONDS)
        answer = session.ask(command)
        if self.is_armed(session, token) or _ERROR.search(answer):
            raise ReadBackDiffers(
                session.device,
                f"`{command}` to confirm what was committed with a timer",
                _words(answer) or "the timer still runs",
                "The device takes itself back when the timer ends; then run the same command again.",
            )

    def revert(self, session: Session, token: str) -> None:
        """Abort the session: what was committed under its timer goes back, what was not is dropped."""
        answer = session.ask(f"configure session {session_of(token)} abort", seconds=SLOW_SECONDS)
        if self.is_armed(session, token):
            raise RevertFailed(
                session.device,
                "the device to take itself back",
                _words(answer) or "the session is still there",
                "Its commit timer still runs and will do it; look at the device if it does not.",
            )

    def save(self, session: Session) -> None:
        """Write the running configuration to the startup configuration: a commit does not."""
        answer = session.ask("write memory", seconds=SLOW_SECONDS)
        if "Copy completed successfully" not in answer:
            raise SaveFailed(
                session.device,
                "`Copy completed successfully.` from `write memory`",
                _words(answer),
                "Free space on the device, or answer what it asks, until `write memory` says so; then deliver again.",
            )


def _configuration(session: Session, command: str) -> str:
    """Read a configuration; keys of SNMPv3 users are shown bound to the device's engine, and never typed so."""
    return users_as_typed(undisturbed(session, command))


def users_as_typed(text: str) -> str:
    """Write SNMPv3 users as they are declared, with a mark in the place of each key."""
    return _LOCAL_USER.sub(_as_typed, text)


def _as_typed(match: re.Match[str]) -> str:
    start, authentication, privacy = match.groups()
    return f"{start} auth {authentication} {UNREADABLE}" + (f" priv {privacy} {UNREADABLE}" if privacy else "")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _judge(device: str, first: str, answer: str) -> None:
    """Raise for the first line that was refused."""
    for line, words in rejected_lines(answer, first):
        raise LineRejected(
            device,
            f"the line {line!r} to be taken",
            words,
            "The session was dropped: nothing was changed. Correct the template or the order; then plan again.",
        )


def _words(answer: str) -> str:
    """The device's own words in one line, without echoes and prompts."""
    lines = (line.strip() for line in answer.replace("\r", "").splitlines())
    return " ".join(line for line in lines if line and not _PROMPT.match(line))[:200]
