"""Cisco IOS and IOS-XE: `configure terminal revert timer` and `configure confirm`.

Source: Cisco IOS-XE 17 "Configuration Replace and Configuration Rollback" guide. The timer takes the whole device
back, edits of others included; it counts minutes, and needs `archive` with a `path`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from tasks.devices.ending import AT_EXEC_PROMPT, AT_PRIVILEGED_PROMPT, Ending
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
from turnup.errors import DeviceError, LineRejected, ReadBackDiffers, RevertFailed, SaveFailed

SLOW_SECONDS = 120.0
"""How long a device may take to write its configuration, or to take itself back."""

_PROMPT = re.compile(r"^[\w.-]{1,63}(\([\w-]+\))?#(.*)$")
_HARMLESS = (
    r"Interface \S+ (?:IPv[46] disabled|IP address \S+ removed)",
    r"Portfast has been configured on",
    r"(?:IP|IPv4|IPv6|IPv4 and IPv6) addresses from all interfaces in VRF",
    r"Default route without gateway",
    r"Access VLAN does not exist",
    r"Not all config may be removed",
    r"Warning",
    r"Generating",
)
"""What IOS says behind a percent sign without having refused anything."""

_ERROR = re.compile(
    rf"^\s*((?!{MESSAGE})%(?!\s*(?:{'|'.join(_HARMLESS)}))"
    r"|Command rejected|Command authorization failed|BGP is already running|Error:|Bad mask |Default VLAN )",
    re.IGNORECASE,
)
_VERSION, _RUNNING = "show version", "show running-config"
_TIMER = "show archive config rollback timer"
_CONFIRM = "configure confirm"
_CONFIG_LOG = "show logging | include CONFIG_I"
_EDIT = re.compile(
    r"^(?:\d+: )?[*.]?(?P<at>\S.*?): %SYS-5-CONFIG_I: Configured from \S+ by (?P<who>\S+)"
    r"(?: on (?P<line>\S+))?(?: \((?P<address>[^)]+)\))?\s*$"
)
"""Cisco IOS system message guide, SYS-5-CONFIG_I; number and mark of the time are there if the device is told so."""
_VLANS = "show vlan brief"
_VLAN_ROW = re.compile(r"^(\d{1,4})\s+(\S.*?)\s+(?:active|suspended|act/lshut|sus/lshut)\b", re.MULTILINE)
_USERS = "show snmp user"
_USER = re.compile(r"^User name: (?P<name>\S+)\s*$(?P<rest>(?:\n(?!User name: ).*)*)", re.MULTILINE)
_USER_FIELD = re.compile(r"^(Authentication Protocol|Privacy Protocol|Group-name): *(\S+)", re.MULTILINE)
_HAS_GROUPS = re.compile(r"^snmp-server group \S+ v3 ", re.MULTILINE)
"""Only then are users asked for: no running configuration shows them (command reference, `show snmp user`)."""
_SWITCHES = re.compile(r"^( switchport |spanning-tree mode )", re.MULTILINE)
_VLANS_SHOWN = re.compile(r"^vtp mode (transparent|off)\s*$", re.MULTILINE)
"""Only then are VLANs part of the running configuration: IOS-XE 17 layer 2 guide, VTP."""
_BANNER = re.compile(r"^banner \S+ (\^C|\S)(.*)$")
_TIMER_USER = re.compile(r"^\s*User:\s*([^\s(]+)", re.MULTILINE)
"""Some trains put `(Priv: 15, View: 0)` behind the name, as in their messages."""
_CONFIG_PROMPT = r"\(config[^)]*\)#\s*$"


def rejected_lines(answer: str, first: str = "") -> Iterator[tuple[str, str]]:
    """The lines of a block that the device answered with an error, each with its words; see `rejected`."""
    return rejected(answer, first, _PROMPT, _ERROR)


def read_edits(answer: str) -> Iterator[Edit]:
    """Read who configured the device from lines of its log; what is no such line is passed over."""
    for line in answer.replace("\r", "").splitlines():
        if match := _EDIT.match(line.strip()):
            yield Edit(match["who"], match["address"] or match["line"] or "console", match["at"])


def chunks(remediation: str, at_once: int) -> Iterator[tuple[str, ...]]:
    """Cut a remediation into blocks; a banner stays whole, for inside it every line is text."""
    block: list[str] = []
    delimiter = ""
    for line in remediation.splitlines():
        block.append(line)
        if delimiter:
            delimiter = "" if delimiter in line else delimiter
        elif match := _BANNER.match(line):
            delimiter = match.group(1) if match.group(1) not in match.group(2) else ""
        if len(block) >= at_once and not delimiter:
            yield tuple(block)
            block = []
    if block:
        yield tuple(block)


def vlans_outside(answer: str, running: str) -> str:
    """Say as configuration which VLANs a switch has that its running configuration does not show.

    Args:
        answer: what `show vlan brief` printed.
        running: the running configuration.
    """
    shown = set(re.findall(r"^vlan (\d+)\s*$", running, re.MULTILINE))
    sections = []
    for number, name in _VLAN_ROW.findall(answer.replace("\r", "")):
        if number not in shown and number != "1" and not 1002 <= int(number) <= 1005:
            named = "" if name == f"VLAN{int(number):04}" else f" name {name}\n"
            sections.append(f"vlan {number}\n{named}")
    return "".join(sections)


def users_outside(answer: str) -> str:
    """Say as configuration which SNMPv3 users a device has, for its running configuration shows none.

    Nobody can read their keys, not even as a hash: the same mark stands for each.

    Args:
        answer: what `show snmp user` printed.
    """
    lines = []
    for match in _USER.finditer(answer.replace("\r", "")):
        fields = dict(_USER_FIELD.findall(match["rest"]))
        authentication, privacy = fields.get("Authentication Protocol", "None"), fields.get("Privacy Protocol", "None")
        words = ["snmp-server user", match["name"], fields.get("Group-name", ""), "v3"]
        if authentication != "None":
            words += ["auth", authentication.lower(), UNREADABLE]
        if privacy != "None":
            words += ["priv", re.sub(r"(?<=[a-z])(?=\d)", " ", privacy.lower()), UNREADABLE]
        lines.append(" ".join(words))
    return "".join(f"{line}\n" for line in lines)


class CiscoIos:
    """The push protocol on IOS-XE."""

    read_list = (
        re.compile(_RUNNING),
        re.compile(_VERSION),
        re.compile(_TIMER),
        re.compile(re.escape(_CONFIG_LOG)),
        re.compile(_VLANS),
        re.compile(_USERS),
        SHOW,
    )

    def opening(self, running: str) -> tuple[str, ...]:
        """Who it is, what it runs and whether a timer runs, in one exchange."""
        return (_VERSION, _RUNNING, *_outside(running), _TIMER)

    def identity(self, session: Session) -> Identity:
        """Read the hostname from the prompt and the serial from `show version`."""
        answer = session.ask(_VERSION)
        serial = re.search(r"Processor board ID (\S+)", answer)
        hostname = re.search(r"^(\S+) uptime is ", answer, re.MULTILINE)
        return Identity(hostname.group(1) if hostname else "", serial.group(1) if serial else "")

    def collect(self, session: Session) -> str:
        """Read the running configuration, and what lives outside of it: SNMPv3 users, VLANs where VTP keeps them."""
        running = whole_configuration(session.device, undisturbed(session, _RUNNING))
        outside = _outside(running)
        vlans = vlans_outside(session.ask(_VLANS), running) if _VLANS in outside else ""
        users = users_outside(undisturbed(session, _USERS)) if _USERS in outside else ""
        return "\n".join((running.rstrip("\n"), f"{vlans}{users}")) if vlans or users else running

    def answers(self, session: Session, questions: tuple[str, ...]) -> tuple[str, ...]:
        """Ask all of them in one exchange."""
        return shown(session, questions)

    def edits(self, session: Session) -> tuple[Edit, ...] | None:
        """Read who left configuration mode from the logging buffer; a restart empties it."""
        return tuple(read_edits(session.ask(_CONFIG_LOG)))

    def check(self, session: Session, change: Change) -> None:
        """IOS-XE judges lines only as they are typed."""

    def arm(self, session: Session, change: Change) -> None:
        """Enter configuration mode with a revert timer and read what the device says to that."""
        minutes = max(1, -(-change.revert_seconds // 60))
        answer = session.ask(f"configure terminal revert timer {minutes}", expect=r"[>#]\s*$")
        if not re.search(_CONFIG_PROMPT, answer):
            raise LineRejected(
                session.device,
                "configuration mode with a revert timer",
                _words(answer),
                "Nothing was changed. Configure `archive` with a `path`, or wait until the other session ends.",
            )

    def apply(self, session: Session, change: Change) -> None:
        """Type the remediation in blocks; every answer is read and judged before the next block goes out."""
        blocks = tuple(chunks(change.commands, lines_at_once(session.device)))
        for number, lines in enumerate(blocks, start=1):
            marker, last = f"!turnup-{change.token}-{number}", number == len(blocks)
            block = "".join(f"{line}\n" for line in (*lines, *(("end",) if last else ()), marker))
            end = Ending(AT_EXEC_PROMPT if last else AT_PRIVILEGED_PROMPT, marker)
            session.send_block(block, end, partial(_judge, session.device, lines[0]))

    def is_armed(self, session: Session, token: str) -> bool:
        """Ask for the revert timer, and whose it is: a device has only one.

        Raises:
            OthersTimer: it is of another login, be our intention open or not.
        """
        answer = session.ask(_TIMER)
        if "No Rollback Confirmed Change pending" in answer:
            return False
        if not answer.strip() or _ERROR.match(answer.lstrip(" ^\r\n")):
            found = _words(answer) or "nothing"
            remedy = "Nothing is pushed to a device that does not tell: look whether its software has the revert timer."
            raise DeviceError(session.device, f"an answer to `{_TIMER}`", found, remedy)
        user = _TIMER_USER.search(answer)
        if user is not None and user.group(1) != session.login:
            raise timer_of_others(session.device, f"a revert timer of {user.group(1)!r} that is pending")
        return True

    def confirm(self, session: Session, token: str) -> None:
        """Confirm, then ask whether the timer has really stopped, and what runs now."""
        session.ask_ahead(_CONFIRM, _TIMER, _RUNNING, *(each for each in (_VLANS, _USERS) if each in session.asked))
        answer = session.ask(_CONFIRM)
        if self.is_armed(session, token):
            raise ReadBackDiffers(
                session.device,
                "no revert timer after `configure confirm`",
                _words(answer) or "the timer still runs",
                "The device takes itself back when the timer ends; then run the same command again.",
            )

    def revert(self, session: Session, token: str) -> None:
        """Revert now, and wait for the prompt that says it is done."""
        answer = session.ask("configure revert now", expect=r"[^)]#\s*$", seconds=SLOW_SECONDS)
        if self.is_armed(session, token):
            raise RevertFailed(
                session.device,
                "the device to take itself back",
                _words(answer),
                "Its revert timer still runs and will do it; look at the device if it does not.",
            )

    def save(self, session: Session) -> None:
        """Write the running configuration to the startup configuration."""
        answer = session.ask("write memory", seconds=SLOW_SECONDS)
        if "[OK]" not in answer:
            raise SaveFailed(
                session.device,
                "[OK] from `write memory`",
                _words(answer),
                "Free space on the device, or answer what it asks, until `write memory` says so; then deliver again.",
            )


def _outside(running: str) -> tuple[str, ...]:
    """The commands that show what a running configuration does not."""
    vlans = (_VLANS,) if _keeps_vlans_outside(running) else ()
    return (*vlans, *((_USERS,) if _HAS_GROUPS.search(running) else ()))


def _keeps_vlans_outside(running: str) -> bool:
    """Whether a running configuration is of a switch that does not show its VLANs in it."""
    return bool(_SWITCHES.search(running)) and not _VLANS_SHOWN.search(running)


def _judge(device: str, first: str, answer: str) -> None:
    """Raise for the first line that was refused."""
    # After a refused section its `exit` leaves configuration mode, and the next one ends the session.
    for line, words in rejected_lines(answer, first):
        raise LineRejected(
            device,
            f"the line {line!r} to be taken",
            words,
            "Correct the template or the order; then plan again.",
        )


def _words(answer: str) -> str:
    """The device's own words in one line, without echoes and prompts."""
    lines = (line.strip() for line in answer.replace("\r", "").splitlines())
    return " ".join(line for line in lines if line and not _PROMPT.match(line))[:200]
