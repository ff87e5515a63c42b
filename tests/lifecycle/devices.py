"""Devices on which orders come, change and end: each takes what the push sends it, and can be looked at to the byte.

Cisco IOS, EOS, Junos and RoomOS are the simulated devices' own grammar; servers and Open vSwitch are the agents that
run on them, on files (or a database) that others use too. Only what judges a candidate by the server's own program,
and what asks the running one, is left out: the lab does both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5
from pathlib import Path
from types import ModuleType
from typing import Protocol

from lab.simulated.editor import hardware_of
from lab.simulated.grammar import DeviceKind
from lab.simulated.junos.configuration import read_configuration
from tasks.devices.masking import Masking, hidden
from tests.tasks.devices.on_device_agents import load_agent
from tests.turnup.change.bare_devices import IosDevice, JunosDevice
from turnup.change.application import inverse
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.file_edits import file_edits
from turnup.change.ovs_transaction import transaction
from turnup.change.ownership import OwnedConfig
from turnup.change.platforms import LANGUAGES
from turnup.change.slots import Slot, given_back
from turnup.change.tree import load_tree, path_set
from turnup.findings import Finding, errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

RESIDUE = "switchport trunk allowed vlan none"
"""Stays on a port whose first list was ours: what would clear it opens every VLAN, and is never typed."""


def secret_of(slot: Slot) -> str:
    """In the place of what a reference resolves to: another word for each version, an HA1 where it has to be one."""
    name = f"{slot.reference.rpartition('_')[2]}-{slot.reference.partition(':')[2]}-v{slot.version}"
    return md5(name.encode()).hexdigest() if "HA1" in name else name


class Device(Protocol):
    """A device as the push sees it."""

    platform: Platform

    def collected(self) -> str:
        """What it shows."""

    def state(self) -> object:
        """All that it has, comparable: to the byte where it is a file."""

    def copy(self) -> Device: ...

    def push(self, change: DeviceChange) -> None:
        """Send it a change."""

    def revert(self, change: DeviceChange) -> None:
        """Take back what was sent last."""

    def edit(self, number: int) -> None:
        """Let somebody else do something of his own there."""


@dataclass
class Typed:
    """A device that commands are typed into, or loaded and committed.

    Attributes:
        others: what somebody else types, with a number in it.
    """

    platform: Platform
    device: IosDevice | JunosDevice
    others: str

    @staticmethod
    def booted(platform: Platform, kind: str, running: str, others: str) -> Typed:
        text = running.replace("service password-encryption\n", "")
        if kind.startswith("junos"):
            return Typed(platform, JunosDevice(read_configuration(text)), others)
        return Typed(platform, IosDevice.booted(DeviceKind(kind), tuple(hardware_of(text)), text), others)

    def collected(self) -> str:
        return self.device.show()

    def state(self) -> object:
        return sorted(line for line in self.device.show().splitlines() if line.strip() != RESIDUE)

    def copy(self) -> Typed:
        return Typed(self.platform, self.device.copy(), self.others)

    def push(self, change: DeviceChange) -> None:
        self.device.type(change.remediation)

    def revert(self, change: DeviceChange) -> None:
        self.device.type(change.rollback)

    def edit(self, number: int) -> None:
        self.device.type(self.others.format(number))


@dataclass
class Edited:
    """A server whose agent edits the records of its files.

    Attributes:
        files: the agent's own code.
        text: all files as the agent has them in mind.
        others: file, and what somebody else writes into it, with a number in it: at its beginning or its end.
        judge: what the agent itself makes sure of before it writes.
    """

    platform: Platform
    files: object
    text: str
    others: tuple[tuple[str, str], ...]
    at_the_end: bool = True
    judge: Callable[[str, str], None] = lambda _before, _after: None

    def collected(self) -> str:
        return self.files.server.show(self.text)

    def state(self) -> object:
        return json.loads(self.text)

    def copy(self) -> Edited:
        return replace(self)

    def push(self, change: DeviceChange) -> None:
        self.text = self._edited(self._edits(change))

    def revert(self, change: DeviceChange) -> None:
        """By the edits themselves, as where others wrote meanwhile: else the agent puts the former file back."""
        self.text = self._edited(self._edits(inverse(change)))

    def edit(self, number: int) -> None:
        texts = json.loads(self.text)
        for name, words in self.others:
            key = next((each for each in texts if each.endswith(name)), name.format(number))
            known, new = texts.get(key, ""), words.replace("{}", str(number))
            texts[key] = f"{known}{new}" if self.at_the_end else f"{new}{known}"
        self.text = json.dumps(texts, sort_keys=True)

    def _edits(self, change: DeviceChange) -> tuple[object, ...]:
        secrets = Masking(change, "")
        secrets.read(self.collected(), typed=False)
        stay = not LANGUAGES[self.platform].secret_places
        payload = "".join(f"{edit}\n" for edit in file_edits(change, secrets.reveal, secrets_stay=stay))
        return self.files._edits(payload, self.text.encode()) if payload else ()

    def _edited(self, edits: Sequence[object]) -> str:
        after = self.files.server.edited(self.text, tuple(edits))
        self.judge(self.text, after)
        return after


class OpenVSwitch:
    """The agent of an Open vSwitch on a database that is kept in mind: what `ovs-vsctl` commits, it has."""

    platform = Platform.OVS

    def __init__(self, agent: ModuleType, database: dict) -> None:
        self.agent, self.database = agent, database

    @staticmethod
    def with_ports(agent: ModuleType, **ports: dict) -> OpenVSwitch:
        rows = {name: {"tag": None, "vlan_mode": "", "trunks": []} | row for name, row in ports.items()}
        return OpenVSwitch(agent, {"names": {"turnup-vlan-666": "PARKING"}, "ports": rows})

    def collected(self) -> str:
        return self._asked(lambda agent: agent.show())

    def state(self) -> object:
        return json.loads(json.dumps(self.database, sort_keys=True))

    def copy(self) -> OpenVSwitch:
        return OpenVSwitch(self.agent, json.loads(json.dumps(self.database)))

    def push(self, change: DeviceChange) -> None:
        self._commit(change.remediation)

    def revert(self, change: DeviceChange) -> None:
        self._commit(change.rollback)

    def edit(self, number: int) -> None:
        self.database["ports"][f"eth9{number}"] = {"tag": 666, "vlan_mode": "", "trunks": []}
        trunk = self.database["ports"]["eth0"]
        trunk["trunks"] = sorted((*trunk["trunks"], 2000 + number))

    def _commit(self, commands: str) -> None:
        payload = "\n".join(transaction(tuple(commands.splitlines())))
        self._asked(lambda agent: (agent.check(payload), agent.apply(payload, "token")))
        self.database["names"].pop("turnup-applied", None)  # goes with the confirm

    def _asked(self, question: Callable[[object], object]) -> object:
        """Let the agent look at, and change, this switch's database and no kernel."""
        self.agent._table = self._table
        self.agent.run = self._run
        self.agent._live = lambda: self.agent.Live({}, {}, frozenset())
        self.agent._sync_kernel = lambda _former: None
        return question(self.agent.OpenVSwitch())

    def _table(self, name: str) -> list[dict[str, object]]:
        ports = self.database["ports"]
        if name == "Bridge":
            names, members = dict(self.database["names"]), [f"uuid-{each}" for each in ports]
            return [{"name": "br0", "external_ids": names, "ports": members, "datapath_type": ""}]
        if name == "Interface":
            return [{"name": each, "type": "", "error": [], "external_ids": {}} for each in ports]
        return [
            {
                "_uuid": f"uuid-{each}",
                "name": each,
                "tag": [] if row["tag"] is None else row["tag"],
                "vlan_mode": row["vlan_mode"] or [],
                "trunks": row["trunks"],
            }
            for each, row in ports.items()
        ]

    def _run(self, argv: list[str]) -> str:
        commands = " ".join(argv[2:]).split("-- ")  # no word of these has a space
        for words in (each.split() for each in commands if each.strip()):
            self._carry_out(*words)
        return ""

    def _carry_out(self, verb: str, table: str, name: str, *words: str) -> None:
        ports, names = self.database["ports"], self.database["names"]
        match (verb, table, words):
            case ("add-port", _, ()):
                ports[name] = {"tag": None, "vlan_mode": "", "trunks": []}
            case ("del-port", _, ()):
                del ports[name]
            case ("set", "Bridge", (word,)):
                key, _, value = word.removeprefix("external_ids:").partition("=")
                names[key.strip('"')] = value.strip('"')
            case ("remove", "Bridge", (_, key)):
                names.pop(key.strip('"'), None)
            case ("set", "Port", (word,)):
                column, _, value = word.partition("=")
                ports[name][column] = int(value) if column == "tag" else value
            case ("add", "Port", ("trunks", value)):
                ports[name]["trunks"] = sorted({*ports[name]["trunks"], int(value)})
            case ("remove", "Port", ("trunks", value)):
                ports[name]["trunks"].remove(int(value))
            case ("remove", "Port", ("tag", value)):  # a value that is not there is not removed
                ports[name]["tag"] = None if ports[name]["tag"] == int(value) else ports[name]["tag"]
            case _:
                raise AssertionError(f"ovs-vsctl {verb} {table} {name} {words}")


@dataclass
class Journey:
    """A device from before anything of ours until after all of it, and what is ours meanwhile.

    Attributes:
        owned: as the ledger has it, with the fingerprints of what the device gave back for secrets.
    """

    device: Device
    name: str
    owned: OwnedConfig = field(default_factory=OwnedConfig)

    def planned(self, line: str, text: str, findings: tuple[Finding, ...] = ()) -> DeviceChange:
        """Plan what a service line declares; nothing: it ends."""
        platform = self.device.platform
        fragments = (Fragment(line, self.name, platform, text),) if text else ()
        shown = hidden(platform, self.device.collected(), "")
        return plan_device("SITE", self.name, platform, shown, self.owned, fragments, () if text else (line,), findings)

    def order(self, line: str, text: str) -> DeviceChange:
        """Carry a plan out and prove it: there is the candidate, back is what was, and nothing is left to do."""
        change = self.planned(line, text)
        assert errors_of(change.findings) == (), change.findings
        self._prove_the_way_back(change)
        self.device.push(change)
        after = self._read(change)
        assert lines_of(change, after) == lines_of(change, change.candidate)
        given = given_back(change.fragments, path_set(load_tree(change.platform, self._as_shown())))
        self.owned = owned_afterwards(replace(change, fragments=given), self.owned)
        again = self.planned(line, text)
        assert (again.adds, again.removes, again.remediation) == ((), (), ""), "planning twice changes nothing"
        return change

    def _prove_the_way_back(self, change: DeviceChange) -> None:
        """There, back and there again; what comes back may stand behind the others, but it is the same."""
        there = self.device.copy()
        before = lines_of(change, there.collected())
        there.push(change)
        reached = lines_of(change, there.collected())
        there.revert(change)
        assert without_residue(lines_of(change, there.collected())) == without_residue(before)
        there.push(change)
        assert lines_of(change, there.collected()) == reached

    def _as_shown(self) -> str:
        return hidden(self.device.platform, self.device.collected(), "")

    def _read(self, change: DeviceChange) -> str:
        return Masking(change, "").read(self.device.collected(), typed=True)


def without_residue(lines: frozenset[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    return frozenset(path for path in lines if path[-1] != RESIDUE)


def lines_of(change: DeviceChange, text: str) -> frozenset[tuple[str, ...]]:
    return path_set(load_tree(change.platform, text))


# --- as they are found ------------------------------------------------------------------------------------------------

BROWNFIELD = Path(__file__).resolve().parents[1] / "brownfield"
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
ACCESS_POINT = {
    "wlan0": "interface=wlan0\ndriver=nl80211\nchannel=6\n# ours, ask Kim\nssid=staged\n\nbss=wlan0-friends\n"
    'ssid2="Friends"\nwpa=2\nwpa_key_mgmt=WPA-PSK\nwpa_passphrase=their secret, with = and #\n',
    "wlan1": "interface=wlan1\ndriver=nl80211\nchannel=36\nssid=staged\n# end\n",
}
TELEPHONES = {
    "00005e0053aa.cfg": "#!version:1.0.0.1\n## lift\naccount.1.label=Lift 2  \naccount.1.password = theirs\n",
    "00005e0053ab.xml": '<?xml version="1.0"?>\n<settings>\n  <phone-settings>\n'
    '    <ringer perm="RW">Ringer2</ringer>\n  </phone-settings>\n</settings>\n',
}


def sbc() -> Edited:
    """An SBC that a hospital uses; whoever would lose 999 or 112 by a change is not written."""
    agent = load_agent("kamailio")
    tables = {path.name: path.read_text() for path in sorted((BROWNFIELD / "kamailio/shared-sbc").iterdir())}

    def judge(before: str, after: str) -> None:
        former, coming = json.loads(before)["dialplan"], json.loads(after)["dialplan"]
        agent.check_dialplans(agent._differences(former, coming), coming)

    files = agent.Tables.__new__(agent.Tables)
    files.server = agent.Kamailio()
    rows = "9{}:+4420794609{}:1600:1:SE1 7EH\n", "7{}:160{}:1:1:^9?(999|112)$:0:^9?(999|112)$:\\\\1:emergency\n"
    others = tuple(zip(("numbers", "dialplan"), rows, strict=True))
    return Edited(Platform.KAMAILIO, files, json.dumps(tables), others, judge=judge)


def radius(folder: Path) -> Edited:
    """A RADIUS server that has grown for ten years, with clients and realms of others."""
    agent = load_agent("freeradius")
    agent.STATE = folder
    texts = {
        agent.FILES["user"]: (BROWNFIELD / "freeradius/borough-aaa/users").read_bytes().decode(),
        agent.FILES["client"]: "198.51.100.9 FreeRADIUS-Client-Secret := theirs-1\n",
        agent.FILES["realm"]: "# of others\nswk.example Proxy-To-Realm := LOCAL\n",
    }
    others = (
        ("authorize", "# note {}\nvisitor{}\tAuth-Type := Reject\n"),
        ("realms", "x{}.example Proxy-To-Realm := LOCAL\n"),
    )
    files = _of_several_files(agent, agent.FreeRadius())
    return Edited(Platform.FREERADIUS, files, _as_one(texts), others, at_the_end=False)


def access_point(folder: Path) -> Edited:
    """An access point with two radios, on which friends of the library have a network."""
    agent = load_agent("hostapd")
    agent.STATE = folder
    texts = {folder / f"{name}.conf": text for name, text in ACCESS_POINT.items()}
    others = (("wlan1.conf", 'bss=wlan1-o{}\n# why {}\nssid2="O{}"\n'),)
    return Edited(Platform.HOSTAPD, _of_several_files(agent, agent.Hostapd()), _as_one(texts), others)


def telephones() -> Edited:
    """A provisioning server with files that somebody wrote by hand."""
    agent = load_agent("provisioning")
    others = (("00005e0053aa.cfg", "account.2.label = {}\n"), ("00005e0053b{}.cfg", "#!version:1.0.0.1\n"))
    return Edited(Platform.PROVISIONING, agent.Releases(), json.dumps(TELEPHONES, sort_keys=True), others)


def open_vswitch() -> OpenVSwitch:
    """A switch with a port that is parked, and a trunk."""
    ports = {"eth0": {"trunks": [99]}, "eth1": {}, "eth2": {"tag": 666}, "eth3": {}, "eth4": {}}
    return OpenVSwitch.with_ports(load_agent("ovs"), **ports)


def golden(case: str, kind: str, others: str) -> Typed:
    """A device as the golden case `everything` found it, and what others type there."""
    running = (GOLDEN / case / "everything" / "running.txt").read_text()
    return Typed.booted(Platform(case.rpartition("/")[2]), kind, running, others)


def _of_several_files(agent: ModuleType, server: object) -> object:
    """The agent's handling of files, without the folder in which it would look for them."""
    files = agent.SharedFiles.__new__(agent.SharedFiles)
    files.secretive = server
    files.server = files.files = sys.modules["turnup_files"]._AllFiles(server)
    return files


def _as_one(texts: dict[Path, str]) -> str:
    return json.dumps({str(path.resolve()): text for path, text in sorted(texts.items())})
