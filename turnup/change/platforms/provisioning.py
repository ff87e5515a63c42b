"""The canonical text of a provisioning server, as its on-device agent prints it: a section per telephone's file.

Sources: Yealink SIP-T2/T4/T5/CP9 Administrator Guide V86; snom Service Hub, "XML Configuration Files".
"""

from __future__ import annotations

import re

from turnup.change.platforms.language import Interrupts, Language
from turnup.change.platforms.secrets import SecretPlace

_FILE = r"^file \S+$"
_SETTING = r"^([\w.]+(?:\[\d+\])?)(?:\([A-Z!]*\))? ="
_ACCOUNT = r"^(account\.\d+\.|user_(?:name|pass|host|outbound)\[)"
_WHY = "the telephone takes it when it next asks for its file, at the latest in the night, and registers anew"


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn the agent's text into lines: it is canonical already, and a value ends at a newline and nowhere else."""
    return tuple((len(line) - len(line.lstrip(" ")), line.strip(" ")) for line in text.split("\n") if line.strip(" "))


def _place(example: str, key: str) -> SecretPlace:
    first_word = example.partition(" ")[0]
    return SecretPlace(example, (first_word,), re.compile(rf"({key} = )(\S.*)()"))


SECRET_PLACES = (
    *(_place(f"account.{number}.password = SECRET", rf"account\.{number}\.password") for number in range(1, 17)),
    *(_place(f"user_pass[{number}] = SECRET", rf"user_pass\[{number}\]") for number in range(1, 13)),
    _place("static.auto_provision.server.password = SECRET", r"static\.auto_provision\.server\.password"),
    _place("static.security.user_password = SECRET", r"static\.security\.user_password"),
    _place("http_pass = SECRET", "http_pass"),
    _place("admin_mode_password = SECRET", "admin_mode_password"),
)
"""Passwords of accounts, of the telephone's own pages, and of the server that it asks: stored as they are."""

PROVISIONING = Language(
    normalise=normalise,
    single_valued=((_FILE, _SETTING),),
    secret_places=SECRET_PLACES,
    never_typed=(re.compile(r"^(?:no )?file (?![0-9a-f]{12}\.(?:cfg|xml)$)"),),
    interrupts=(Interrupts((_FILE, _ACCOUNT), 0, 60, _WHY),),
    mode_exit=False,
)
"""A provisioning server."""
