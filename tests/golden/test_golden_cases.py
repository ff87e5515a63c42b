"""Golden cases: a folder each, `<service>/<platform>/<case>/`.

`intent.yaml` and `running.txt` go in; candidate, remediation, rollback and findings come out. A case with `former` is a
change of a service line, or its end (`value: null`): its running configuration is what the former revision made of
`found`. `value` and `former` are what templates get, or the name of an order beside the case's platform,
`SCENE/ORDER` of `orders.yaml` (tests/lifecycle/scenes.py): then they go through gate and design, as they are written
there. Every case is circular too: the remediation is typed into a device that has the running configuration, then the
rollback. An FRR router is not typed into but gets the whole text, so there the text is followed, and FRR's own grammar
reads it where it is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from pydantic import TypeAdapter

from lab.simulated.configuration import Configuration
from lab.simulated.editor import Editor, boot, hardware_of
from lab.simulated.grammar import DeviceKind
from lab.simulated.ios.shows import SHOWS
from lab.simulated.junos.configuration import read_configuration
from tasks.devices.platforms.cisco_ios import users_outside
from tests.lifecycle.scenes import after, scenes
from tests.turnup.change.bare_devices import JunosDevice
from turnup.change.application import apply_change, inverse
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.drift import DriftKind, drift_of
from turnup.change.ownership import OwnedConfig, paths_of
from turnup.change.platforms.kamailio import TABLES
from turnup.change.slots import ANY, given_back, with_fingerprints
from turnup.change.tree import load_tree, path_set
from turnup.design import ServiceLine
from turnup.findings import Finding, errors_of
from turnup.fragments import Fragment
from turnup.render import Templates
from turnup.service.intent import DeviceIntent
from turnup.services.registry import services
from turnup.sites import Platform

HERE = Path(__file__).resolve().parent
CASES = sorted(path.parent for path in HERE.glob("*/*/*/intent.yaml"))
TYPED = [case for case in CASES if case.parent.name != Platform.FRR]
LOADED = [case for case in CASES if case.parent.name == Platform.FRR]
RESIDUE = "switchport trunk allowed vlan none"
"""Stays on a port whose first list was ours: what would clear it opens every VLAN, and is never typed."""
TEMPLATES = Templates(HERE.parent.parent / "templates")


@dataclass(frozen=True)
class Case:
    """A case as its files say it: what is live on the device, what shall be, and on what.

    Attributes:
        former: text of the service line's former revision, which was delivered onto `found`; empty: its first.
        declared: text of the revision that is planned; empty: the service line ends.
        findings: what the service says that the platform cannot do of it.
    """

    folder: Path
    intent: dict
    platform: Platform
    line: ServiceLine
    former: str
    declared: str
    findings: tuple[Finding, ...] = ()

    @property
    def found(self) -> str:
        """The configuration before any revision of the line."""
        return (self.folder / self.intent["found"]).read_text()

    def fragment(self, text: str) -> Fragment:
        return Fragment(self.line.id, self.intent["device"], self.platform, text)

    def planned(self, running: str, owned: OwnedConfig, text: str) -> DeviceChange:
        return plan_device(
            site=self.intent["site"],
            device=self.intent["device"],
            platform=self.platform,
            running_text=running,
            owned=owned,
            fragments=(self.fragment(text),) if text else (),
            ceased=() if text else (self.line.id,),
            findings=self.findings if text == self.declared else (),
        )

    def others(self) -> OwnedConfig:
        """What other lines of ours have on the device, as it is written."""
        live = self.intent.get("live", ())
        return OwnedConfig(
            tuple(Fragment(each["line"], self.intent["device"], self.platform, each["text"]) for each in live)
        )

    def owned(self) -> OwnedConfig:
        """What is ours on the device: of other lines as it is written, of this one as its former revision left it."""
        others = self.others()
        if not self.former:
            return others
        owned = owned_afterwards(self.planned(self.found, others, self.former), others)
        shown = path_set(load_tree(self.platform, (self.folder / "running.txt").read_text()))
        return OwnedConfig(given_back(owned.fragments, shown), owned.takeovers)

    def with_former(self) -> str:
        """The running configuration that the former revision leaves."""
        change = self.planned(self.found, self.others(), self.former)
        if self.platform is Platform.FRR:
            return apply_change(change, self.found)
        device = device_for(self.intent, self.found)
        device.type(change.remediation)
        return "".join(f"{line}\n" for line in device.lines())


def read_case(folder: Path) -> Case:
    intent = yaml.safe_load((folder / "intent.yaml").read_text())
    name, platform = folder.parent.parent.name, Platform(folder.parent.name)
    if isinstance(intent["value"] or intent["former"], str):
        return ordered_case(folder, intent, name, platform)
    line = ServiceLine(intent["line"], "", intent["site"], name, "")

    def text_of(value: object) -> str:
        if value is None:
            return ""
        typed = TypeAdapter(services()[name].value).validate_python(value)
        return TEMPLATES.render(DeviceIntent(line, intent["site"], intent["device"], platform, typed)).text

    return Case(folder, intent, platform, line, text_of(intent.get("former")), text_of(intent["value"]))


def ordered_case(folder: Path, intent: dict, service: str, platform: Platform) -> Case:
    """A case whose revisions are orders."""
    former, value = intent.get("former"), intent["value"]
    scene, device = scenes(service)[(value or former).partition("/")[0]], intent["device"]
    was = after(service, former).text_on(device) if former else ""
    becomes = after(service, *(name for name in (former, value) if name)) if value else None
    found = becomes.on(device) if becomes is not None else None
    assert found is None or found.platform is platform
    intent |= {"line": scene.line.id, "site": scene.line.site}
    text = becomes.text_on(device) if becomes is not None else ""
    return Case(folder, intent, platform, scene.line, was, text, found.findings if found is not None else ())


def planned(folder: Path) -> tuple[DeviceChange, dict]:
    """Plan the change of a case; `live` are service lines that are on the device already, `former` is its own."""
    case = read_case(folder)
    return case.planned((folder / "running.txt").read_text(), case.owned(), case.declared), case.intent


def outputs(change: DeviceChange) -> dict[str, str]:
    return {
        "candidate.txt": change.candidate,
        "remediation.txt": change.remediation,
        "rollback.txt": change.rollback,
        "findings.txt": "".join(f"{finding.severity}: {finding}\n" for finding in change.findings),
    }


def name_of(case: Path) -> str:
    return str(case.relative_to(HERE))


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_case_comes_out_as_it_was_read_and_approved(case, request):
    if "former" in read_case(case).intent and request.config.getoption("--rewrite-golden", default=False):
        (case / "running.txt").write_text(read_case(case).with_former())
    change, _ = planned(case)
    for name, text in outputs(change).items():
        if request.config.getoption("--rewrite-golden", default=False):
            (case / name).write_text(text)
        assert (case / name).read_text() == text, f"{name}: run `make golden` and read the diff"


@pytest.mark.parametrize("case", [case for case in CASES if "former" in read_case(case).intent], ids=name_of)
def test_a_changed_line_begins_where_its_former_revision_left_the_device(case):
    assert read_case(case).with_former() == (case / "running.txt").read_text()


@pytest.mark.parametrize("case", TYPED, ids=name_of)
def test_the_remediation_leads_to_the_candidate_and_the_rollback_back(case):
    change, intent = planned(case)
    if errors_of(change.findings):
        pytest.skip("a refused plan is never typed")
    device = device_for(intent, (case / "running.txt").read_text())
    original = device.lines()
    device.type(change.remediation)
    assert device.paths(change) == path_set(load_tree(change.platform, change.candidate))
    device.type(change.rollback)
    assert sorted(line for line in device.lines() if line.strip() != RESIDUE) == sorted(original)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_device_as_delivered_has_no_drift_and_one_as_before_has(case):
    change, _ = planned(case)
    if errors_of(change.findings):
        pytest.skip("a refused plan is never delivered")
    owned = owned_afterwards(change, read_case(case).owned())
    assert drift_of(change.platform, change.device, owned, change.candidate) == ()
    drifted = drift_of(change.platform, change.device, owned, change.running)
    assert {each.kind for each in drifted} <= {DriftKind.MISSING, DriftKind.CHANGED}
    assert {(*each.path[:-1], each.found) for each in drifted if each.kind is DriftKind.CHANGED} <= set(change.removes)
    # What only goes is not missed before it has gone, and what others had before us and have again is not ours.
    assert bool(drifted) == bool(paths_of(change.platform, owned.fragments).intersection(change.adds))


@pytest.mark.parametrize("case", LOADED, ids=name_of)
def test_the_text_that_frr_gets_is_the_candidate_and_on_the_way_back_the_running_one(case):
    change, _ = planned(case)
    running = (case / "running.txt").read_text()
    there = apply_change(change, running)
    back = apply_change(inverse(change), there)
    assert lines_of(change, there) == lines_of(change, (case / "candidate.txt").read_text())
    assert lines_of(change, back) == lines_of(change, running)
    edited = running.replace("hostname ", "password changed-by-another\nhostname ", 1)
    assert lines_of(change, apply_change(change, edited)) - lines_of(change, there) == {
        ("password changed-by-another",)
    }


@pytest.mark.lab
@pytest.mark.skipif(shutil.which("vtysh") is None, reason="FRR's own grammar is needed")
@pytest.mark.parametrize("case", LOADED, ids=name_of)
def test_frr_understands_the_candidate(case, tmp_path):
    text = (case / "candidate.txt").read_text()
    candidate = tmp_path / "frr.conf"
    candidate.write_text("".join(line for line in text.splitlines(keepends=True) if not line.startswith("host ")))
    read = subprocess.run(["vtysh", "-C", "-f", str(candidate)], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stdout) == (0, ""), read.stderr


def lines_of(change: DeviceChange, text: str) -> frozenset[tuple[str, ...]]:
    return path_set(load_tree(change.platform, text))


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_planning_again_on_the_candidate_changes_nothing(case):
    change, intent = planned(case)
    owned = OwnedConfig(change.fragments)
    again = plan_device(intent["site"], change.device, change.platform, change.candidate, owned, change.fragments)
    assert (again.adds, again.remediation, again.rollback) == ((), "", "")


class SimulatedDevice:
    """The simulated device's own grammar, without its SSH."""

    def __init__(self, kind: str, running: str) -> None:
        self.configuration: Configuration = boot(DeviceKind(kind), hardware_of(running), running)

    def lines(self) -> list[str]:
        """What is collected: the running configuration, and the users that IOS shows elsewhere."""
        if self.configuration.kind not in (DeviceKind.SWITCH, DeviceKind.ROUTER, DeviceKind.CONTROLLER):
            return self.configuration.lines()
        users = users_outside(SHOWS["snmp user"](SimpleNamespace(running=self.configuration)))
        return [*self.configuration.lines(), *users.splitlines()]

    def paths(self, change: DeviceChange) -> frozenset[tuple[str, ...]]:
        ours = with_fingerprints(change.adds, lambda _slot: ANY)
        return path_set(load_tree(change.platform, "\n".join(self.lines()), tuple(ours)))

    def type(self, commands: str) -> None:
        """Type a block; a refused line raises, an `exit` too many would leave configuration mode."""
        editor = Editor(self.configuration)
        for line in commands.splitlines():
            if not editor.collecting and line.strip() == "exit":
                assert editor.leave(), "one exit too many"
            else:
                editor.take(line)


class LinesDevice:
    """A device whose lines are just there or not: what an agent with a canonical text is."""

    def __init__(self, running: str) -> None:
        self.sections: dict[tuple[str, ...], None] = {}
        self.type(running)

    def lines(self) -> list[str]:
        headers = [path for path in self.sections if len(path) == 1]
        below = {header[0]: [path for path in self.sections if path[0] == header[0]] for header in headers}
        return [f"{' ' * (len(path) - 1)}{path[-1]}" for (header,) in headers for path in below[header]]

    def paths(self, change: DeviceChange) -> frozenset[tuple[str, ...]]:
        return frozenset(self.sections)

    def type(self, commands: str) -> None:
        header = ""
        for line in commands.splitlines():
            text = line.strip()
            if not line.startswith(" "):
                header = text
            path = (header, text) if line.startswith(" ") else (text,)
            if text.startswith("no "):
                gone = (*path[:-1], text.removeprefix("no "))
                # A secret that goes is not named.
                doomed = [
                    each for each in self.sections if bare(each)[: len(gone)] == gone or each[: len(gone)] == gone
                ]
                assert doomed, f"{text}: not there"
                for each in doomed:
                    del self.sections[each]
            else:
                for rival in [each for each in self.sections if one_of(*each) == one_of(*path) and each != path]:
                    del self.sections[rival]
                self.sections[path] = None
                if path == (header,) and header.startswith("user "):
                    self.before_the_defaults(path)

    def before_the_defaults(self, record: tuple[str, ...]) -> None:
        """A RADIUS server takes the first record that fits, so its agent puts a new one before those that always do."""
        barriers = [each for each in self.sections if each[0].startswith(("include ", "user DEFAULT"))]
        for each in barriers if record not in barriers else ():
            self.sections[each] = self.sections.pop(each)


def bare(path: tuple[str, ...]) -> tuple[str, ...]:
    """A line without its secret."""
    return tuple(re.sub(r" ?<(secret|hashed):[^>]*>$", "", words) for words in path)


def one_of(header: str, *item: str) -> tuple[str, ...]:
    """What a device has one of: a RADIUS attribute, a column of an SBC or a switch, a setting; else each line."""
    words = item[0].split() if item else ()
    if header.startswith("route ") and not words:
        return tuple(header.split()[:2])
    if words and header.split(maxsplit=1)[0] in TABLES:
        return (header, words[0])
    if words and header.startswith("file "):  # of a telephone, whoever may change it
        return (header, words[0].partition("(")[0])
    if words and header.startswith(("port ", "vlan ")) and words[0] in {"name", "tag", "mode", "address"}:
        return (header, words[0])
    if words and words[0] in {"check", "reply", "auth_server"}:
        return (header, *words[:2])
    setting = item[0].partition("=") if item else ("", "", "")
    return (header, setting[0]) if setting[1] and " " not in setting[0] else (header, *item)


class SimulatedJunos(JunosDevice):
    """The simulated device's candidate and commit."""

    def paths(self, change: DeviceChange) -> frozenset[tuple[str, ...]]:
        return path_set(load_tree(change.platform, self.show()))


def device_for(intent: dict, running: str) -> SimulatedDevice | LinesDevice | SimulatedJunos:
    if intent.get("kind", "").startswith("junos"):
        return SimulatedJunos(read_configuration(running))
    return SimulatedDevice(intent["kind"], running) if "kind" in intent else LinesDevice(running)
