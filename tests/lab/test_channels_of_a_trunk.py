"""A trunk has as many calls at once as were ordered, held by the real SBC; emergency calls are not counted nor refused.

999 and 112 are looked up, and never dialled.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml

from lab.real.kamailio import IMAGE
from lab.real.lab import Lab
from lab.real.namespaces import LabFailed
from tasks.planning import Purpose
from tests.lab.trunks import (
    CARRIER,
    CONTROL,
    DIALPLAN,
    HOSPITAL,
    PBX,
    QUIET,
    SBC,
    SIPP,
    End,
    call,
    carry_out,
    lab_with_trunks,
    looked_up,
    wait_until_listening,
)

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF = "WCC-2026-0011"
OURS, STRANGER = "+442079460105", "+447700900123"
OUT_FULL = ("503 All Channels In Use", 'Q.850;cause=34;text="All channels of the calling trunk are in use"')
IN_FULL = ("486 All Channels In Use", 'Q.850;cause=17;text="All channels of the called trunk are in use"')

SAY = """
import socket, sys
address, port, server = sys.argv[1:]
said = sys.stdin.buffer.read().replace(b"\\n", b"\\r\\n")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
    line.bind((address, int(port)))
    line.settimeout(2)
    for _ in range(15):
        try:
            line.sendto(said, (server, 5060))
            print(line.recv(65535).decode())
            break
        except TimeoutError:
            continue
"""


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    with lab_with_trunks(tmp_path / "lab", workspace, monkeypatch) as lab:
        yield lab


def order_channels(inventory: Path, revision: int, channels: int) -> None:
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = revision
    content["lines"][0]["parameters"]["channels"] = channels
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def taken(lab: Lab, customer: int = DIALPLAN) -> int:
    """How many channels of a trunk the server counts as taken."""
    printed = lab.run(SBC, CONTROL.split(), stdin=f"dlg.profile_get_size channels s:{customer}\n")
    found = re.search(r"kamcmd> (?:dlg.*\n)?(\d+)\n", printed)
    assert found, printed
    return int(found[1])


def wait_until_taken(lab: Lab, count: int) -> None:
    deadline = time.monotonic() + 120
    while (found := taken(lab)) != count:
        assert time.monotonic() < deadline, f"expected {count} channels to be taken, found {found}"
        time.sleep(0.1)


def place(calling: End, caller: str, dialled: str, scenario: str) -> list[str]:
    where = ["sipp", f"{calling.sbc}:5060", "-i", calling.address, "-m", "1", "-nostdin"]
    return [*where, "-sf", str(SIPP / scenario), "-s", dialled, "-key", "caller", caller]


@contextmanager
def answering(lab: Lab, called: End) -> Iterator[None]:
    """Somebody who takes every call, and hangs up none."""
    listen = ["sipp", "-sf", str(SIPP / "answer.xml"), "-i", called.address, "-p", str(called.port), "-nostdin"]
    with subprocess.Popen(
        [*lab.inside(called.host), *listen], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_until_listening(lab, called)
            yield
        finally:
            process.kill()


@contextmanager
def held(lab: Lab, calling: End, caller: str, dialled: str, *, counts: int) -> Iterator[None]:
    """A call that stands; it is hung up at the end."""
    log, port = lab.state / f"held-{counts}", 5070 + counts
    traced = ["-p", f"{port}", "-trace_msg", "-message_file", str(log), "-message_overwrite", "true"]
    words = [*lab.inside(calling.host), *place(calling, caller, dialled, "hold.xml"), *traced]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_taken(lab, counts)
            wait_until_it_stands(log)
            yield
            assert process.poll() is None, "it was dropped"
        finally:
            process.kill()
    hang_up(lab, calling, log.read_text(), port)


def wait_until_it_stands(log: Path) -> None:
    deadline = time.monotonic() + 120
    while not re.search(r"^ACK (?s:.*?)^Content-Length: 0", log.read_text(), re.MULTILINE):
        assert time.monotonic() < deadline, "nobody took the call"
        time.sleep(0.05)


def hang_up(lab: Lab, calling: End, log: str, port: int) -> None:
    """End a call as whoever made it: by a BYE on the way of its ACK (RFC 3261, 12.2.1)."""
    ack = log[log.rindex("\nACK ") + 1 :].partition("\n\n")[0]
    bye = ack.replace("ACK ", "BYE ", 1).replace("CSeq: 1 ACK", "CSeq: 2 BYE")
    bye = re.sub(r"branch=\S+", f"branch=z9hG4bK-bye-{port}", bye)
    said = "\n".join([*(line.strip() for line in bye.splitlines()), "", ""])
    place = [calling.address, f"{port}", calling.sbc]
    answer = lab.run(calling.host, [sys.executable, "-c", SAY, *place], stdin=said, seconds=60)
    assert answer.startswith("SIP/2.0 200"), answer


def refusal(lab: Lab, calling: End, caller: str, dialled: str) -> tuple[str, str]:
    """Status and reason with which the server refuses a call."""
    log = lab.state / "refused"
    traced = ["-trace_msg", "-message_file", str(log), "-message_overwrite", "true", "-timeout", "60s", *QUIET]
    with pytest.raises(LabFailed):
        lab.run(calling.host, [*place(calling, caller, dialled, "call.xml"), *traced], seconds=90)
    answers = log.read_text()
    status = re.search(r"^SIP/2.0 ([3-6]\d\d [^\r\n]+)", answers, re.MULTILINE)
    reason = re.search(r"^Reason: ([^\r\n]+)", answers, re.MULTILINE)
    return status[1] if status else answers, reason[1] if reason else ""


def test_as_many_calls_as_were_ordered_stand_at_once_and_help_can_be_called_besides(
    lab: Lab, delivery, inventory: Path
) -> None:
    order_channels(inventory, 1, 3)
    carry_out(delivery, delivery.plan(CALL_OFF))
    with answering(lab, CARRIER), answering(lab, PBX), answering(lab, HOSPITAL), ExitStack() as calls:
        for number in (1, 2):
            calls.enter_context(held(lab, PBX, OURS, f"90207946099{number}", counts=number))
        with held(lab, CARRIER, STRANGER, OURS, counts=3):
            assert refusal(lab, PBX, OURS, "902079460998") == OUT_FULL
            assert refusal(lab, CARRIER, STRANGER, OURS) == IN_FULL
            ways = looked_up(lab, "999", "112", "9999", "9112")
            assert ways == [("999", "emergency"), ("112", "emergency")] * 2
            assert taken(lab) == 3, "what is refused takes nothing"
            # Others go on: a trunk for which no limit stands, and whose calls are not counted.
            lab.run(HOSPITAL.host, [*place(HOSPITAL, "+442079460505", "807700900123", "call.xml"), *QUIET], seconds=90)
            assert taken(lab, 1500) == 0

            # Fewer than stand: none of them is dropped, and no other comes.
            order_channels(inventory, 2, 2)
            carry_out(delivery, delivery.plan(CALL_OFF))
            assert taken(lab) == 3
            assert refusal(lab, PBX, OURS, "902079460998") == OUT_FULL
        wait_until_taken(lab, 2)
        assert refusal(lab, CARRIER, STRANGER, OURS) == IN_FULL

        order_channels(inventory, 3, 4)
        carry_out(delivery, delivery.plan(CALL_OFF))
        calls.enter_context(held(lab, PBX, OURS, "902079460993", counts=3))
        with held(lab, CARRIER, STRANGER, OURS, counts=4):
            assert refusal(lab, PBX, OURS, "902079460998") == OUT_FULL
    wait_until_taken(lab, 0)

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert f"{DIALPLAN}" not in lab.run(SBC, CONTROL.split(), stdin="dispatcher.list\n")
    with pytest.raises(LabFailed):
        call(lab, CARRIER, STRANGER, OURS, PBX)


def test_no_way_to_the_emergency_services_asks_for_a_channel() -> None:
    configuration = (IMAGE / "kamailio.cfg").read_text()
    routes = dict(
        re.findall(r"^(?:request_route|route\[(\w+)\]) \{\n(.*?)^\}", configuration, re.MULTILINE | re.DOTALL)
    )
    asking = {name for name, body in routes.items() if re.search(r"route\(CHANNELS\)|dlg_|get_profile_size", body)}
    assert asking == {"CHANNELS", "BY_DIALPLAN", "TO_CARRIER", "TO_TRUNK"}
    assert re.search(r'^ *case "emergency": route\(TO_EMERGENCY\);$', routes["BY_DIALPLAN"], re.MULTILINE)
    before = routes["BY_DIALPLAN"].partition('case "emergency"')[0]
    assert "CHANNELS" not in before + routes["TO_EMERGENCY"] + routes["WHO"] + routes[""]
