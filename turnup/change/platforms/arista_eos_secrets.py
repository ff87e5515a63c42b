"""Where Arista EOS shows secrets.

Source: EOS User Manual 4.31, user security and the command descriptions of SNMP, RADIUS and BGP. What is stored under a
type cannot be read: type 7 is enciphered with what the line itself says, type 8a with a key of the device.
"""

from __future__ import annotations

import re

from turnup.change.platforms.secrets import SecretPlace

_STORED = r"((?:(?:\d|8a|sha512) )?\S+)"


def _place(start: str, rest: str = r"()", stored: str = _STORED) -> re.Pattern[str]:
    return re.compile(f"({start} ){stored}{rest}")


SECRET_PLACES = (
    SecretPlace("neighbor 192.0.2.1 password 7 SECRET", ("neighbor",), _place(r"neighbor \S+ password")),
    SecretPlace("enable password sha512 SECRET", ("enable",), _place(r"enable (?:password|secret)")),
    SecretPlace(
        "username admin privilege 15 role network-admin secret sha512 SECRET",
        ("username",),
        _place(r"username \S+(?: (?:privilege|role|shell) \S+)* secret"),
    ),
    SecretPlace(
        "snmp-server community SECRET ro", ("snmp-server",), _place("snmp-server community", r"((?: .*)?)", r"(\S+)")
    ),
    SecretPlace(
        "snmp-server host 192.0.2.1 version 2c SECRET",
        ("snmp-server",),
        _place(r"snmp-server host \S+(?: vrf \S+)?(?: informs| traps)? version (?:1|2c)", r"((?: .*)?)", r"(\S+)"),
    ),
    SecretPlace(
        "radius-server host 192.0.2.1 key 7 SECRET",
        ("radius-server", "tacacs-server"),
        _place(r"(?:radius|tacacs)-server (?:.*?\b)?key"),
    ),
    SecretPlace("ip ospf message-digest-key 1 md5 7 SECRET", ("ip",), _place(r"ip ospf message-digest-key \d+ \S+")),
    SecretPlace("ip ospf authentication-key 7 SECRET", ("ip",), _place(r"ip ospf authentication-key")),
    SecretPlace("ntp authentication-key 1 md5 7 SECRET", ("ntp",), _place(r"ntp authentication-key \d+ \S+")),
)
"""The lines that hold secrets."""


def plain_of(stored: str) -> str | None:
    """Read a secret as EOS stores it; none where that cannot be."""
    kind, _, rest = stored.partition(" ")
    if not rest:
        return stored
    return rest if kind == "0" else None
