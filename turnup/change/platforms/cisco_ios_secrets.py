"""Where Cisco IOS shows secrets, and which of the forms in which it stores them can be read.

Sources: IOS-XE 17 security command references; type 7 is an obscuring of 1995 (`service password-encryption`: "not
intended to protect against serious analysis"), types 5, 8 and 9 are hashes, type 6 needs the device's own key.
"""

from __future__ import annotations

import re

from turnup.change.platforms.secrets import SecretPlace

_STORED = r"((?:\d )?\S+)"
_SERVERS = ("radius server ", "tacacs server ", "aaa group server ", "aaa server radius ")
_OBSCURED = re.compile(r"7 (\d\d)((?:[0-9A-Fa-f]{2})+)")
_OBSCURER = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"


def _place(start: str, rest: str = r"()", stored: str = _STORED) -> re.Pattern[str]:
    return re.compile(f"({start} ){stored}{rest}")


SECRET_PLACES = (
    SecretPlace(
        "neighbor 192.0.2.1 password 7 SECRET", ("neighbor",), _place(r"neighbor \S+ password", stored=r"((?:\d )?.+)")
    ),
    SecretPlace("enable secret 9 SECRET", ("enable",), _place(r"enable (?:secret|password)(?: level \d+)?")),
    SecretPlace(
        "username admin privilege 15 secret 9 SECRET",
        ("username",),
        _place(
            r"username \S+(?: (?:privilege|role|view) \S+)*(?: (?:common-criteria-policy) \S+)? (?:secret|password)"
        ),
    ),
    SecretPlace("password 7 SECRET", ("password",), _place("password"), below=("line ",)),
    SecretPlace(
        "snmp-server community SECRET RO 10", ("snmp-server",), _place("snmp-server community", r"((?: .*)?)", r"(\S+)")
    ),
    SecretPlace(
        "snmp-server host 192.0.2.1 version 2c SECRET",
        ("snmp-server",),
        _place(
            r"snmp-server host \S+(?: vrf \S+)?(?: informs| traps)?(?: version (?:1|2c))?",
            r"((?: .*)?)",
            r"((?!version |vrf |informs |traps )\S+)",
        ),
    ),
    SecretPlace("key 7 SECRET", ("key",), _place("key"), below=_SERVERS),
    SecretPlace("pac key 7 SECRET", ("pac",), _place("pac key"), below=_SERVERS),
    SecretPlace("server-key 7 SECRET", ("server-key", "client"), _place(r"(?:client \S+ )?server-key"), below=_SERVERS),
    SecretPlace(
        "server-private 192.0.2.1 key 7 SECRET", ("server-private",), _place(r"server-private .*?\bkey"), below=_SERVERS
    ),
    SecretPlace(
        "radius-server host 192.0.2.1 key 7 SECRET",
        ("radius-server", "tacacs-server"),
        _place(r"(?:radius|tacacs)-server (?:.*?\b)?key"),
    ),
    SecretPlace("key-string 7 SECRET", ("key-string",), _place("key-string"), below=("key chain ",)),
    SecretPlace(
        "standby 1 authentication md5 key-string 7 SECRET",
        ("standby", "vrrp", "glbp"),
        _place(r"(?:standby|vrrp|glbp) (?:\d+ )?authentication(?: md5 key-string| text)", r"((?: .*)?)"),
    ),
    SecretPlace(
        "standby 1 authentication SECRET",
        ("standby", "vrrp", "glbp"),
        _place(r"(?:standby|vrrp|glbp) (?:\d+ )?authentication", stored=r"((?!md5 |text )\S+)"),
    ),
    SecretPlace("ip ospf message-digest-key 1 md5 7 SECRET", ("ip",), _place(r"ip ospf message-digest-key \d+ md5")),
    SecretPlace("ip ospf authentication-key 7 SECRET", ("ip",), _place(r"ip ospf authentication-key")),
    SecretPlace(
        "ntp authentication-key 1 md5 SECRET 7",
        ("ntp",),
        _place(r"ntp authentication-key \d+ \S+", r"((?: \d+)?)", r"(\S+)"),
    ),
    SecretPlace("crypto isakmp key 6 SECRET address 192.0.2.1", ("crypto",), _place("crypto isakmp key", r"( .+)")),
    SecretPlace(
        "pre-shared-key local 6 SECRET",
        ("pre-shared-key",),
        _place(r"pre-shared-key(?: local| remote)?", stored=r"((?!address |hostname |local |remote )(?:\d )?\S+)"),
    ),
    SecretPlace(
        "pre-shared-key address 192.0.2.1 key SECRET",
        ("pre-shared-key",),
        _place(r"pre-shared-key (?:address|hostname) .*?\bkey"),
    ),
    SecretPlace(
        "security wpa psk set-key ascii 0 SECRET",
        ("security",),
        _place(r"security wpa psk set-key ascii \d", stored=r"(\S+)"),
        below=("wlan ",),
    ),
    SecretPlace("ppp chap password 7 SECRET", ("ppp",), _place(r"ppp chap password")),
    SecretPlace("mpls ldp neighbor 192.0.2.1 password 7 SECRET", ("mpls",), _place(r"mpls ldp neighbor .*?\bpassword")),
)
"""The lines that hold secrets."""


def plain_of(stored: str) -> str | None:
    """Read a secret as IOS stores it; none where that cannot be."""
    kind, _, rest = stored.partition(" ")
    if not rest:
        return None if stored.startswith("$") else stored
    if kind == "0":
        return rest
    return _clear(stored) if kind == "7" else None


def _clear(stored: str) -> str | None:
    match = _OBSCURED.fullmatch(stored)
    if match is None:
        return None
    salt, obscured = int(match.group(1)), bytes.fromhex(match.group(2))
    clear = bytes(byte ^ _OBSCURER[(salt + place) % len(_OBSCURER)] for place, byte in enumerate(obscured))
    return clear.decode("latin-1")
