"""How Cisco IOS stores a password that is typed in the clear."""

from __future__ import annotations

import secrets

from lab.simulated.configuration import Change

_OBSCURER = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"


def as_stored(change: Change, typed: str) -> str:
    """Obscure a password where `service password-encryption` is on, under another salt each time."""
    kind, _, rest = typed.partition(" ")
    if kind in ("6", "7") or change.configuration.root.get("service", "password-encryption") is None:
        return typed
    clear = rest if kind == "0" and rest else typed
    salt = secrets.randbelow(16)
    obscured = bytes(ord(each) ^ _OBSCURER[(salt + place) % len(_OBSCURER)] for place, each in enumerate(clear))
    return f"7 {salt:02}{obscured.hex().upper()}"
