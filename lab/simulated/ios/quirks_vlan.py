"""Special behaviour of VLANs, trunks and spanning tree on a switch."""

from __future__ import annotations

from lab.simulated.arguments import compress_vlans, expand_vlans
from lab.simulated.configuration import Change
from lab.simulated.grammar import Refusal, match_line
from lab.simulated.tree import Section

DEFAULT_VLANS = frozenset({1, 1002, 1003, 1004, 1005})
ALL_VLANS = frozenset(range(1, 4095))
_BAD_LIST = (
    "Command rejected: Bad VLAN list - character #{place} (EOL) delimits a VLAN number\n"
    "which is out of the range 1..4094.\n"
)
_PORTFAST_WARNING = """\
%Warning: portfast should only be enabled on ports connected to a single
 host. Connecting hubs, concentrators, switches, bridges, etc... to this
 interface  when portfast is enabled, can cause temporary bridging loops.
 Use with CAUTION

%Portfast has been configured on {name} but will only
 have effect when the interface is in a non-trunking mode.
"""


def _numbers(text: str) -> frozenset[int]:
    numbers = expand_vlans(text.replace(" ", ""))
    if numbers is None:
        raise Refusal(_BAD_LIST.format(place=len(text) + 1))
    return numbers


def vlan(change: Change) -> str:
    """`vlan 10,20` makes both and stands in both; the default VLANs can neither be made nor removed."""
    numbers = _numbers(change.match.words[1])
    if change.match.negated:
        for number in sorted(numbers & DEFAULT_VLANS):
            raise Refusal(f"Default VLAN {number} may not be deleted.\n")
        for number in numbers:
            change.section.remove("vlan", str(number))
        return ""
    for number in sorted(numbers):
        known = change.section.get("vlan", str(number))
        entry = known or change.section.store(change.match, ("vlan", str(number)))
        change.open(entry)
        if number in DEFAULT_VLANS:
            del change.section.entries["vlan", str(number)]
    return ""


def vlan_name(change: Change) -> str:
    """A name belongs to one VLAN."""
    match, number = change.match, change.name
    if change.is_one_of_many:
        raise change.refusal(0)
    if int(number) in DEFAULT_VLANS:
        raise Refusal(f"Default VLAN {number} may not have its name changed.\n")
    wanted = match.words[1] if match.rule and not match.negated else ""
    for entry in change.configuration.root.starting("vlan"):
        if wanted and entry.words[1] != number and entry.section and entry.section.value("name") == wanted:
            raise Refusal(f"%VLAN #{number} and #{entry.words[1]} have an identical name: {wanted}\n")
    change.keep()
    return ""


def global_vlan_set(change: Change) -> str:
    """`ip dhcp snooping vlan 10,20` adds to the set; `no` with a list takes from it."""
    match = change.match
    start = match.words[:4]
    present = expand_vlans(change.section.value(*start)) or frozenset()
    typed = _numbers(match.words[4]) if len(match.words) > 4 else None
    if typed is None and not match.negated:
        raise Refusal("% Incomplete command.\n")
    wanted = (present - (typed or present)) if match.negated else present | (typed or frozenset())
    change.section.remove(*start)
    if wanted:
        stored = match_line("config", change.configuration.kind, f"{' '.join(start)} {compress_vlans(wanted)}")
        change.section.store(stored)
    return ""


def spanning_priority(change: Change) -> str:
    """Priorities come in steps of 4096; VLANs of one priority are shown as one list."""
    match, section = change.match, change.section
    typed = _numbers(match.words[2])
    if match.rule is not None and not match.negated and int(match.words[4]) % 4096:
        allowed = "  ".join(str(step) for step in range(0, 61441, 4096))
        raise Refusal(f"% Bridge Priority must be in increments of 4096.\n% Allowed values are:\n  {allowed}\n")
    by_priority = _priorities(section)
    for vlans in by_priority.values():
        vlans -= typed
    if match.rule is not None and not match.negated and match.words[4] != "32768":
        by_priority.setdefault(match.words[4], set()).update(typed)
    section.remove("spanning-tree", "vlan")
    for priority, vlans in by_priority.items():
        if vlans:
            line = f"spanning-tree vlan {compress_vlans(vlans)} priority {priority}"
            section.store(match_line("config", change.configuration.kind, line))
    return ""


def _priorities(section: Section) -> dict[str, set[int]]:
    return {
        entry.words[4]: set(expand_vlans(entry.words[2]) or ()) for entry in section.starting("spanning-tree", "vlan")
    }


def _is_port(name: str) -> bool:
    return not name.startswith(("Vlan", "Loopback", "Tunnel")) and "." not in name


def _authenticates(change: Change) -> bool:
    """Whether 802.1X holds a port: then its mode is not changed (security guide, IEEE 802.1x)."""
    return change.section.value("authentication", "port-control") in ("auto", "force-unauthorized")


def layer_two(change: Change) -> str:
    """Lines of a switch port; other interfaces do not know them, routed ports reject some."""
    match = change.match
    if not _is_port(change.name):
        raise change.refusal(0)
    if match.words[0] == "switchport" and ("switchport",) in change.section.entries and not match.negated:
        raise Refusal(f"Command rejected: {change.name} not a switching port.\n")
    if (
        match.words[:2] == ("switchport", "mode")
        and _authenticates(change)
        and (match.negated or match.words[-1] != "access")
    ):
        raise Refusal(f"Command rejected: 802.1x is enabled on {change.name}: it stays a static access port\n")
    change.keep()
    if match.words[-2:] in {("vlan", "1"), ("dynamic", "auto")}:
        change.section.remove(*match.key)
    if match.words[:3] == ("switchport", "mode", "dynamic"):
        change.section.entries.pop(("switchport", "mode"), None)
    elif match.words[:2] == ("switchport", "mode"):
        change.section.entries.pop(("switchport", "mode", "dynamic"), None)
    return ""


def switchport(change: Change) -> str:
    """`no switchport` makes a routed port and forgets the switching lines; `switchport` the addresses."""
    if not _is_port(change.name):
        raise change.refusal(0)
    change.section.remove(*(("switchport",) if change.match.negated else ("ip", "address")))
    change.keep()
    return ""


def access_vlan(change: Change) -> str:
    """An access VLAN that does not exist is made, with a remark."""
    said = layer_two(change)
    number = change.match.words[-1]
    if change.match.rule is None or change.match.negated or int(number) in change.configuration.vlans():
        return said
    root = change.configuration.root
    root.store(match_line("config", change.configuration.kind, f"vlan {number}"), ("vlan", number))
    return f"% Access VLAN does not exist. Creating vlan {number}\n"


def trunk_vlans(change: Change) -> str:
    """The allowed list of a trunk: a bare list replaces, `add` and `remove` change it, `no` opens every VLAN."""
    match, section = change.match, change.section
    start = match.words[:4]
    if match.negated or match.rule is None:
        return layer_two(change)
    verb, _, text = match.words[4].partition(" ")
    shown = section.value(*start)
    present = frozenset[int]() if shown == "none" else expand_vlans(shown) or ALL_VLANS
    wanted = {
        "add": lambda: present | _numbers(text),
        "remove": lambda: present - _numbers(text),
        "except": lambda: ALL_VLANS - _numbers(text),
        "none": lambda: frozenset[int](),
        "all": lambda: ALL_VLANS,
    }.get(verb, lambda: _numbers(match.words[4]))()
    layer_two(change)
    if wanted == ALL_VLANS:
        section.remove(*start)
    else:
        section.store(match, (*start, compress_vlans(wanted) or "none"))
    return ""


def portfast(change: Change) -> str:
    """Portfast is taken with a warning that begins with a percent sign and is no error."""
    layer_two(change)
    if change.match.negated or change.match.words[-1] == "disable":
        return ""
    return _PORTFAST_WARNING.format(name=change.name)


QUIRKS = {
    "vlan": vlan,
    "vlan_name": vlan_name,
    "global_vlan_set": global_vlan_set,
    "spanning_priority": spanning_priority,
    "layer_two": layer_two,
    "switchport": switchport,
    "access_vlan": access_vlan,
    "trunk_vlans": trunk_vlans,
    "portfast": portfast,
}
