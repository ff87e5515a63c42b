"""The `files` push on a real FreeRADIUS server: what it answers, not what its file says, decides.

Every device is a server with a users file that others have written for ten years. `radclient` asks beside the agent.
A scenario mostly waits (FreeRADIUS reloads once in five seconds), so all are played at once, each on its own server.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import pytest

from lab.real.lab import Lab
from lab.real.topology import Device, Topology
from tasks.devices.journal import Journal
from tasks.devices.login import open_session
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.devices.platforms import PLATFORMS
from tasks.devices.push import Push
from tasks.devices.session import Target
from tasks.devices.transcript import Transcript
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.errors import LedgerUnavailable
from turnup.fragments import Fragment
from turnup.sites import Platform

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CHECKOUT = Path(__file__).resolve().parents[2]
FOUND = (CHECKOUT / "tests/brownfield/freeradius/borough-aaa/users").read_text()
USERS = "/etc/freeradius/3.0/mods-config/files/authorize"
PID = "/run/freeradius/freeradius.pid"
LINE, APN, SIM = "WCC-2026-0003/L5", "wcc.apn", "001010000000001"
STAGES = ("intended", "armed", "applied", "verified", "confirming", "confirmed", "saved")
NEW_SIM = json.dumps(["new", f"user {SIM}", [], ["check Auth-Type := Accept", "reply Framed-IP-Address = 10.80.0.10"]])
"""An edit as the push sends it."""

Answer = tuple[str, str]


@dataclass
class FileJournal(Journal):
    """A push's journal in one file; it can die or fail at a stage."""

    path: Path
    dies_at: str = ""
    fails_at: str = ""
    on_stage: Callable[[str], None] = lambda _stage: None
    transcript: Transcript = field(default_factory=Transcript)

    def open_token(self) -> str:
        return json.loads(self.path.read_text())["token"] if self.path.exists() else ""

    def secrets_given(self) -> tuple[tuple[str, ...], ...]:
        return ()

    def intend(self, token: str, before: str) -> None:
        self._write(token, "intended")

    def advance(self, stage: str) -> None:
        self._write(self.open_token(), stage)

    def _write(self, token: str, stage: str) -> None:
        if stage == self.fails_at:
            raise LedgerUnavailable("ledger", "to be written", "disk full", "Make room.")
        self.path.write_text(json.dumps({"token": token, "stage": stage}))
        self.on_stage(stage)
        if stage == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def turn_back(self, token: str) -> None:
        self._write(token, "reverting")

    def withdraw(self) -> None:
        self.path.unlink()

    def check_lease(self) -> None:
        pass

    def finish(self, outcome: DeviceOutcome, after: str) -> None:
        if outcome.outcome in (Outcome.CHANGED, Outcome.UNCHANGED, Outcome.ROLLED_BACK):
            self.path.unlink(missing_ok=True)


def sims(**addresses: str) -> str:
    """What a service line declares: SIMs by the last digit of their IMSI, each with its address."""
    checks = f' check Auth-Type := Accept\n check Called-Station-Id == "{APN}"\n'
    return "".join(
        f"user {SIM[:-1]}{name[1:]}\n{checks} reply Framed-IP-Address = {address}\n"
        for name, address in sorted(addresses.items())
    )


@dataclass
class Server:
    """One RADIUS server, what is ours on it, and a stranger who asks it."""

    lab: Lab
    target: Target
    folder: Path
    owned: OwnedConfig = field(default_factory=OwnedConfig)
    tries: int = 0

    @property
    def name(self) -> str:
        return self.target.name

    def inside(self, script: str, stdin: str = "") -> str:
        return self.lab.run(self.name, ["bash", "-euo", "pipefail", "-c", script], stdin=stdin)

    @property
    def users(self) -> str:
        return self.inside(f"cat {USERS}")

    def grow(self) -> None:
        """Give it the file that others have grown."""
        self.inside(f"cat >{USERS}", FOUND)
        empty = f"{Path(USERS).parent}/accounting.d-empty"
        self.inside(f"touch {empty}; chown freerad {empty}; kill -HUP $(cat {PID})")

    def ask(self, imsi: str = SIM, apn: str = APN) -> Answer:
        """What the running server says of a SIM: the verdict and the address."""
        request = f'User-Name = "{imsi}"\nCalled-Station-Id = "{apn}"\nMessage-Authenticator = 0x00\n'
        words = "radclient -x -r 2 -t 3 -S /etc/turnup/radius-secret 127.0.0.1 auth 2>/dev/null || true"
        received = self.inside(words, request).partition("Received ")[2].splitlines()
        address = next((line.split()[-1] for line in received if "Framed-IP-Address" in line), "")
        return received[0].split()[0] if received else "", address

    def plan(self, text: str) -> DeviceChange:
        with open_session(self.target) as session:
            running = PLATFORMS[Platform.FREERADIUS].collect(session)
        fragments = (Fragment(LINE, self.name, Platform.FREERADIUS, text),) if text else ()
        ceased = () if text else (LINE,)
        return plan_device("LON-CORE-03", self.name, Platform.FREERADIUS, running, self.owned, fragments, ceased)

    def push(self, change: DeviceChange, *, revert_seconds: int = 60, **journal: object) -> DeviceOutcome:
        self.tries += 1
        written = FileJournal(self.folder / f"{self.name}.journal", **journal)
        token = f"{self.name}-{self.tries}-{os.getpid()}"
        outcome = Push(self.target, change, "WCC", written, token, revert_seconds).run()
        if outcome.outcome in (Outcome.CHANGED, Outcome.UNCHANGED):
            self.owned = owned_afterwards(change, self.owned)
        return outcome

    def deliver(self, text: str) -> None:
        outcome = self.push(self.plan(text))
        assert outcome.outcome is Outcome.CHANGED, outcome.detail

    def agent(self, words: str, payload: str = "") -> str:
        return self.inside(f"turnup-freeradius {words}", payload)

    def states(self) -> dict[str, str]:
        return {each["token"]: each["state"] for each in json.loads(self.agent("status"))}

    def wait_until_reverted(self) -> None:
        deadline = time.monotonic() + 120
        while set(self.states().values()) != {"reverted"}:
            assert time.monotonic() < deadline, self.states()
            time.sleep(0.5)


REJECT = ("Access-Reject", "")


def accept(address: str) -> Answer:
    return ("Access-Accept", address)


def a_sim_gets_its_address_then_another_then_none_and_the_file_is_theirs_again(radius: Server) -> None:
    metadata = radius.inside(f"stat -c '%U %G %a' {USERS}")
    assert radius.ask() == REJECT
    radius.deliver(sims(s1="10.80.0.10", s2="10.80.0.11"))
    assert radius.ask() == accept("10.80.0.10")
    assert radius.ask(apn="other.apn") == REJECT
    assert radius.push(radius.plan(sims(s1="10.80.0.10", s2="10.80.0.11"))).outcome is Outcome.UNCHANGED

    radius.deliver(sims(s1="10.80.0.10", s2="10.80.0.12"))
    assert (radius.ask(), radius.ask(f"{SIM[:-1]}2")) == (accept("10.80.0.10"), accept("10.80.0.12"))
    assert radius.inside(f"stat -c '%U %G %a' {USERS}") == metadata
    assert radius.ask("001010000900001", "parking.apn") == accept("10.99.0.1")

    radius.deliver("")
    assert radius.ask() == REJECT
    assert radius.users == FOUND
    assert radius.inside(f"ls -A {Path(USERS).parent}").split() == [
        *("accounting", "accounting.d-empty", "authorize", "dhcp", "pre-proxy")
    ]


def what_the_server_would_refuse_never_reaches_its_file(radius: Server) -> None:
    wrong = sims(s1="10.80.0.10").replace("Framed-IP-Address", "Framed-IP-Adress")
    outcome = radius.push(radius.plan(wrong))
    assert (outcome.outcome, "Framed-IP-Adress" in outcome.detail) == (Outcome.FAILED, True), outcome.detail
    assert f"{USERS}[" in outcome.detail, "it says where in the file"

    # Root can read it, the server cannot: at the next reload it would keep its old data.
    radius.inside(f"chown root:root {USERS}; chmod 600 {USERS}")
    outcome = radius.push(radius.plan(sims(s1="10.80.0.10")))
    assert (outcome.outcome, "Permission denied" in outcome.detail) == (Outcome.FAILED, True), outcome.detail
    radius.inside(f"chown freerad:freerad {USERS}; chmod 640 {USERS}")

    radius.inside(f"kill -STOP $(cat {PID})")
    outcome = radius.push(radius.plan(sims(s1="10.80.0.10")))
    radius.inside(f"kill -CONT $(cat {PID})")
    assert (outcome.outcome, f"{SIM}: no answer" in outcome.detail) == (Outcome.FAILED, True), outcome.detail
    assert (radius.users, radius.states()) == (FOUND, {})


def a_reload_that_keeps_the_old_data_is_found_and_taken_back(radius: Server) -> None:
    """A server in a container has a copy of its own: the file is new and sound, the reload taken, nothing happens."""
    copy = f"mount --bind /root/files {Path(USERS).parent}; exec freeradius"
    radius.inside(f"cp -a {Path(USERS).parent} /root/files; kill $(cat {PID}); sleep 0.5")
    radius.inside(f"unshare --mount --propagation private bash -ec '{copy}' >/dev/null 2>&1")
    outcome = radius.push(radius.plan(sims(s1="10.80.0.10")))
    assert outcome.outcome is Outcome.ROLLED_BACK, outcome.detail
    assert f"{SIM}: expected Access-Accept Framed-IP-Address = 10.80.0.10, found Access-Reject" in outcome.detail
    assert (radius.users, radius.ask()) == (FOUND, REJECT)

    # An agent that died between rename and reload leaves such a server too: the confirm asks again.
    radius.agent("arm --token died --seconds 60", NEW_SIM)
    radius.inside(f"sed -i '1i {SIM} Auth-Type := Accept\\n\\tFramed-IP-Address = 10.80.0.10' {USERS}")
    with pytest.raises(Exception, match="the running server answers otherwise"):
        radius.agent("confirm --token died")
    assert radius.states()["died"] == "armed"
    radius.agent("revert --token died")
    assert radius.users == FOUND


def a_reload_that_comes_too_soon_after_another_is_done_again(radius: Server) -> None:
    """FreeRADIUS ignores a HUP less than five seconds after the last one, and tells nobody but its log."""
    radius.inside(f"(until [ -e /tmp/enough ]; do kill -HUP $(cat {PID}); sleep 0.5; done) >/dev/null 2>&1 &")
    radius.deliver(sims(s1="10.80.0.10"))
    radius.inside("touch /tmp/enough")
    assert "Ignoring HUP" in radius.inside("cat /var/log/freeradius/radius.log")
    assert radius.ask() == accept("10.80.0.10")


def a_session_that_is_cut_in_mid_apply_ends_taken_back(radius: Server) -> None:
    def cut() -> None:
        while SIM not in radius.users:
            time.sleep(0.1)
        radius.inside("kill -9 $(pgrep -x sshd)")

    def hold_up(stage: str) -> None:
        """Somebody's reload just before ours: the apply waits for the next one, its file in place."""
        if stage == "armed":
            radius.inside(f"kill -HUP $(cat {PID})")
            cutter.start()

    cutter = threading.Thread(target=cut)
    outcome = radius.push(radius.plan(sims(s1="10.80.0.10")), on_stage=hold_up)
    cutter.join()
    assert outcome.outcome is Outcome.ROLLED_BACK, outcome.detail
    assert (radius.users, radius.ask()) == (FOUND, REJECT)
    assert set(radius.states().values()) == {"reverted"}
    radius.deliver(sims(s1="10.80.0.10"))
    assert radius.ask() == accept("10.80.0.10")


def nobody_confirms_what_the_ledger_does_not_know_and_the_timer_takes_it_back(radius: Server) -> None:
    with pytest.raises(LedgerUnavailable):
        radius.push(radius.plan(sims(s1="10.80.0.10")), revert_seconds=12, fails_at="confirming")
    assert radius.ask() == accept("10.80.0.10")
    radius.wait_until_reverted()
    assert (radius.users, radius.ask()) == (FOUND, REJECT)


def what_others_wrote_before_the_revert_stays_when_ours_goes(radius: Server) -> None:
    note = "# on call tonight: Kim\nkim Auth-Type := Accept\n"

    def write(stage: str) -> None:
        if stage == "verified":
            radius.inside(f"printf '%s' '{note}' | cat - {USERS} >/root/new; cat /root/new >{USERS}")

    with pytest.raises(LedgerUnavailable):
        radius.push(radius.plan(sims(s1="10.80.0.10")), revert_seconds=12, fails_at="confirming", on_stage=write)
    radius.wait_until_reverted()
    assert (radius.users, radius.ask(), radius.ask("kim")) == (note + FOUND, REJECT, ("Access-Accept", ""))


def killed_at_a_stage_the_next_run_finishes(radius: Server, stage: str) -> None:
    change = radius.plan(sims(s1="10.80.0.10"))
    words = (json.dumps(asdict(radius.target)), str(radius.folder), stage)
    pushing = subprocess.Popen([sys.executable, __file__, *words], cwd=CHECKOUT)
    assert pushing.wait(240) == -signal.SIGKILL
    outcome = radius.push(change)
    assert outcome.outcome is Outcome.CHANGED, f"killed at {stage}: {outcome}"
    assert radius.ask() == accept("10.80.0.10"), stage
    assert radius.users.count(SIM) == 1, stage
    assert "armed" not in radius.states().values(), stage
    radius.deliver("")
    assert radius.users == FOUND, stage


SCENARIOS: dict[str, Callable[[Server], None]] = {
    each.__name__: each
    for each in (
        a_sim_gets_its_address_then_another_then_none_and_the_file_is_theirs_again,
        what_the_server_would_refuse_never_reaches_its_file,
        a_reload_that_keeps_the_old_data_is_found_and_taken_back,
        a_reload_that_comes_too_soon_after_another_is_done_again,
        a_session_that_is_cut_in_mid_apply_ends_taken_back,
        nobody_confirms_what_the_ledger_does_not_know_and_the_timer_takes_it_back,
        what_others_wrote_before_the_revert_stays_when_ours_goes,
    )
} | {
    f"killed_at_{stage}_the_next_run_finishes": partial(killed_at_a_stage_the_next_run_finishes, stage=stage)
    for stage in STAGES
}


@dataclass
class Played:
    """Every scenario on a server of its own, all at once; how each ended."""

    servers: list[Server]
    ends: dict[str, Future[None]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("radius")
    devices = [Device(f"AAA-{number}", "freeradius", f"RAD-{number:04}") for number, _ in enumerate(SCENARIOS)]
    with (
        pytest.MonkeyPatch.context() as environment,
        Lab(folder / "lab", Topology(tuple(devices), (), ())) as lab,
        ThreadPoolExecutor(len(devices)) as pool,
    ):
        environment.setenv("TURNUP_USERNAME", "netops")
        environment.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        servers = [Server(lab, target_of(lab, device), folder) for device in devices]
        for server in servers:
            server.grow()
        ends = {name: pool.submit(play, each) for (name, play), each in zip(SCENARIOS.items(), servers, strict=True)}
        wait(ends.values())
        yield Played(servers, ends)


def target_of(lab: Lab, device: Device) -> Target:
    place = lab.endpoints()[device.name]
    return Target(
        name=device.name,
        hostname=place.hostname,
        port=place.port,
        platform=Platform.FREERADIUS,
        serial=device.serial,
        username="env:TURNUP_USERNAME",
        password="env:TURNUP_PASSWORD",
        host_key=place.host_key,
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_on_a_real_radius_server(played: Played, scenario: str) -> None:
    played.ends[scenario].result()


def test_a_power_cut_while_armed_boots_with_the_file_of_before(played: Played) -> None:
    radius = played.servers[-1]
    radius.inside(f"turnup-freeradius arm --token cut --seconds 3000 <<<'{NEW_SIM}'")
    radius.inside(f"turnup-freeradius apply --token cut <<<'{NEW_SIM}'")
    assert radius.ask() == accept("10.80.0.10")
    radius.lab.restart(radius.name)
    assert (radius.users, radius.ask(), radius.states()["cut"]) == (FOUND, REJECT, "reverted")


def die(target: str, folder: str, stage: str) -> None:
    """Push and kill itself at a stage: what the test above starts."""
    known = json.loads(target)
    radius = Server(None, Target(**(known | {"platform": Platform(known["platform"])})), Path(folder))
    radius.push(radius.plan(sims(s1="10.80.0.10")), dies_at=stage)


if __name__ == "__main__":
    die(*sys.argv[1:])
