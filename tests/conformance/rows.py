"""The rows of the table: each platform, how its devices come up, and how each fault is shown on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.conformance import real_rows, roomos, simulated
from tests.conformance.scene import Stage
from tests.conformance.table import Cell


@dataclass(frozen=True)
class Row:
    """One platform.

    Attributes:
        platform: its word.
        devices: what stands for it: simulated devices, or the lab's.
        device: the device that faults are shown on.
        cells: by the name of the fault.
        start: brings the devices up, and plans.
        another: the same devices once more, for what is tried at the side of the table on simulated devices; none: a
            device without a transaction, of which the table says all that holds.
        real: whether it needs the lab.
    """

    platform: str
    devices: str
    device: str
    cells: Mapping[str, Cell]
    start: Callable[[Path], AbstractContextManager[Stage]]
    another: Callable[[Stage, Path], AbstractContextManager[Stage]] | None = None
    real: bool = False


ROWS: tuple[Row, ...] = (
    Row(
        "cisco_ios",
        "simulated",
        simulated.FIRST,
        simulated.CISCO_IOS,
        simulated.simulated_stage,
        simulated.simulated_twin,
    ),
    Row(
        "arista_eos",
        "simulated",
        simulated.FIRST,
        simulated.ARISTA_EOS,
        simulated.eos_stage,
        simulated.simulated_twin,
    ),
    Row(
        "juniper_junos",
        "simulated",
        simulated.FIRST,
        simulated.JUNIPER_JUNOS,
        simulated.junos_stage,
        simulated.simulated_twin,
    ),
    Row("cisco_tp", "simulated", roomos.CODEC, roomos.ROOMOS, roomos.roomos_stage),
    Row("frr", "the lab's", real_rows.CPE, real_rows.FRR, real_rows.frr_stage, real=True),
    Row("ovs", "the lab's", real_rows.SWITCH, real_rows.OVS, real_rows.ovs_stage, real=True),
    Row("freeradius", "the lab's", real_rows.SERVER, real_rows.FREERADIUS, real_rows.radius_stage, real=True),
    Row("kamailio", "the lab's", real_rows.SBC, real_rows.KAMAILIO, real_rows.sbc_stage, real=True),
    Row("hostapd", "the lab's", real_rows.POINT, real_rows.HOSTAPD, real_rows.point_stage, real=True),
    Row("provisioning", "the lab's", real_rows.PHONES, real_rows.PROVISIONING, real_rows.phones_stage, real=True),
)
