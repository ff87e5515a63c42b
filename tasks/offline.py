"""Plans without devices and without a ledger: for review and CI. No socket, no credential, no Prefect."""

from __future__ import annotations

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
            return path.read_text(encoding="utf-8")
    return None


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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for device, parts in texts.items():
            (folder / f"{device}.cfg").write_text("".join(parts), encoding="utf-8")
    except OSError as error:
        found = str(error.strerror)
        finding = Finding(str(folder), 0, "--output", "writable", "a folder to write into", found, "Give another.")
        raise FileRefused(str(folder), (finding,)) from error
    return tuple(folder / f"{device}.cfg" for device in sorted(texts))
