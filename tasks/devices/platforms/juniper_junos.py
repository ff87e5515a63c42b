"""Juniper Junos: a candidate that only we edit, and a commit that takes itself back.

Source: Junos OS CLI User Guide, "Forms of the configure Command", "load set", "Committing a Configuration". `configure
exclusive`, for `commit confirmed` is not to be had in private mode; the lock keeps others from committing until ours is
in force, and what we did not commit goes with the session. Any commit confirms, and `commit check` does too: neither is
typed while ours waits, but to confirm. A commit is saved by itself. Its comment says whose it is (ADR 14).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tasks.devices.ending import AT_PRIVILEGED_PROMPT_OF_JUNOS, Ending
from tasks.devices.pacing import lines_at_once
from tasks.devices.platforms.protocol import SHOW, Change, Edit, Identity, shown, timer_of_others
from tasks.devices.session import Session
from turnup.change.slots import UNREADABLE
from turnup.change.state import differences, lines_between
from turnup.errors import DeviceError, LineRejected, ReadBackDiffers, RevertFailed

SLOW_SECONDS = 180.0
"""How long a device may take to commit: several members of a chassis, each after the other."""

END_OF_INPUT = "\x04"

_PREFIX = "turnup-"
_VERSION, _HARDWARE = "show version", "show chassis hardware"
_RUNNING = "show configuration | display set | no-more"
_COMMITS = "show system commit"
_COMPARE, _CANDIDATE = "show | compare", "show | display set | no-more"
_ENTER, _LEAVE = "configure exclusive", "exit"

_ENTRY = re.compile(r"^ *(?P<number>\d+) +(?P<at>\d{4}-\S+ \S+ \S+) by (?P<who>\S+) via (?P<how>\S+)(?P<rest>.*)$")
_WAITS = "rollback pending"
_LOAD_ERROR = re.compile(r"^(?:\^D)?terminal:(\d+):\(\d+\) (?!warning)(.+)$", re.MULTILINE)
_ERROR = re.compile(r"^\s*(?:error:|syntax error|unknown command|missing argument|invalid )", re.MULTILINE)
_ENTERED = re.compile(r"^Entering configuration mode", re.MULTILINE)
_LOCK = re.compile(r"configuration database locked by:\s+(?P<user>\S+) terminal \S+ \(pid (?P<pid>\d+)\)")
_NOISE = re.compile(r"^(?:\[edit.*\]|\{[^}]*\}(?:\[edit.*\])?|# commit confirmed will be rolled back .*|\^)?$")
_USER_KEY = re.compile(
    r'^(set snmp v3 usm local-engine user \S+ \S+ (?:authentication|privacy))-key "[^"]*"', re.MULTILINE
)
"""Keys of SNMPv3 users are shown bound to the device's engine, and never typed so: read as what is declared."""
_NOT_SHOWN = re.compile(r"/\* (?:SECRET-DATA|ACCESS-DENIED) \*/")


@dataclass(frozen=True, slots=True)
class Commit:
    """One entry of `show system commit`.

    Attributes:
        waits: whether it is rolled back unless somebody commits.
        comment: of who committed it.
    """

    number: int
    at: str
    who: str
    how: str
    comment: str
    waits: bool


def commits_in(answer: str) -> tuple[Commit, ...]:
    """Read what `show system commit` answered, newest first.

    The words "commit confirmed, rollback in" stay with an entry for good: only the line below it says that it waits.
    """
    blocks: list[tuple[re.Match[str], list[str]]] = []
    for line in answer.replace("\r", "").splitlines():
        if found := _ENTRY.match(line):
            blocks.append((found, []))
        elif blocks and line.startswith(" "):
            blocks[-1][1].append(line.strip())
    return tuple(_commit(found, below) for found, below in blocks)


def _commit(found: re.Match[str], below: list[str]) -> Commit:
    words = [line for line in below if line != _WAITS]
    comment = words[0] if words else ""
    return Commit(int(found["number"]), found["at"], found["who"], found["how"], comment, _WAITS in below)


def comment_of(token: str) -> str:
    """The comment with which an attempt commits."""
    return f"{_PREFIX}{token}"


def minutes_of(seconds: int) -> int:
    """Whole minutes, at least one: what `commit confirmed` counts in."""
    return max(1, -(-seconds // 60))


def rejected_lines(answer: str, typed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The lines of a load that the device refused, each with its words; the load is carried on without them."""
    for found in _LOAD_ERROR.finditer(answer.replace("\r", "")):
        number = int(found[1])
        yield typed[number - 1] if 0 < number <= len(typed) else typed[0], found[2].strip()


class JuniperJunos:
    """The push protocol on Junos."""

    read_list = (*(re.compile(re.escape(command)) for command in (_VERSION, _HARDWARE, _RUNNING, _COMMITS)), SHOW)

    def opening(self, _running: str) -> tuple[str, ...]:
        """Who it is, what it runs and which commit waits, in one exchange."""
        return (_VERSION, _HARDWARE, _RUNNING, _COMMITS)

    def identity(self, session: Session) -> Identity:
        """Ask for the hostname and, by `show chassis hardware`, for the serial number of the chassis."""
        hostname = re.search(r"^Hostname: *(\S+)", session.ask(_VERSION), re.MULTILINE)
        chassis = re.search(r"^(?:Virtual )?Chassis +(\S+)", session.ask(_HARDWARE), re.MULTILINE)
        return Identity(hostname.group(1) if hostname else "", chassis.group(1) if chassis else "")

    def collect(self, session: Session) -> str:
        """Read the active configuration as `set` lines."""
        return _whole(session.device, session.ask(_RUNNING))

    def answers(self, session: Session, questions: tuple[str, ...]) -> tuple[str, ...]:
        """Ask `show` commands in one exchange."""
        return shown(session, questions)

    def edits(self, session: Session) -> tuple[Edit, ...] | None:
        """Read who committed, and how; what the device committed by itself is nobody's edit."""
        commits = reversed(commits_in(session.ask(_COMMITS)))
        return tuple(Edit(each.who, each.how, each.at) for each in commits if each.how != "other")

    def check(self, session: Session, change: Change) -> None:
        """The device judges the lines as they are loaded, and nothing is in force before the commit."""

    def arm(self, session: Session, change: Change) -> None:
        """Take the configuration for ourselves.

        Raises:
            LineRejected: somebody else has it, or has edits in it that are not committed.
        """
        answer = _enter(session)
        if not _ENTERED.search(answer):
            raise LineRejected(
                session.device,
                f"`{_ENTER}` to give us configuration mode",
                _words(answer),
                "Nothing was changed. Wait until the other operator has committed or left; run the same command again.",
            )

    def apply(self, session: Session, change: Change) -> None:
        """Load the remediation, see that it and nothing else would change, and commit with a timer."""
        lines = change.commands.splitlines()
        at_once = lines_at_once(session.device)
        for number, start in enumerate(range(0, len(lines), at_once), start=1):
            self._load(session, tuple(lines[start : start + at_once]), f"#{_PREFIX}{change.token}-{number}")
        self._check_candidate(session, change)
        minutes = minutes_of(change.revert_seconds)
        command = f'commit confirmed {minutes} comment "{comment_of(change.token)}"'
        answer = session.ask(command, seconds=SLOW_SECONDS)
        if not _is_complete(answer):
            raise LineRejected(
                session.device,
                "every line '...' of the plan to pass the commit",
                _words(answer),
                "The candidate was dropped: nothing was changed. Correct the template or the order; then plan again.",
            )
        session.ask(_LEAVE)

    def _load(self, session: Session, lines: tuple[str, ...], marker: str) -> None:
        block = "".join(f"{line}\n" for line in ("load set terminal", *lines, END_OF_INPUT, marker))
        session.send_block(block, Ending(AT_PRIVILEGED_PROMPT_OF_JUNOS, marker), partial(_judge, session.device, lines))

    def _check_candidate(self, session: Session, change: Change) -> None:
        """Compare what would be committed with what was collected and the plan.

        Raises:
            ReadBackDiffers: it is something else: a line had no effect, or somebody committed since we collected.
        """
        session.ask_ahead(_COMPARE, _CANDIDATE)
        session.ask(_COMPARE)  # for whoever reads the transcript
        held = change.hide(_whole(session.device, session.ask(_CANDIDATE)))
        unlike = lines_between(change.planned, change.wanted, held)
        if unlike := tuple(each for each in unlike if not _is_left_behind(each, change.planned.removes)):
            raise ReadBackDiffers(
                session.device,
                "the configuration of before and every line of the plan in the candidate",
                "; ".join((*differences(change.planned, held), *unlike)[:5]),
                "The candidate was dropped: nothing was changed. Correct the template; then plan again.",
            )

    def is_armed(self, session: Session, token: str) -> bool:
        """Ask whether the commit of an attempt waits for its confirmation.

        Raises:
            DeviceError: another one waits: of somebody else, or of another attempt.
        """
        waiting = next((each for each in commits_in(session.ask(_COMMITS)) if each.waits), None)
        if waiting is None:
            return False
        if waiting.comment != comment_of(token):
            found = f"a commit of {waiting.who}, rollback pending" + (
                f" ({waiting.comment})" if waiting.comment else ""
            )
            raise timer_of_others(session.device, found)
        return True

    def confirm(self, session: Session, token: str) -> None:
        """Commit once more, then ask whether the timer has really stopped, and what runs now."""
        entered = _enter(session)
        if _ENTERED.search(entered):
            session.ask_ahead("commit", _LEAVE, _COMMITS, _RUNNING, seconds=SLOW_SECONDS)
            answer = session.ask("commit")
            session.ask(_LEAVE)
        else:
            answer = self._confirm_beside_others(session)
        if self.is_armed(session, token) or _ERROR.search(answer):
            raise ReadBackDiffers(
                session.device,
                "`commit` to confirm what was committed with a timer",
                _words(answer) or "the timer still runs",
                "The device takes itself back when the timer ends; then run the same command again.",
            )

    def _confirm_beside_others(self, session: Session) -> str:
        """Confirm while somebody else has edits that are not committed: a commit would put them into force.

        `commit check` confirms and commits nothing.
        """
        answer = session.ask("configure")
        if not _ENTERED.search(answer):
            return answer
        answer = session.ask("commit check", seconds=SLOW_SECONDS)
        left = session.ask(_LEAVE, expect=r"(?:>|\(yes\))\s*$")
        if "(yes)" in left:
            session.ask("yes")  # his edits stay where they are
        return answer

    def revert(self, session: Session, token: str) -> None:
        """Make what ran before ours the candidate, and commit it: that ends the timer too."""
        entered = _enter(session)
        loaded = session.ask("rollback 1") if _ENTERED.search(entered) else entered
        if "load complete" not in loaded:
            raise RevertFailed(
                session.device,
                "the configuration of before to be loaded by `rollback 1`",
                _words(loaded),
                "Its timer still runs and will do it; look at the device if it does not.",
            )
        answer = session.ask(f'commit comment "{comment_of(token)} taken back"', seconds=SLOW_SECONDS)
        if not _is_complete(answer):
            raise RevertFailed(
                session.device,
                "the device to take itself back",
                _words(answer),
                "Its timer still runs and will do it; look at the device if it does not.",
            )
        session.ask(_LEAVE)

    def save(self, session: Session) -> None:
        """A commit is saved by itself."""


def _enter(session: Session) -> str:
    """Take the configuration; a session of our own login that died with its wire, and holds it, is ended first.

    The lease keeps any other of our sessions away from the device.
    """
    answer = session.ask(_ENTER)
    held = _LOCK.search(answer)
    if held is None or held["user"] != session.login:
        return answer
    session.ask(f"request system logout pid {held['pid']}")
    return session.ask(_ENTER)


def _whole(device: str, answer: str) -> str:
    """Make sure that an answer is a configuration, and all of it: a part of it would look like lines that are gone.

    Raises:
        DeviceError: it is none, or the login may not see all of it.
    """
    text = "".join(f"{line}\n" for line in answer.replace("\r", "").splitlines() if not _NOISE.match(line.strip()))
    text = _USER_KEY.sub(rf'\1-password "{UNREADABLE}"', text)
    hidden = _NOT_SHOWN.search(text)
    if re.search(r"^set (?:version|system) \S", text, re.MULTILINE) and hidden is None:
        return text
    found = hidden.group(0) if hidden else repr(" ".join(text.split())[:80]) if text.strip() else "nothing"
    remedy = "Let the login read the whole configuration: a class with the permissions `all`, or `view` and `secret`."
    raise DeviceError(device, "the whole configuration as `set` lines", found, remedy)


def _is_left_behind(edit: str, removes: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a line that is too much is an empty object in which lines of the plan stood: some trains keep it."""
    return edit.startswith("+ ") and any(path[-1].startswith(f"{edit[2:]} ") for path in removes)


def _is_complete(answer: str) -> bool:
    return "commit complete" in answer and not _ERROR.search(answer)


def _judge(device: str, lines: tuple[str, ...], answer: str) -> None:
    """Raise for the first line that was refused."""
    found = next(rejected_lines(answer, lines), None)
    if found is None and (error := _ERROR.search(answer)):
        found = (lines[0], answer[error.start() :].strip().splitlines()[0])
    if found is not None:
        raise LineRejected(
            device,
            f"the line {found[0]!r} to be taken",
            found[1],
            "The candidate was dropped: nothing was changed. Correct the template or the order; then plan again.",
        )


def _words(answer: str) -> str:
    """The device's own words in one line, without what it prints around each answer."""
    lines = (line.strip() for line in answer.replace("\r", "").splitlines())
    return " ".join(line for line in lines if not _NOISE.match(line))[:200]
