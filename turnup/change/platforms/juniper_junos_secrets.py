"""Where Junos shows secrets, and how those are read that it merely obscures.

Source: Junos OS statement references. `$9$` is no encryption: what it hides follows from the text itself, as the public
descriptions of it say (Crypt::Juniper); hashes (`$1$`, `$5$`, `$6$`) and what a master password hides (`$8$`) stay so.
"""

from __future__ import annotations

import re

from turnup.change.platforms.secrets import SecretPlace

_FAMILIES = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_ALPHABET = "".join(_FAMILIES)
_SKIPPED = {letter: 3 - number for number, family in enumerate(_FAMILIES) for letter in family}
_WEIGHTS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))


def _place(start: str) -> re.Pattern[str]:
    return re.compile(rf'(set {start} ")([^"]+)("(?: .+)?)')


SECRET_PLACES = (
    SecretPlace(
        'set protocols bgp group PE neighbor 192.0.2.1 authentication-key "SECRET"',
        ("set",),
        _place(r"(?:.+ )?authentication-key"),
    ),
    SecretPlace(
        'set system radius-server 192.0.2.1 secret "SECRET"',
        ("set",),
        _place(r"(?:.+ )?(?:radius|tacplus)-server \S+ secret"),
    ),
    SecretPlace(
        'set system login user admin authentication encrypted-password "SECRET"',
        ("set",),
        _place(r"system .*encrypted-password"),
    ),
    SecretPlace(
        'set snmp v3 usm local-engine user noc authentication-sha authentication-password "SECRET"',
        ("set",),
        _place(r"snmp v3 usm .+ (?:authentication|privacy)-(?:password|key)"),
    ),
    SecretPlace(
        "set snmp community SECRET authorization read-only",
        ("set",),
        re.compile(r"(set snmp community )(\"[^\"]+\"|\S+)((?: .+)?)"),
    ),
    SecretPlace(
        'set security ike policy P pre-shared-key ascii-text "SECRET"', ("set",), _place(r"security ike .+ ascii-text")
    ),
    SecretPlace(
        'set system ntp authentication-key 1 value "SECRET"',
        ("set",),
        _place(r"system ntp authentication-key \d+ value"),
    ),
    SecretPlace(
        'set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 authentication md5 1 key "SECRET"',
        ("set",),
        _place(r"(?:.+ )?authentication (?:md5 \d+ key|simple-password)"),
    ),
    SecretPlace(
        'set system archival configuration archive-sites "scp://noc@192.0.2.9/" password "SECRET"',
        ("set",),
        _place(r"system archival .+ password"),
    ),
)
"""The lines that hold secrets."""


def plain_of(stored: str) -> str | None:
    """Read a secret as Junos stores it; none where that cannot be."""
    bare = stored.strip('"')
    if bare.startswith("$9$"):
        return _revealed(bare.removeprefix("$9$"))
    return None if re.match(r"\$\w+\$", bare) else bare


def _revealed(text: str) -> str | None:
    """Undo `$9$`: each character is a sum of weighted distances between letters of the alphabet."""
    if not text or any(letter not in _SKIPPED for letter in text):
        return None
    previous, rest = text[0], text[1 + _SKIPPED[text[0]] :]
    plain = ""
    while rest:
        weights = _WEIGHTS[len(plain) % len(_WEIGHTS)]
        letters, rest = rest[: len(weights)], rest[len(weights) :]
        if len(letters) < len(weights):
            return None
        total = 0
        for letter, weight in zip(letters, weights, strict=True):
            total += ((_ALPHABET.index(letter) - _ALPHABET.index(previous)) % len(_ALPHABET) - 1) * weight
            previous = letter
        plain += chr(total % 256)
    return plain
