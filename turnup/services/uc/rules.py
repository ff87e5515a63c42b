"""What telephones have to fit: numbers that mean one thing, and are the buyer's, and a way to 999 and 112."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.dialplan import EMERGENCY_NUMBERS, Barring, lost_emergency_calls
from turnup.findings import Severity
from turnup.positions import FieldPath
from turnup.service.telephony import check_telephony
from turnup.service.view import Report, View, site_file
from turnup.services.uc.dial_plan import dial_rules
from turnup.services.uc.intents import PHONES, SBC
from turnup.services.uc.parameters import UcParameters

if TYPE_CHECKING:
    from turnup.buyers import Buyer, Telephony
    from turnup.service.checked import CheckedLine

NAME = "uc"
SHORT_CODES = re.compile(r"1[0-9]{2}|116[0-9]{3}|118[0-9]{3}")
"""101, 111, 116 123 and the like (National Telephone Numbering Plan): an extension would hide them."""

Place = tuple[FieldPath, str]
"""A field and the number that stands there."""


def check_uc(view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check the telephones of all lines together: inside a buyer an extension is one place only."""
    ours = tuple(line for line in lines if line.orders(NAME))
    for line in ours:
        _check_site(line, report)
    check_telephony(view, ours, report)
    seen: dict[str, dict[str, str]] = {"number": {}, "ddi": {}, "mac": {}}
    for line in ours:
        if isinstance(line.parameters, UcParameters):
            place: FieldPath = ("lines", line.index, "parameters")
            _check_line(place, line.parameters, view.buyer, report)
            _check_once(place, line.parameters, seen, report)


def _check_site(line: CheckedLine, report: Report) -> None:
    if line.site is None:
        return
    phones = line.order_line.parameters.get("phones")
    for name, what in ((SBC, "session border controllers"), *(((PHONES, "provisioning servers"),) if phones else ())):
        if name not in line.site.served_by:
            remedy = f"Describe served_by.{name} in {site_file(line.site)}."
            place = ("lines", line.index, "site")
            report.add(place, "uc-ready", f"{what} for the site", f"no served_by.{name}", remedy)


def _check_line(place: FieldPath, asked: UcParameters, buyer: Buyer | None, report: Report) -> None:
    for where, number in _inside(place, asked):
        for rule, expected, remedy in _faults(number, asked):
            report.add(where, rule, expected, number, remedy)
    _check_references(place, asked, report)
    telephony = buyer.telephony if buyer is not None else None
    if buyer is not None and telephony is not None:
        _check_ranges(place, asked, buyer.code, telephony, report)
    _check_emergency(place, asked, report)
    if Barring.MOBILE in asked.barred:
        remedy = "Leave it out unless nobody has to be reached on the move."
        report.add((*place, "barred"), "barred-mobile", "calls to mobile numbers", "barred", remedy, Severity.WARNING)


def _inside(place: FieldPath, asked: UcParameters) -> Iterator[Place]:
    """What is dialled inside the house, each in its place."""
    yield from (((*place, "extensions", at, "number"), each.number) for at, each in enumerate(asked.extensions))
    yield from (((*place, "hunt_groups", at, "number"), each.number) for at, each in enumerate(asked.hunt_groups))
    if asked.voicemail_number is not None:
        yield (*place, "voicemail_number"), asked.voicemail_number


def _shown(place: FieldPath, asked: UcParameters) -> Iterator[Place]:
    """What is called from outside, each in its place."""
    extensions = (("extensions", at, each.ddi) for at, each in enumerate(asked.extensions))
    groups = (("hunt_groups", at, each.ddi) for at, each in enumerate(asked.hunt_groups))
    yield from (((*place, name, at, "ddi"), ddi) for name, at, ddi in (*extensions, *groups) if ddi is not None)


def _faults(number: str, asked: UcParameters) -> Iterator[tuple[str, str, str]]:
    """Why a number cannot be dialled inside this house: rule, what is expected, what to do."""
    if len(number) != asked.extension_length:
        yield "extension-length", f"{asked.extension_length} digits, as every extension", "Correct it or the length."
    if asked.outside_prefix and number.startswith(asked.outside_prefix):
        expected = f"a number that does not begin with the outside prefix {asked.outside_prefix}"
        yield "extension-prefix", expected, "Give it another number, or the plan another prefix."
    if number.startswith(EMERGENCY_NUMBERS):
        expected = "a number that does not begin with 999 or 112"
        yield "extension-emergency", expected, "Give it another number: a telephone would call for help half way."
    if SHORT_CODES.fullmatch(number):
        yield "extension-short-code", "no number that all telephones have, such as 101 or 111", "Give it another one."


def _check_references(place: FieldPath, asked: UcParameters, report: Report) -> None:
    extensions = {each.number for each in asked.extensions}
    for at, group in enumerate(asked.hunt_groups):
        for number in group.members:
            if number not in extensions:
                where = (*place, "hunt_groups", at, "members")
                report.add(where, "member-exists", "an extension of the line", number, "Correct the member, or add it.")
        if len(set(group.members)) < len(group.members):
            where, twice = (*place, "hunt_groups", at, "members"), "one of them again"
            report.add(where, "member-unique", "each member once", twice, "Take it out once.")
    for at, phone in enumerate(asked.phones):
        if phone.extension not in extensions:
            where, remedy = (*place, "phones", at, "extension"), "Correct the extension, or add it."
            report.add(where, "phone-extension", "an extension of the line", phone.extension, remedy)


def _check_ranges(place: FieldPath, asked: UcParameters, code: str, telephony: Telephony, report: Report) -> None:
    ranges = ", ".join(each.range.text for each in telephony.numbers) or "none"
    for where, number in (((*place, "main_number"), asked.main_number), *_shown(place, asked)):
        if not telephony.has(number):
            remedy = f"Order one of its numbers, or add the range to inventory/buyers/{code}.yaml."
            report.add(where, "ddi-in-range", f"a number of {code}: {ranges}", number, remedy)


def _check_emergency(place: FieldPath, asked: UcParameters, report: Report) -> None:
    """Look the calls up in the very rules that would be written; nothing is dialled."""
    for lost in lost_emergency_calls(dial_rules(asked, "example.invalid"), asked.outside_prefix or ""):
        expected = f"{lost.dialled} to reach the emergency services"
        report.add(place, "emergency-call", expected, lost.found, "Correct the dial plan.")


def _check_once(place: FieldPath, asked: UcParameters, seen: dict[str, dict[str, str]], report: Report) -> None:
    access = (*place, "voicemail_number")
    numbers = ((where, number) for where, number in _inside(place, asked) if where != access)
    _once(numbers, seen["number"], "extension-unique", "each extension and group once", report)
    if asked.voicemail_number in seen["number"]:
        remedy = "Give the one or the other another number."
        expected = "a number of its own to listen to messages"
        report.add(access, "extension-unique", expected, str(asked.voicemail_number), remedy)
    _once(_shown(place, asked), seen["ddi"], "ddi-unique", "each DDI once", report)
    _once(
        (((*place, "phones", at, "mac"), each.mac) for at, each in enumerate(asked.phones)),
        seen["mac"],
        "mac-unique",
        "each MAC address once",
        report,
    )


def _once(found: Iterator[Place], seen: dict[str, str], rule: str, expected: str, report: Report) -> None:
    for where, number in found:
        if number in seen:
            report.add(where, rule, expected, f"{number} again", "Take it out of one of the places.")
        seen[number] = rule
