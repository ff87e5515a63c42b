"""What-if: plans against a folder of saved configurations are the plans that would be made on the devices."""

from __future__ import annotations

import json
import socket

import pytest

from flows.cli import app
from flows.commands.plan import made_offline
from flows.console import run_command
from tasks.offline import offline_plan
from tasks.requests import PlanRequest, Purpose
from tasks.saved import STANDING
from tasks.saving import save_devices
from turnup.errors import FileRefused

CALL_OFF = "RBKC-2026-0007"


@pytest.fixture
def no_network(monkeypatch):
    """Whoever opens a socket fails."""

    def refuse(*_args, **_kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def request(purpose: Purpose = Purpose.DELIVER, *lines: str) -> PlanRequest:
    return PlanRequest(call_off=CALL_OFF, purpose=purpose, lines=lines)


def test_before_and_after_delivery_the_plan_made_offline_has_the_hash_of_the_plan(
    start_fleet, delivery, workspace, ledger, tmp_path
):
    start_fleet(CALL_OFF, minute_seconds=60)
    save_devices(workspace, ledger, CALL_OFF, tmp_path / "before")
    online = delivery.plan(CALL_OFF)
    assert offline_plan(workspace, request(), tmp_path / "before").hash == online.hash
    delivery.deliver(online)
    save_devices(workspace, ledger, CALL_OFF, tmp_path / "after")
    assert not offline_plan(workspace, request(), tmp_path / "after").changes_something
    for lines in ((), ("L5", "L6")):
        online = delivery.plan(CALL_OFF, Purpose.CEASE, lines)
        offline = offline_plan(workspace, request(Purpose.CEASE, *lines), tmp_path / "after")
        assert (offline.hash, offline.changes_something) == (online.hash, True)


def test_what_is_saved_holds_no_secret(start_fleet, workspace, ledger, tmp_path):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    fleet.type_as_another_operator("KC-LIB-02-SW1", ("username spare privilege 1 secret 9 $9$notforpeople",))
    written = save_devices(workspace, ledger, CALL_OFF, tmp_path / "saved")
    assert {path.name for path in written} == {*(f"{name}.cfg" for name in fleet.names), STANDING}
    assert not any("notforpeople" in path.read_text() for path in written)


def test_the_command_plans_from_a_folder_and_opens_nothing(inventory, tmp_path, no_network, monkeypatch, capsys):
    monkeypatch.setenv("TURNUP_INVENTORY", str(inventory))
    monkeypatch.setenv("TURNUP_LEDGER", str(tmp_path / "none" / "ledger.db"))
    folder = tmp_path / "saved"
    folder.mkdir()
    for device in ("HF-LIB-01-SW1", "HF-LIB-01-SW2"):
        (folder / f"{device}.cfg").write_text(f"hostname {device}\n")
    assert run_command(app, ["plan", "LBHF-2026-0042", "--from", str(folder), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["changes"] is True
    assert {each["device"] for each in printed["devices"]} <= {"HF-LIB-01-SW1", "HF-LIB-01-SW2"}
    assert not (tmp_path / "none").exists(), "no ledger was made"


def test_a_folder_that_lacks_devices_names_them_all(inventory, tmp_path, monkeypatch):
    monkeypatch.setenv("TURNUP_INVENTORY", str(inventory))
    (tmp_path / "saved").mkdir()
    with pytest.raises(FileRefused) as refused:
        made_offline(CALL_OFF, tmp_path / "saved")
    assert len(refused.value.findings) == 8
    assert all("turnup save" in each.remedy for each in refused.value.findings)


@pytest.mark.parametrize("content", ["{", '{"taken": 1}', '{"live": [{"line": 3}]}'])
def test_a_standing_that_nobody_saved_is_refused(inventory, tmp_path, monkeypatch, content):
    monkeypatch.setenv("TURNUP_INVENTORY", str(inventory))
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / STANDING).write_text(content)
    with pytest.raises(FileRefused, match="turnup save"):
        made_offline(CALL_OFF, tmp_path / "saved")
