"""The statements that a simulated Junos device takes: `hierarchies/`, a file each, in the notation of `schema`.

Source: Junos OS configuration statement references: Ethernet Switching, EX; Interfaces; Routing Protocols and BGP;
Layer 3 VPNs; Routing Policies and Firewall Filters; Class of Service; Security Services, SRX; CLI.
"""

from __future__ import annotations

from pathlib import Path

from lab.simulated.junos.schema import Schema

_FOLDER, _TOP = Path(__file__).resolve().parent / "hierarchies", "configuration"


def _read() -> Schema:
    texts = {path.stem: path.read_text() for path in sorted(_FOLDER.glob("*.txt"))}
    return Schema(texts[_TOP], texts)


JUNOS = _read()
"""Junos, as EX, MX and SRX have it in common."""
