"""Lines that Arista EOS shows though nobody typed them so."""

from __future__ import annotations

from lab.simulated.eos.vlan_lists import compress
from lab.simulated.grammar import match_line
from lab.simulated.kinds import DeviceKind
from lab.simulated.tree import Entry, Section


def add_derived_lines(kind: DeviceKind, shown: Section) -> None:
    """Write what is shown differently from what is kept: routing that is off, banners, VLANs that are alike."""
    if not shown.get("ip", "routing"):
        rule = match_line("config", kind, "ip routing").rule
        if rule is not None:
            shown.entries["ip", "routing"] = Entry(("ip", "routing"), rule, negated=True)
    for entry in tuple(shown.starting("banner")):
        text = "\n".join((" ".join(entry.words[:2]), entry.words[2], "EOF"))
        shown.entries[entry.words[:2]] = Entry((text,), entry.rule)
    dot1x = shown.get("dot1x")
    if dot1x is not None and dot1x.section is not None and not dot1x.section.entries:
        del shown.entries[("dot1x",)]
    _gather_nameless_vlans(shown)


def _gather_nameless_vlans(shown: Section) -> None:
    """VLANs with nothing below them are shown under one header, neighbours or not."""
    bare = [each for each in shown.starting("vlan") if each.section is not None and not each.section.entries]
    if len(bare) < 2:
        return
    for entry in bare:
        del shown.entries[entry.words]
    listed = ("vlan", compress(int(entry.words[1]) for entry in bare))
    shown.entries[listed] = Entry(listed, bare[0].rule, section=Section("config-vlan"))
