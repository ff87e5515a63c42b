"""Plans without devices and without a ledger: for review and CI. No socket, no credential, no Prefect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.order import load_order
from tasks.preparation import prepare
from tasks.workspace import Workspace
from turnup.errors import FileRefused
from turnup.findings import Finding
from turnup.plan import DeviceReading, Plan


def offline_plan(workspace: Workspace, source: str, saved: Path | None) -> Plan:
    """Plan against saved configurations, or against empty devices.

    Args:
        workspace: where estate and templates are; its ledger is not opened.
        source: reference or file of a call-off.
        saved: folder with `DEVICE.cfg` (or `.txt`, `.conf`) for each device; none: all devices are empty.

    Raises:
        FileRefused: the folder lacks devices; names them all.
        GateRefused, DesignError, PlanError: as online.
    """
    prepared = prepare(workspace, load_order(workspace, source))
    if saved is None:
        return prepared.plan({device: DeviceReading("") for device in prepared.devices})
    texts = {device: _saved(saved, device) for device in prepared.devices}
    missing = tuple(
        Finding(
            str(saved),
            0,
            device,
            "saved-config",
            f"a file {device}.cfg",
            "none",
            "Save the device's running configuration there.",
        )
        for device, text in texts.items()
        if text is None
    )
    if missing:
        raise FileRefused(str(saved), missing)
    return prepared.plan({device: DeviceReading(text or "") for device, text in texts.items()})


def _saved(folder: Path, device: str) -> str | None:
    for suffix in (".cfg", ".txt", ".conf"):
        path = folder / f"{device}{suffix}"
        if path.is_file():
            return _text_of(path)
    return None


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) else f"another byte at offset {error.start}"
        remedy = "Save the device's running configuration there again."
        finding = Finding(str(path), 0, "(whole file)", "saved-config", "readable text in UTF-8", str(found), remedy)
        raise FileRefused(str(path), (finding,)) from error


@contextmanager
def writable(path: Path, option: str, expected: str) -> Iterator[None]:
    """Word what goes wrong while a result is written to where the user wants it.

    Raises:
        FileRefused: the disk is full, or the place is no such place or not ours.
    """
    try:
        yield
    except OSError as error:
        finding = Finding(
            str(path), 0, option, "writable", expected, str(error.strerror), "Give another, or make room."
        )
        raise FileRefused(str(path), (finding,)) from error


def write_rendered(plan: Plan, folder: Path) -> tuple[Path, ...]:
    """Write the fragments of each device into one file a device.

    Raises:
        FileRefused: the folder cannot be written.
    """
    texts: dict[str, list[str]] = {}
    for change in plan.changes:
        for fragment in change.fragments:
            if fragment.text.strip():
                texts.setdefault(change.device, []).append(f"! {fragment.service_line}\n{fragment.text}")
    with writable(folder, "--output", "a folder to write into"):
        folder.mkdir(parents=True, exist_ok=True)
        for device, parts in texts.items():
            (folder / f"{device}.cfg").write_text("".join(parts), encoding="utf-8")
    return tuple(folder / f"{device}.cfg" for device in sorted(texts))
