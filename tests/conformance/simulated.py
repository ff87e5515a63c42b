"""Rows on simulated devices: how each fault of the table is shown on them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from lab.simulated import (
    AcceptButIgnore,
    ConfigurationLocked,
    CutAccess,
    DropAtLine,
    Fault,
    Fleet,
    FullFlash,
    HangAt,
    LoseConfirm,
    Reboot,
    RefuseLogin,
    RejectLine,
    RevertFails,
    Unreachable,
    WrongHostname,
    WrongSerial,
)
from tasks.delivery import plan_from_readings
from tasks.devices.collect import collect
from tasks.inventory.nornir_run import open_nornir
from tasks.ledger import Ledger
from tasks.order import estate_at
from tasks.planning import PlanRequest, Purpose, prepare_request
from tasks.preparation import sites_of, sites_with
from tasks.workspace import Workspace
from tests.conformance.scene import Scene, Stage
from tests.conformance.table import CHANGED, UNCHANGED, Cell, Way
from tests.conftest import CHECKOUT, EXECUTOR, device_specs, with_eos_switches, with_junos_switches, write_endpoints

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"
ELSEWHERE = "snmp-server location Annexe"
LOST = ("- snmp-server location Basement comms room, key at reception", f"+ {ELSEWHERE}")


@dataclass
class Simulated:
    """The devices of a fleet."""

    fleet: Fleet
    rewrite: Callable[[], None]

    def begin(self) -> None:
        for name in self.fleet.names:
            self.fleet.reset(name)
        self.rewrite()

    def heal(self, device: str) -> None:
        self.fleet.clear_faults(device)
        self.rewrite()

    def running(self, device: str) -> str:
        return self.fleet.running_config(device)

    def startup(self, device: str) -> str:
        return self.fleet.startup_config(device)

    def is_armed(self, device: str) -> bool:
        return self.fleet.revert_is_pending(device) or bool(self.fleet.open_sessions(device))

    @property
    def other_lines(self) -> frozenset[str]:
        return frozenset({"exit", "@", "!", ""})

    def received(self, device: str) -> tuple[str, ...]:
        return self.fleet.lines_received(device)

    def taken_back(self, device: str) -> int:
        """How often its lines went again: under a timer, or with a session that was dropped before its commit."""
        ways = ("_ROLLBACK_START", "CONFIG_REPLACE_SUCCESS", "CONFIG_SESSION_ABORTED")
        ways += ("UI_COMMIT_NOT_CONFIRMED", "UI_COMMIT_ROLLBACK", "changes lost")
        return sum(any(way in line for way in ways) for line in self.fleet.log_lines(device))

    def end_timer(self, device: str) -> None:
        self.fleet.end_revert_timer(device)


@contextmanager
def simulated_stage(folder: Path) -> Iterator[Stage]:
    """The library's two switches, with the plan of its LAN."""
    inventory = folder / "inventory"
    shutil.copytree(CHECKOUT / "inventory", inventory)
    with _stage_on(folder, inventory) as stage:
        yield stage


@contextmanager
def eos_stage(folder: Path) -> Iterator[Stage]:
    """The same switches as Arista makes them; one of them, for the protocol does not depend on how many there are."""
    inventory = folder / "inventory"
    shutil.copytree(CHECKOUT / "inventory", inventory)
    with_eos_switches(inventory, SITE)
    with _stage_on(folder, inventory) as stage:
        yield stage.only(FIRST)


@contextmanager
def junos_stage(folder: Path) -> Iterator[Stage]:
    """The same switches as Juniper makes them, one of them."""
    inventory = folder / "inventory"
    shutil.copytree(CHECKOUT / "inventory", inventory)
    with_junos_switches(inventory, SITE)
    with _stage_on(folder, inventory) as stage:
        yield stage.only(FIRST)


@contextmanager
def _stage_on(folder: Path, inventory: Path) -> Iterator[Stage]:
    workspace = Workspace(
        inventory=inventory,
        templates=CHECKOUT / "templates",
        ledger=str(folder / "first" / "ledger.db"),
        endpoints=str(folder / "endpoints.yaml"),
        executor=EXECUTOR,
    )
    with Fleet(device_specs(inventory, CALL_OFF)) as fleet:
        write_endpoints(workspace, fleet)
        yield stage_of(workspace, CALL_OFF, Simulated(fleet, lambda: write_endpoints(workspace, fleet)))


@contextmanager
def simulated_twin(stage: Stage, folder: Path) -> Iterator[Stage]:
    """The same devices with the same plan once more, for deliveries side by side."""
    folder.mkdir()
    workspace = stage.workspace.model_copy(update={"endpoints": str(folder / "endpoints.yaml")})
    with Fleet(device_specs(workspace.inventory, CALL_OFF)) as fleet:
        yield replace(stage, workspace=workspace, devices=Simulated(fleet, lambda: write_endpoints(workspace, fleet)))


def stage_of(workspace: Workspace, call_off: str, devices: object) -> Stage:
    """Plan a call-off on devices that are up."""
    ledger = Ledger(workspace.ledger)
    prepared = prepare_request(workspace, ledger, PlanRequest(call_off=call_off, purpose=Purpose.DELIVER, lines=()))
    readings = collect(open_nornir(workspace, sites_of(prepared), prepared.devices))
    assert readings.errors == ()
    plan = plan_from_readings(ledger, prepared, readings.running, workspace.executor)
    ledger.close()
    names = tuple({change.device for change in plan.changes})
    sites = sites_with(estate_at(workspace, (site for wave in plan.waves for site in wave.sites)), names)
    return Stage(workspace, plan, sites, Path(workspace.ledger), devices)


def fleet_of(scene: Scene) -> Fleet:
    assert isinstance(scene.devices, Simulated)
    return scene.devices.fleet


def inject(*faults: Fault, at: str = "", minute_seconds: float = 60.0) -> Callable[[Scene], None]:
    """Let faults happen: from the beginning, or from a stage of the push on."""

    def arrange(scene: Scene) -> None:
        def happen() -> None:
            for fault in faults:
                fleet_of(scene).inject(scene.device, fault)

        fleet_of(scene).set_minute(scene.device, minute_seconds)
        scene.at(at, happen) if at else happen()

    return arrange


def once(fault: Fault, *, until: str, at: str = "") -> Callable[[Scene], None]:
    """Let a fault be over when a stage begins."""

    def arrange(scene: Scene) -> None:
        inject(fault, at=at)(scene)
        scene.at(until, lambda: fleet_of(scene).clear_faults(scene.device))

    return arrange


def typed(*lines: str, at: str = "") -> Callable[[Scene], None]:
    """Let another operator type lines."""

    def arrange(scene: Scene) -> None:
        def happen() -> None:
            fleet_of(scene).type_as_another_operator(scene.device, lines)

        scene.at(at, happen) if at else happen()

    return arrange


def both(*arranges: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Arrange several things."""

    def arrange(scene: Scene) -> None:
        for each in arranges:
            each(scene)

    return arrange


def another_key(scene: Scene) -> None:
    """Let the device show another key from now on, as after the loss of its flash."""
    fleet_of(scene).change_host_key(scene.device)


def another_timer(scene: Scene) -> None:
    """Ours fires as soon as the lines are there; another operator begins a change of his own at once."""

    def happen() -> None:
        fleet_of(scene).end_revert_timer(scene.device)
        fleet_of(scene).arm_as_another_operator(scene.device, "colleague")

    scene.at("verify", happen)
    scene.healing.append(lambda: fleet_of(scene).end_revert_timer(scene.device))


def touched_since(line: str, back: str) -> Callable[[Scene], None]:
    """Let another operator change what the plan touches, and put it back in the end."""

    def arrange(scene: Scene) -> None:
        typed(*line.split(" / "))(scene)
        scene.healing.append(lambda: typed(*back.split(" / "))(scene))

    return arrange


def others_change(scene: Scene) -> None:
    """Let another operator wait for the confirm of a change of his."""
    fleet_of(scene).arm_as_another_operator(scene.device, "colleague")
    scene.healing.append(lambda: fleet_of(scene).end_revert_timer(scene.device))


def at(stage: str, arrange: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Let something happen when a stage of the push begins."""
    return lambda scene: scene.at(stage, lambda: arrange(scene))


def jump(hours: int) -> Callable[[Scene], None]:
    """Let the clock of Turnup's machine jump while the lines are there and not confirmed."""

    def arrange(scene: Scene) -> None:
        scene.at("verify", lambda: setattr(scene.clock, "ahead", timedelta(hours=hours)))

    return arrange


def line(position: str) -> Callable[[Scene], str]:
    """Pattern of a line that the plan types: the first, one in the middle that stands nowhere yet, the last."""

    def find(scene: Scene) -> str:
        lines = [each for each in scene.change.remediation.splitlines() if each.strip() not in ("exit", "@", "!")]
        there = {each.strip() for each in scene.change.running.splitlines()}
        new = next(each for each in lines[len(lines) // 2 :] if each.strip() not in there)
        words = {"first": lines[0], "middle": new, "last": lines[-1]}[position]
        return rf"^\s*{re.escape(words.strip())}$"

    return find


def spoil(kind: Callable[[str], Fault], position: str, **more: object) -> Callable[[Scene], None]:
    """Let a fault happen at a line of the plan."""
    return lambda scene: inject(kind(line(position)(scene)), **more)(scene)  # type: ignore[arg-type]


def slow_answers(scene: Scene) -> None:
    """Let each answer take a moment."""
    fleet_of(scene).set_answer_delay(scene.device, 0.01)


DROP_AFTER = partial(DropAtLine, before=False)

COMMON: dict[str, Cell] = {
    "nothing goes wrong": Way(lambda scene: None),
    "the first line is rejected": Way(spoil(RejectLine, "first")),
    "a middle line is rejected": Way(spoil(RejectLine, "middle")),
    "the last line is rejected": Way(spoil(RejectLine, "last")),
    "a line is taken and has no effect": Way(spoil(AcceptButIgnore, "middle")),
    "the session drops before the lines": Way(spoil(DropAtLine, "first")),
    "the session drops in the middle of the lines": Way(spoil(DropAtLine, "middle")),
    "the session drops after the lines": Way(spoil(DROP_AFTER, "last")),
    "the session drops as we save": Way(once(DropAtLine("^write"), until="revert")),
    "the device hangs in the middle of the lines": Way(spoil(HangAt, "middle")),
    "the device stays away after the lines": Way(inject(Unreachable(), at="verify")),
    "the device answers slowly": Way(slow_answers),
    "the login is refused": Way(inject(RefuseLogin())),
    "the login is refused once the lines are there": Way(once(RefuseLogin(), at="verify", until="revert")),
    "the host key is another": Way(another_key),
    "the host key is another once the lines are there": Way(at("verify", another_key)),
    "another device has the address, by its name": Way(
        inject(WrongHostname("SOMEBODY-ELSE")), lost=("+ hostname SOMEBODY-ELSE", f"- hostname {FIRST}")
    ),
    "another device has the address, by its serial number": Way(inject(WrongSerial("FCW0000X000"))),
    "another device has the address once the lines are there": Way(inject(WrongSerial("FCW0000X000"), at="verify")),
    "the device reboots before we confirm": Way(inject(Reboot(0.3), at="verify")),
    "the device reboots after the confirm and before the save": Way(inject(Reboot(0.3), at="save")),
    "our own lines cut our access": Way(spoil(CutAccess, "middle", minute_seconds=3.0)),
    "the confirm is answered and not taken": Way(inject(LoseConfirm(), minute_seconds=3.0)),
    "the revert timer runs out as we confirm": Way(
        at("confirm", lambda scene: fleet_of(scene).end_revert_timer(scene.device))
    ),
    "the save fails": Way(inject(FullFlash())),
    "the save fails, and so does the way back": Way(
        both(inject(FullFlash()), inject(ConfigurationLocked("colleague"), at="save")), again=CHANGED
    ),
    "another operator is in configuration mode": Way(inject(ConfigurationLocked("colleague"))),
    "a change of somebody else waits for its confirm": Way(others_change, stays_armed=True),
    "a change of somebody else takes the timer after ours": Way(another_timer, stays_armed=True),
    "something else was changed since the plan": Way(typed(ELSEWHERE), lost=LOST),
    "somebody changes something else before we confirm": Way(typed(ELSEWHERE, at="verify"), lost=LOST),
    "somebody changes something else, and our lines are taken back": Way(
        both(typed(ELSEWHERE, at="apply"), spoil(RejectLine, "last")), lost=LOST
    ),
    "the clock jumps two hours forward": Way(jump(2)),
    "the clock jumps two hours back": Way(jump(-2)),
}
"""What every simulated platform shows in one way."""

CISCO_IOS: dict[str, Cell] = COMMON | {
    "the session drops as we confirm, and the confirm is lost": Way(inject(LoseConfirm(drop=True))),
    "the session drops as we confirm, and only its answer is lost": Way(
        once(DropAtLine("^configure confirm", before=False), until="revert")
    ),
    "the device does not take itself back": Way(both(spoil(RejectLine, "last"), inject(RevertFails()))),
    "what the plan touches was changed since": Way(
        touched_since("vlan 110 / name MINE", "no vlan 110"), lost=("+ vlan 110 / name MINE",)
    ),
}

ARISTA_EOS: dict[str, Cell] = COMMON | {
    "the session drops as we confirm, and the confirm is lost": Way(inject(LoseConfirm(drop=True))),
    "the session drops as we confirm, and only its answer is lost": Way(
        once(DropAtLine(r"^configure session \S+ commit", before=False), until="revert")
    ),
    "the device does not take itself back": Way(
        both(once(RefuseLogin(), at="verify", until="revert"), inject(RevertFails(), at="revert")),
        says="login refused",
        why="a line that is rejected is dropped with its session, before anything is in force",
    ),
    "what the plan touches was changed since": Way(
        touched_since("vlan 110 / name MINE", "no vlan 110"), lost=("+ vlan 110 / name MINE",)
    ),
}

_ANNEXE = "set snmp location Annexe"
_ANNEXE_LOST = ('- set snmp location "Basement comms room, key at reception"', f"+ {_ANNEXE}")
_SAVED = "a commit is saved by itself"

JUNIPER_JUNOS: dict[str, Cell] = COMMON | {
    "the session drops as we confirm, and the confirm is lost": Way(inject(LoseConfirm(drop=True))),
    "the session drops as we confirm, and only its answer is lost": Way(
        once(DropAtLine("^commit$", before=False), until="revert")
    ),
    "the session drops as we save": _SAVED,
    "the save fails": _SAVED,
    "the save fails, and so does the way back": _SAVED,
    "the device reboots after the confirm and before the save": Way(
        inject(Reboot(0.3), at="save"), outcome=CHANGED, says="", again=UNCHANGED, why=_SAVED
    ),
    "the device does not take itself back": Way(
        both(once(RefuseLogin(), at="verify", until="revert"), inject(RevertFails(), at="revert")),
        says="login refused",
        why="a line that is rejected is dropped with its candidate, before anything is in force",
    ),
    "another device has the address, by its name": Way(
        inject(WrongHostname("SOMEBODY-ELSE")),
        lost=("+ set system host-name SOMEBODY-ELSE", f"- set system host-name {FIRST}"),
    ),
    "what the plan touches was changed since": Way(
        touched_since("set vlans STAFF vlan-id 310", "delete vlans STAFF"),
        lost=("+ set vlans STAFF", "+ set vlans STAFF vlan-id 310"),
    ),
    "something else was changed since the plan": Way(typed(_ANNEXE), lost=_ANNEXE_LOST),
    "somebody changes something else before we confirm": Way(typed(_ANNEXE, at="verify"), lost=_ANNEXE_LOST),
    "somebody changes something else, and our lines are taken back": Way(
        both(once(RefuseLogin(), at="verify", until="revert"), typed(_ANNEXE, at="verify")),
        says="login refused",
        lost=_ANNEXE_LOST,
        why="his commit confirms ours, which is taken back by a commit of its own; before ours he cannot",
    ),
}
