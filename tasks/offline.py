"""Plans without devices and without a ledger: for review and CI. No socket, no credential, no Prefect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.devices.masking import hidden
from tasks.order import Background, load_order
from tasks.preparation import prepare_for
from tasks.requests import PlanRequest
from tasks.saved import read_configurations, read_standing
from tasks.workspace import Workspace
from turnup.change.ownership import OwnedConfig
from turnup.errors import FileRefused
from turnup.findings import Finding
from turnup.plan import DeviceReading, Plan


def offline_plan(workspace: Workspace, request: PlanRequest, saved: Path | None) -> Plan:
    """Plan against saved configurations, or against empty devices.

    Args:
        workspace: where estate and templates are; its ledger is not opened.
        request: what is asked.
        saved: folder with `DEVICE.cfg` (or `.txt`, `.conf`) for each device, and with how things stood if it was
            made by `turnup save`; none: all devices are empty.

    Raises:
        FileRefused: the folder lacks devices; names them all.
        GateRefused, DesignError, PlanError: as online.
    """
    known = read_standing(saved)
    order = load_order(workspace, request.call_off, Background((), frozenset(known.delivered_sites)))
    prepared = prepare_for(workspace, order, request, known.of(order.call_off.reference), known.live)
    texts = dict.fromkeys(prepared.devices, "") if saved is None else read_configurations(saved, prepared.devices)
    platforms = prepared.estate.devices()
    texts = {device: hidden(platforms[device].platform, text, "") for device, text in texts.items()}
    return prepared.plan(
        {device: DeviceReading(text, known.owned.get(device, OwnedConfig())) for device, text in texts.items()}
    )


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
