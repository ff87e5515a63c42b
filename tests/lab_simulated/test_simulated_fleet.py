"""Many devices, restarts of the process, and the command line."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import yaml

from lab.simulated import DeviceKind, DeviceSpec, Fleet, Reboot, factory_spec
from lab.simulated.__main__ import main

TypeAt = Callable[..., Coroutine[None, None, str]]
Stack = Callable[[AbstractContextManager[Fleet]], Fleet]
CHECKOUT = Path(__file__).parents[2]


def test_two_hundred_devices_answer_from_one_process(type_at: TypeAt, switch: DeviceSpec, stack: Stack) -> None:
    kinds = list(DeviceKind)
    specs = tuple(
        factory_spec(kinds[number % 2], f"BULK-{number:03d}", f"FOC{number:08d}", password=switch.password)
        for number in range(200)
    )
    fleet = stack(Fleet(specs))

    async def read_all() -> list[str]:
        text = "terminal length 0\nshow running-config\n"
        return await asyncio.gather(
            *(type_at(fleet.port(name), text, until="\r\nend\r\n", seconds=60) for name in fleet.names)
        )

    began = time.process_time()
    answers = asyncio.run(read_all())
    spent = time.process_time() - began
    assert [f"hostname {name}\r\n" in answer for name, answer in zip(fleet.names, answers, strict=True)] == [True] * 200
    assert spent / 200 < 0.2, f"{spent / 200:.3f} s of CPU a login, client included"


def test_no_two_devices_have_one_name(switch: DeviceSpec) -> None:
    with pytest.raises(ValueError, match="must be unique"):
        Fleet((switch, switch))


def test_what_was_saved_survives_the_process_and_the_rest_does_not(
    type_at: TypeAt, switch: DeviceSpec, stack: Stack, tmp_path: Path
) -> None:
    with Fleet((switch,), state_dir=tmp_path) as first:
        key = first.host_key(switch.name)
        text = "conf t\nhostname SAVED\nend\nwrite memory\nconf t\nip domain name unsaved.example\nend\n!ready\n"
        asyncio.run(type_at(first.port(switch.name), text, until="!ready\r\n"))
        time.sleep(0.3)
        assert "unsaved.example" in (tmp_path / switch.name / "running-config").read_text()
    again = stack(Fleet((switch,), state_dir=tmp_path))
    assert again.host_key(switch.name) == key
    assert "hostname SAVED" in again.running_config(switch.name)
    assert "unsaved.example" not in again.running_config(switch.name)


def test_a_device_that_comes_back_and_is_reset_meanwhile_opens_its_port_once(switch: DeviceSpec, stack: Stack) -> None:
    fleet = stack(Fleet((switch,)))
    port = fleet.port(switch.name)
    for _ in range(20):
        fleet.inject(switch.name, Reboot(0.0))
        fleet.reset(switch.name)
    assert fleet.port(switch.name) == port


def test_answers_can_be_slow(type_at: TypeAt, switch: DeviceSpec, stack: Stack) -> None:
    fleet = stack(Fleet((switch,), answer_delay=0.1))
    began = time.monotonic()
    asyncio.run(type_at(fleet.port(switch.name), "show clock\n" * 5 + "!ready\n", until="!ready\r\n"))
    assert time.monotonic() - began > 0.5


FLEET = """\
minute_seconds: 0.5
devices:
  - name: HF-LIB-01-SW1
    kind: switch
    serial: FOC2500A001
    username: env:LAB_TEST_USERNAME
    password: env:LAB_TEST_PASSWORD
    startup_file: sw1.cfg
"""


def test_a_fleet_runs_from_a_file_until_it_is_told_to_stop(type_at: TypeAt, switch: DeviceSpec, tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(FLEET)
    (tmp_path / "sw1.cfg").write_text("hostname FROM-FILE\ninterface GigabitEthernet1/0/1\n")
    ready = tmp_path / "ready.yaml"
    command = [sys.executable, "-m", "lab.simulated", str(tmp_path / "fleet.yaml"), "--ready", str(ready)]
    environment = {**os.environ, "LAB_TEST_USERNAME": "turnup", "LAB_TEST_PASSWORD": switch.password}
    process = subprocess.Popen(
        [*command, "--fault", "HF-LIB-01-SW1:full_flash"], cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        endpoint = yaml.safe_load(ready.read_text())["HF-LIB-01-SW1"]
        assert endpoint["hostname"] == "127.0.0.1"
        assert endpoint["host_key"].startswith("ssh-ed25519 AAAA")
        answer = asyncio.run(type_at(endpoint["port"], "write memory\n!ready\n", until="!ready\r\n"))
        assert "FROM-FILE#" in answer
        assert "No space left on device" in answer
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file"),
        (FLEET.replace("kind: switch", "kind: toaster"), "or 'junos_router'"),
        (FLEET.replace("serial", "cereal"), "cereal"),
        (FLEET.replace("env:LAB_TEST_PASSWORD", "plain"), "never in the file"),
        (FLEET, "the environment has no LAB_TEST_USERNAME"),
    ],
)
def test_a_fleet_file_that_cannot_be_used_is_refused(
    text: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fleet.yaml"
    if text is not None:
        path.write_text(text)
        (tmp_path / "sw1.cfg").write_text("hostname X\n")
    if "plain" in (text or ""):
        monkeypatch.setenv("LAB_TEST_USERNAME", "turnup")
    assert main([str(path)]) == 1
    assert said in capsys.readouterr().err
