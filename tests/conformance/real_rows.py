"""Rows on the lab's devices: how each fault of the table is shown on them.

The lines are spoilt on their way into the device's own agent, so that it is FRR, Open vSwitch or FreeRADIUS that
refuses them; sessions are cut by killing the device's sshd; names, keys and logins are changed on its disk.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tasks.devices.platforms import agent
from tests.conformance.real import real_of, real_stage
from tests.conformance.real_secrets import of_telephones, of_wireless
from tests.conformance.scene import Scene
from tests.conformance.simulated import at, both, jump
from tests.conformance.table import CHANGED, Cell, Way

CPE, SWITCH, SERVER = "SWK-LIB-05-CPE1", "SWK-LIB-05-SW1", "LON-AAA-01"
SITE_DEVICES = ("LON-PE-02", CPE, SWITCH)
PATIENT = 120
"""Seconds that a device waits for the confirm: a slow machine is no fault."""
NUMBER = {"first": "1", "middle": "$(((count + 1) / 2))", "last": "$count"}
ATOMIC = "all lines are one transaction"


def wait_shortly(scene: Scene, seconds: int) -> None:
    """Let the device wait for the confirm no longer than this, if it is not 0, until the fault is over."""
    scene.revert_seconds = seconds or scene.revert_seconds
    scene.healing.append(lambda: setattr(scene, "revert_seconds", scene.stage.revert_seconds))


def hook(cases: str, *, at: str = "", until: str = "", seconds: int = 0) -> Callable[[Scene], None]:
    """Let something else happen to verbs of the agent, from a stage of the push on, and up to another.

    Args:
        seconds: how long the device waits for the confirm, where that has to be short.
    """

    def arrange(scene: Scene) -> None:
        wait_shortly(scene, seconds)
        scene.at(at, lambda: real_of(scene).hook(cases)) if at else real_of(scene).hook(cases)
        if until:
            scene.at(until, lambda: real_of(scene).heal(scene.device))

    return arrange


def inside(script: str, *, at: str = "", until: str = "", seconds: int = 0, heal: str = "") -> Callable[[Scene], None]:
    """Let a script run as root inside the device, and another when the fault is over."""

    def arrange(scene: Scene) -> None:
        wait_shortly(scene, seconds)
        scene.at(at, lambda: real_of(scene).bash(script)) if at else real_of(scene).bash(script)
        if until:
            scene.at(until, lambda: real_of(scene).heal(scene.device))
        if heal:
            scene.healing.append(lambda: real_of(scene).bash(heal))

    return arrange


def with_line(position: str, instead: str) -> str:
    """A case: the apply is given with another line in the place of one."""
    count = f'payload=$(cat); count=$(wc -l <<<"$payload"); number={NUMBER[position]}'
    return f"""apply) {count}; sed "${{number}}{instead}" <<<"$payload" | give; exit ;;"""


def without_line(pattern: str) -> str:
    """A case: the apply loses a line."""
    return f"apply) sed -E '/{pattern}/d' | give; exit ;;"


def impatient_with_agents(arrange: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Nobody waits two minutes for an agent that hangs on purpose; what it does else may take its time."""

    def arranged(scene: Scene) -> None:
        patch = pytest.MonkeyPatch()
        scene.at("apply", lambda: patch.setattr(agent, "APPLY_SECONDS", 4.0))
        scene.at("revert", patch.undo)
        scene.healing.append(patch.undo)
        arrange(scene)

    return arranged


def reboot(scene: Scene) -> None:
    """Cut the device's power and boot it."""
    real_of(scene).lab.restart(scene.device)


def others_change(scene: Scene) -> None:
    """Let another operator wait for the confirm of a change of his."""
    real_of(scene).arm_as_another("colleague")
    scene.healing.append(lambda: real_of(scene).end_timer(scene.device))


def another_timer(scene: Scene) -> None:
    """Ours fires as soon as the lines are there; another operator begins a change of his own at once."""

    def happen() -> None:
        real_of(scene).end_timer(scene.device)
        real_of(scene).arm_as_another("colleague")

    scene.at("verify", happen)
    scene.healing.append(lambda: real_of(scene).end_timer(scene.device))


def fire(scene: Scene) -> None:
    """Let the time be over now, on a device that takes a moment to go back."""
    real_of(scene).fire(slowly=2)


KEY = "rm /etc/ssh/host_key*; ssh-keygen -q -t ed25519 -N '' -C '' -f /etc/ssh/host_key"
REFUSE = "sed -i 's/^AllowUsers .*/AllowUsers nobody/' /etc/ssh/sshd_config"
AWAY = "mv /etc/ssh/sshd_config /etc/ssh/away"
SERIAL = "echo FRR0000X000 >/etc/turnup/serial"
CUT_ACCESS = f"""apply) ({AWAY}; setsid bash -c 'while [ -e /var/lib/turnup/armed/{{token}} ] ||
  [ -e /var/lib/turnup/fired/{{token}} ]; do sleep 0.2; done; mv /etc/ssh/away /etc/ssh/sshd_config' >/dev/null 2>&1 &)
  whole; drop ;;"""
NO_ANSWER = "whole; drop ;;"

COMMON: dict[str, Cell] = {
    "nothing goes wrong": Way(lambda scene: None),
    "the session drops before the lines": Way(hook("apply) drop ;;")),
    "the session drops in the middle of the lines": Way(hook("apply) head -c 100 | whole; drop ;;")),
    "the session drops after the lines": Way(hook(f"apply) {NO_ANSWER}")),
    "the session drops as we confirm, and the confirm is lost": Way(hook("confirm) drop ;;", until="revert")),
    "the session drops as we confirm, and only its answer is lost": Way(hook(f"confirm) {NO_ANSWER}", until="revert")),
    "the session drops as we save": Way(hook(f"save) {NO_ANSWER}", until="revert")),
    "the device hangs in the middle of the lines": Way(
        impatient_with_agents(hook("apply) exec sleep 8 ;;", until="revert"))
    ),
    "the device stays away after the lines": Way(inside(AWAY, at="verify", seconds=4)),
    "the device answers slowly": Way(hook("*) sleep 0.3 ;;")),
    "the login is refused": Way(inside(REFUSE)),
    "the login is refused once the lines are there": Way(inside(REFUSE, at="verify", until="revert")),
    "the host key is another": Way(inside(KEY)),
    "the host key is another once the lines are there": Way(inside(KEY, at="verify", seconds=4)),
    "another device has the address, by its name": Way(
        inside("hostname SOMEBODY-ELSE"), lost=("+ hostname SOMEBODY-ELSE", f"- hostname {CPE}")
    ),
    "another device has the address, by its serial number": Way(inside(SERIAL)),
    "another device has the address once the lines are there": Way(inside(SERIAL, at="verify", seconds=4)),
    "the device reboots before we confirm": Way(at("verify", reboot)),
    "our own lines cut our access": Way(hook(CUT_ACCESS.replace("{token}", "'$token'"), seconds=8)),
    "the device does not take itself back": Way(
        both(
            hook(f"apply) {NO_ANSWER}"),
            hook('revert) mv /var/lib/turnup/{armed,reverted}/"$token"; exit 0 ;;', at="revert"),
        ),
        says="session ended",
    ),
    "the confirm is answered and not taken": Way(hook("confirm) echo confirmed $token; exit ;;", until="revert")),
    "the revert timer runs out as we confirm": Way(at("confirm", fire)),
    "a change of somebody else waits for its confirm": Way(others_change, stays_armed=True),
    "a change of somebody else takes the timer after ours": Way(another_timer, stays_armed=True),
    "the clock jumps two hours forward": Way(jump(2)),
    "the clock jumps two hours back": Way(jump(-2)),
}
"""What every device of the lab shows in one way."""

TYPED = "vtysh -c 'configure terminal' -c 'ip route 192.0.2.0/24 blackhole'"
FRR_LOST = ("+ ip route 192.0.2.0/24 blackhole",)

READ_ONLY = "mount --bind /etc/frr /etc/frr; mount -o remount,ro,bind /etc/frr"

FRR: dict[str, Cell] = (
    COMMON
    | {
        f"{each} line is rejected": Way(
            hook(with_line(position, "s/.*/no such command/")), says="no such command", why="FRR's own words"
        )
        for each, position in (("the first", "first"), ("a middle", "middle"), ("the last", "last"))
    }
    | {
        "a line is taken and has no effect": Way(hook(without_line("^ description "))),
        "the device reboots after the confirm and before the save": Way(at("save", reboot)),
        "the save fails": Way(
            inside(READ_ONLY, at="confirm"),
            says="Read-only file system",
        ),
        "the save fails, and so does the way back": Way(
            both(
                inside(READ_ONLY, at="confirm"),
                hook("arm) echo 'no room to arm' >&2; exit 1 ;;", at="save"),
            ),
            says="Read-only file system.*could not be taken back",
        ),
        "another operator is in configuration mode": "FRR lets several operators configure at once",
        "what the plan touches was changed since": Way(
            inside(
                "vtysh -c 'configure terminal' -c 'interface eth0' -c 'description MINE'",
                heal="vtysh -c 'configure terminal' -c 'interface eth0' -c 'no description'",
            ),
            lost=("+ interface eth0 / description MINE",),
        ),
        "something else was changed since the plan": Way(inside(TYPED), lost=FRR_LOST),
        "somebody changes something else before we confirm": Way(inside(TYPED, at="verify"), lost=FRR_LOST),
        "somebody changes something else, and our lines are taken back": Way(
            inside(TYPED, at="apply"),
            says="somebody changed the device since it was armed.*besides ours",
            lost=FRR_LOST,
        ),
    }
)

OVS_TYPED, OVS_LOST = "ovs-vsctl set Port eth5 tag=77", ("+ port eth5 / tag 77", "- port eth5 / tag 4094")
BAD_PORT = """s/.*/["set","Port","nosuch","tag=1"]/"""
OVS: dict[str, Cell] = (
    COMMON
    | {
        f"{each} line is rejected": Way(
            hook(with_line(position, BAD_PORT.replace('"', '\\"'))), says="nosuch", why=ATOMIC
        )
        for each, position in (("the first", "first"), ("a middle", "middle"), ("the last", "last"))
    }
    | {
        "a line is taken and has no effect": Way(
            inside("ip link add vlan900 type veth peer name xvlan900", heal="ip link del vlan900"),
            says="vlan900",
            why="a port that it cannot make",
        ),
        "the device reboots after the confirm and before the save": Way(
            at("save", reboot), outcome=CHANGED, says="", why="its database has kept the change"
        ),
        "the save fails": "a transaction that is taken is on the disk",
        "the save fails, and so does the way back": "a transaction that is taken is on the disk",
        "another operator is in configuration mode": "it has no such mode",
        "what the plan touches was changed since": Way(
            inside("ovs-vsctl set Port eth8 tag=66", heal="ovs-vsctl set Port eth8 tag=4094"),
            lost=("+ port eth8 / tag 66", "- port eth8 / tag 4094"),
        ),
        "something else was changed since the plan": Way(inside(OVS_TYPED), lost=OVS_LOST),
        "somebody changes something else before we confirm": Way(inside(OVS_TYPED, at="verify"), lost=OVS_LOST),
        "somebody changes something else, and our lines are taken back": Way(
            both(inside(OVS_TYPED, at="apply"), hook(f"apply) {NO_ANSWER}")), lost=OVS_LOST
        ),
    }
)

frr_stage = real_stage(CPE, "SWK-2026-0001", SITE_DEVICES, PATIENT)
ovs_stage = real_stage(SWITCH, "SWK-2026-0001", SITE_DEVICES, PATIENT)

USERS = "/etc/freeradius/3.0/mods-config/files/authorize"
KIM, RADIUS_LOST = (
    "kim Auth-Type := Accept",
    (
        "+ user kim",
        "+ user kim / check Auth-Type := Accept",
    ),
)
IN_PLACE = "what is renamed into its place is on the disk"
IN_FILES: dict[str, Cell] = COMMON | {
    "the device reboots after the confirm and before the save": Way(
        at("save", reboot), outcome=CHANGED, says="", why=IN_PLACE
    ),
    "the save fails": IN_PLACE,
    "the save fails, and so does the way back": IN_PLACE,
    "another operator is in configuration mode": "it has no such mode",
}
"""What is the same on every server that reads files."""


def written(line: str) -> str:
    """Another operator puts a record above all others."""
    return f"sed -i '1i {line}' {USERS}"


FREERADIUS: dict[str, Cell] = (
    IN_FILES
    | {
        f"{each} line is rejected": Way(
            hook(with_line(position, "s/Auth-Type/Auth-Tipe/")), says="Auth-Tipe", why="all records are one rename"
        )
        for each, position in (("the first", "first"), ("a middle", "middle"), ("the last", "last"))
    }
    | {
        "a line is taken and has no effect": Way(hook(without_line("001010000000002"))),
        "what the plan touches was changed since": Way(
            inside(written("001010000000001 Auth-Type := Reject"), heal=f"sed -i 1d {USERS}"),
            lost=("+ user 001010000000001 / check Auth-Type := Reject",),
        ),
        "something else was changed since the plan": Way(inside(written(KIM)), lost=RADIUS_LOST),
        "somebody changes something else before we confirm": Way(inside(written(KIM), at="verify"), lost=RADIUS_LOST),
        "somebody changes something else, and our lines are taken back": Way(
            both(inside(written(KIM), at="apply"), hook(f"apply) {NO_ANSWER}")), lost=RADIUS_LOST
        ),
    }
)

radius_stage = real_stage(SERVER, "WCC-2026-0005", (SERVER,), PATIENT)

SBC, TABLES = "LON-SBC-01", "/etc/kamailio/tables"
SBC_LOST = tuple(
    f"+ numbers +44207946099{item}" for item in ("", " / customer 1600", " / postcode SE1 7EH", " / uprn 1")
)
TOGETHER = "all tables are judged together"


def added(row: str, table: str = "numbers") -> str:
    """Another operator puts a row below all others."""
    return f"echo '{row}' >>{TABLES}/{table}"


THEIR_ROW = added("9:+44207946099:1600:1:SE1 7EH")
KAMAILIO: dict[str, Cell] = (
    IN_FILES
    | {
        f"{each} line is rejected": Way(hook(with_line(position, "s/new/gone/")), says="is not there", why=TOGETHER)
        for each, position in (("the first", "first"), ("a middle", "middle"), ("the last", "last"))
    }
    | {
        "a line is taken and has no effect": Way(hook(without_line("numbers .442079460150"))),
        "what the plan touches was changed since": Way(
            inside(
                added("9:+44207946010:1600:1:SE1 7EH"),
                heal=f"sed -i '/^9:/d' {TABLES}/numbers",
            ),
            lost=tuple(f"+ numbers +44207946010 / {item}" for item in ("customer 1600", "postcode SE1 7EH", "uprn 1")),
        ),
        "something else was changed since the plan": Way(inside(THEIR_ROW), lost=SBC_LOST),
        "somebody changes something else before we confirm": Way(inside(THEIR_ROW, at="verify"), lost=SBC_LOST),
        "somebody changes something else, and our lines are taken back": Way(
            both(inside(THEIR_ROW, at="apply"), hook(f"apply) {NO_ANSWER}")), lost=SBC_LOST
        ),
    }
)

sbc_stage = real_stage(SBC, "WCC-2026-0011", (SBC,), PATIENT)

POINT, POINT_DEVICES = "WCC-LIB-06-AP1", ("WCC-LIB-06-SW1", "WCC-LIB-06-AP1", SERVER)
RADIO = "/etc/hostapd/wlan0.conf"
NONSENSE = r"{s/wpa_key_mgmt=[^\"]*/wpa_key_mgmt=NONSENSE/;s/channel=44/hw_mode=NONSENSE/}"


def on_air(name: str, ssid: str) -> str:
    """Another operator gives a radio one network more."""
    return f"printf 'bss={name}\\nssid={ssid}\\n' >>{RADIO}"


HOSTAPD_LOST = ("+ bss wlan0-kim of wlan0", "+ bss wlan0-kim of wlan0 / ssid=kim")
HOSTAPD: dict[str, Cell] = (
    IN_FILES
    | {
        f"{each} line is rejected": Way(
            hook(with_line(position, NONSENSE)), says="hostapd: Line .*NONSENSE", why="hostapd's own words"
        )
        for each, position in (("the first", "first"), ("a middle", "middle"), ("the last", "last"))
    }
    | {
        "a line is taken and has no effect": Way(hook(without_line("wlan0-makers"))),
        "what the plan touches was changed since": Way(
            inside(on_air("wlan0-corp", "MINE"), heal=f"sed -i '/^bss=wlan0-corp/,$d' {RADIO}"),
            lost=("+ bss wlan0-corp of wlan0 / ssid=MINE",),
        ),
        "something else was changed since the plan": Way(inside(on_air("wlan0-kim", "kim")), lost=HOSTAPD_LOST),
        "somebody changes something else before we confirm": Way(
            inside(on_air("wlan0-kim", "kim"), at="verify"), lost=HOSTAPD_LOST
        ),
        "somebody changes something else, and our lines are taken back": Way(
            both(inside(on_air("wlan0-kim", "kim"), at="apply"), hook(f"apply) {NO_ANSWER}")), lost=HOSTAPD_LOST
        ),
    }
)

point_stage = real_stage(POINT, "WCC-2026-0009", POINT_DEVICES, PATIENT, of_wireless)

PHONES, PHONES_FOLDER = "LON-PRV-01", "/var/lib/provisioning/phones"
PHONES_DEVICES = (SBC, PHONES, "WCC-LIB-01-CPE1", "WCC-LIB-01-SW1")
ONE_LINK = "the link to all files is judged and moved as one"


def their_file(name: str, setting: str) -> str:
    """Another operator gives a telephone a file."""
    return f"echo '{setting}' >{PHONES_FOLDER}/{name}; chown root:www-data {PHONES_FOLDER}/{name}"


THEIR_FILE = their_file("00005e0053f9.cfg", "account.1.label = Kim")
PHONES_LOST = ("+ file 00005e0053f9.cfg", "+ file 00005e0053f9.cfg / account.1.label = Kim")
PROVISIONING: dict[str, Cell] = (
    IN_FILES
    | {
        f"{each} line is rejected": Way(hook(with_line(position, "s/new/gone/")), says="is not there", why=ONE_LINK)
        for each, position in (("the first", "first"), ("a middle", "middle"), ("the last", "last"))
    }
    | {
        "a line is taken and has no effect": Way(hook(without_line("00005e005302"))),
        "what the plan touches was changed since": Way(
            inside(
                their_file("00005e005301.cfg", "account.1.label = MINE"), heal=f"rm {PHONES_FOLDER}/00005e005301.cfg"
            ),
            lost=("+ file 00005e005301.cfg / account.1.label = MINE",),
        ),
        "something else was changed since the plan": Way(inside(THEIR_FILE), lost=PHONES_LOST),
        "somebody changes something else before we confirm": Way(inside(THEIR_FILE, at="verify"), lost=PHONES_LOST),
        "somebody changes something else, and our lines are taken back": Way(
            both(inside(THEIR_FILE, at="apply"), hook(f"apply) {NO_ANSWER}")), lost=PHONES_LOST
        ),
    }
)

phones_stage = real_stage(PHONES, "WCC-2026-0007", PHONES_DEVICES, PATIENT, of_telephones)
