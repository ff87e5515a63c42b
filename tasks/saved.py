"""A folder of saved configurations with how things stood: what a plan needs where there is no device and no ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from turnup.change.ownership import OwnedConfig
from turnup.design import Allocation
from turnup.errors import FileRefused
from turnup.findings import Finding
from turnup.plan import LiveLine, Standing
from turnup.redact import redact
from turnup.scalars import DeviceName, SiteCode

if TYPE_CHECKING:
    from tasks.ledger import Ledger

STANDING = "standing.json"


@dataclass(frozen=True, slots=True)
class SavedStanding:
    """What the ledger knew when configurations were saved.

    Attributes:
        taken: values that were held, by anybody.
        live: service lines that had configuration in force, of any call-off.
        owned: what was ours on each saved device.
        delivered_sites: sites with a delivered LAN.
        resting, reserved: what of the values was in quarantine, or planned and not delivered.
    """

    taken: tuple[Allocation, ...] = ()
    live: tuple[LiveLine, ...] = ()
    owned: Mapping[DeviceName, OwnedConfig] = field(default_factory=dict)
    delivered_sites: tuple[SiteCode, ...] = ()
    resting: tuple[Allocation, ...] = ()
    reserved: tuple[Allocation, ...] = ()

    def of(self, reference: str) -> Standing:
        """How things stood for a call-off."""
        live = tuple(each for each in self.live if each.line.id.startswith(f"{reference}/"))
        return Standing(self.taken, live, frozenset(self.resting), frozenset(self.reserved))


_ADAPTER: TypeAdapter[SavedStanding] = TypeAdapter(SavedStanding)


def standing_now(ledger: Ledger, devices: tuple[DeviceName, ...]) -> SavedStanding:
    """How things stand in the ledger, for these devices."""
    from tasks.live import live_lines

    plans = ledger.plans
    taken, resting, reserved = plans.taken(), plans.resting(), plans.reserved()
    return SavedStanding(
        taken=taken,
        resting=tuple(each for each in taken if each in resting),
        reserved=tuple(each for each in taken if each in reserved),
        live=live_lines(ledger),
        owned={device: ledger.ownership.on(device) for device in devices},
        delivered_sites=tuple(sorted(SiteCode(site) for site in ledger.lines.delivered_sites("lan"))),
    )


def write_saved(folder: Path, running: Mapping[DeviceName, str], standing: SavedStanding) -> tuple[Path, ...]:
    """Write a file a device, and how things stand; secrets are left out of what is written.

    Raises:
        FileRefused: the folder cannot be written.
    """
    texts = {folder / f"{device}.cfg": redact(text) for device, text in sorted(running.items())}
    texts[folder / STANDING] = _ADAPTER.dump_json(standing, indent=1).decode() + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _refused(folder, "writable", "a folder to write into", str(error.strerror), "Give another.") from error
    return tuple(texts)


def read_standing(folder: Path | None) -> SavedStanding:
    """Read how things stood; nothing stands where a folder does not say.

    Raises:
        FileRefused: the file is not what `turnup save` writes.
    """
    path = folder / STANDING if folder is not None else None
    if path is None or not path.is_file():
        return SavedStanding()
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        found = str(error).splitlines()[0]
        raise _refused(path, "standing", "what `turnup save` wrote", found, "Save the devices again.") from error


def read_configurations(folder: Path, devices: tuple[DeviceName, ...]) -> dict[DeviceName, str]:
    """Read the saved configurations of devices.

    Raises:
        FileRefused: devices are missing, or a file cannot be read; names them all.
    """
    texts = {device: _saved(folder, device) for device in devices}
    missing = tuple(
        Finding(str(folder), 0, device, "saved-config", f"a file {device}.cfg", "none", _SAVE_IT)
        for device, text in texts.items()
        if text is None
    )
    if missing:
        raise FileRefused(str(folder), missing)
    return {device: text or "" for device, text in texts.items()}


_SAVE_IT = "Save the device's running configuration there, or all with `turnup save`."


def _saved(folder: Path, device: str) -> str | None:
    for suffix in (".cfg", ".txt", ".conf"):
        path = folder / f"{device}{suffix}"
        if path.is_file():
            remedy = "Save the device's running configuration there again."
            return read_text(path, "saved-config", "readable text in UTF-8", remedy)
    return None


def read_text(path: Path, rule: str, expected: str, remedy: str) -> str:
    """Read a configuration.

    Args:
        path: its file.
        rule: the rule that the finding names if it cannot be read.
        expected: what the finding says was expected.
        remedy: what it says to do.

    Raises:
        FileRefused: it is missing, or no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) else f"another byte at offset {error.start}"
        finding = Finding(str(path), 0, "(whole file)", rule, expected, str(found), remedy)
        raise FileRefused(str(path), (finding,)) from error


def _refused(where: Path, field_name: str, expected: str, found: str, remedy: str) -> FileRefused:
    return FileRefused(str(where), (Finding(str(where), 0, field_name, "saved", expected, found, remedy),))
