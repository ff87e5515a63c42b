"""The canonical text of an Open vSwitch switch, as its on-device agent prints it.

Sources: ovs-vsctl(8), ovs-vswitchd.conf.db(5).
"""

from __future__ import annotations

import re

from turnup.change.platforms.language import Interrupts, Language, Unique


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn the agent's text into lines: it is canonical already."""
    return tuple((len(line) - len(line.lstrip(" ")), line.strip()) for line in text.split("\n") if line.strip())


OVS = Language(
    normalise=normalise,
    single_valued=(
        (r"^vlan (\d+)$", r"^name "),
        (r"^port (\S+)$", r"^tag "),
        (r"^port (\S+)$", r"^mode "),
        (r"^port (\S+)$", r"^address "),
        (r"^route (\S+) via ",),
    ),
    last=((r"^no vlan ",), (r"^no port ",)),
    never_typed=(
        re.compile(r"^\s*no bridge\b"),
        re.compile(r"^\s*no port eth"),
        re.compile(r"^\s*no datapath\b"),
    ),
    permanent=re.compile(r"^(bridge |port eth)"),
    unique=(
        Unique(((r"^vlan \d+$", r"^name (.+)$"),)),
        Unique(((r"^port \S+$", r"^address (?P<subnet>\S+)$"),)),
    ),
    kept_if_adopted=re.compile(r"^port (?!vlan)\S+ / tag "),  # a port without a tag carries every VLAN
    not_taken_over=(
        re.compile(r"^vlan \d+ / name "),
        re.compile(r"^port vlan\d+ / address "),
    ),
    interrupts=(
        Interrupts(
            (r"^port vlan\d+$", r"^address "),
            1,
            5,
            "the gateway moves: hosts ask for its address again",
            wherever_it_comes=True,
        ),
        Interrupts(
            (r"^port (?!vlan)", r"^tag "),
            1,
            5,
            "ports change their VLAN: hosts need a new address, reconnect them or wait for their lease to be renewed",
        ),
    ),
    mode_exit=False,
)
"""Open vSwitch."""
