"""The files of a session border controller: Kamailio as its operator has it, and tables that name nobody's customer."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab.real.topology import Device

IMAGE = Path(__file__).with_name("images") / "kamailio"
_USER = "kamailio"


def stage(folder: Path, device: Device) -> None:
    """Write what the server needs that has just been taken out of its box.

    Args:
        folder: the device's private files.
        device: with the addresses on which it listens.
    """
    home = folder / "etc" / "kamailio"
    shutil.copytree(IMAGE, home)
    addresses = ("127.0.0.1", *(address.partition("/")[0] for address in device.addresses.values()))
    listens = "".join(f"listen=udp:{address}:5060\n" for address in addresses)
    (home / "listen.cfg").write_text(listens, encoding="utf-8")
    for each in (home, *home.rglob("*")):
        shutil.chown(each, _USER, _USER)
        each.chmod(0o750 if each.is_dir() else 0o640)
