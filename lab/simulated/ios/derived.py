"""Lines that a device shows though nobody typed them so."""

from __future__ import annotations

import textwrap

from lab.simulated.arguments import compress_vlans
from lab.simulated.grammar import match_line
from lab.simulated.kinds import DeviceKind
from lab.simulated.tree import Entry, Section

_ALLOWED = ("switchport", "trunk", "allowed", "vlan")
_WIDEST_LIST = 55


def add_derived_lines(kind: DeviceKind, shown: Section) -> None:
    """Write what is shown differently from what is kept: `no ip address`, VLANs without a name, long lists."""
    for entry in shown.starting("interface"):
        if entry.section is not None:
            _show_missing_address(kind, entry.words[1], entry.section)
            _wrap_allowed_list(entry.section)
    for entry in shown.starting("class-map"):
        if entry.section is not None:
            _space_code_points(entry.section)
    _gather_nameless_vlans(shown)


def _show_missing_address(kind: DeviceKind, name: str, section: Section) -> None:
    routed = name.startswith(("Vlan", "Loopback")) or kind in (DeviceKind.ROUTER, DeviceKind.CONTROLLER)
    routed = routed or ("switchport",) in section.entries
    if routed and "." not in name and not any(section.starting("ip", "address")):
        rule = match_line("config-if", kind, "ip address dhcp").rule
        if rule is not None and not section.get("ip", "unnumbered"):
            section.entries["ip", "address"] = Entry(("ip", "address"), rule, negated=True)


def _wrap_allowed_list(section: Section) -> None:
    entry = section.get(*_ALLOWED)
    if entry and len(entry.value) > _WIDEST_LIST:
        first, *others = textwrap.wrap(entry.value.replace(",", " "), _WIDEST_LIST, break_long_words=False)
        more = "".join(f"\n{' '.join(_ALLOWED)} add {part.replace(' ', ',')}" for part in others)
        section.entries[_ALLOWED] = Entry((*_ALLOWED, first.replace(" ", ",") + more), entry.rule)


def _space_code_points(section: Section) -> None:
    """Code points are shown with a space more before the first and behind each: `match  dscp cs3  ef `."""
    for entry in tuple(section.starting("match")):
        words = entry.words[1].split()
        if words[0] == "dscp":
            section.entries[entry.words] = Entry(("match", f" dscp {'  '.join(words[1:])} "), entry.rule)


def _gather_nameless_vlans(shown: Section) -> None:
    run: list[Entry] = []
    vlans = sorted(
        (entry for entry in shown.starting("vlan") if entry.words[1].isdigit()),
        key=lambda entry: int(entry.words[1]),
    )
    for entry in [*vlans, None]:
        if entry is not None and entry.section is not None and not entry.section.entries:
            run.append(entry)
            continue
        if len(run) > 1:
            for member in run:
                del shown.entries[member.words]
            listed = ("vlan", compress_vlans(int(member.words[1]) for member in run))
            shown.entries[listed] = Entry(listed, run[0].rule, section=Section("config-vlan"))
        run = []
