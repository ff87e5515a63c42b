"""What orders of the real rows refer to and nobody writes down: RADIUS keys, passwords, passwords of telephones."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

REALM = "wcc.voice.example"


def of_wireless(_inventory: Path) -> tuple[tuple[str, str], ...]:
    """What the order of wireless networks has in the environment."""
    names = ("RADIUS", "MAKERS", "LIBRARIAN", "KIOSK", "COUNCILLOR", "LEAVER")
    return tuple((f"TURNUP_SECRET_{name}", f"{name.lower()}-of-a-row") for name in names)


def of_telephones(inventory: Path) -> tuple[tuple[str, str], ...]:
    """Write the password of each extension, and what its registrar compares with (RFC 2617), into files of a row."""
    folder = inventory.parent / "secrets"
    folder.mkdir()
    table = inventory / "call-offs" / "WCC-2026-0007-extensions.csv"
    with table.open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        number = row["number"]
        row["secret"] = f"file:{folder}/{number}@1"
        (folder / number).write_text(f"password-of-{number}")
        ha1 = hashlib.md5(f"{number}:{REALM}:password-of-{number}".encode(), usedforsecurity=False).hexdigest()
        (folder / f"{number}.ha1").write_text(ha1)
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return ()
