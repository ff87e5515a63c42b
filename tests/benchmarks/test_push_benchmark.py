"""The push's benchmark measures what it says: neutral devices take a whole push, and files as NAPALM sends them."""

from __future__ import annotations

import hashlib

import pytest

from benchmarks.push.device import Device
from benchmarks.push.exec_mode import run
from benchmarks.push.flash import Sink
from benchmarks.push.fleet import Tally, devices
from benchmarks.push.rooms import DEVICE_CORE, run_turnup
from benchmarks.push.rows import Measured, Row, rows
from benchmarks.push.table import case_lines
from benchmarks.push.texts import pushed_fragment


def test_neutral_devices_take_a_whole_push_and_say_so():
    with devices(3, 1, 1, core=None) as fleet:
        took = run_turnup("turnup_job", fleet.places, ["2", "--cores", "0", str(DEVICE_CORE)])
        assert took.good == 3
        assert fleet.check() == Tally(running=3, saved=3, armed=0)
        fleet.reset()
        assert fleet.check() == Tally(running=0, saved=0, armed=0)


def test_a_file_is_taken_in_pieces_and_merged_as_it_came():
    device, content = Device(1, 0, 0), pushed_fragment().encode()
    sink = Sink(lambda came: device.flash.keep("flash:/merge_config.txt", came))
    sent = b"C0644 %d merge_config.txt\n" % len(content) + content + b"\0"
    answered = b"".join(sink.take(sent[at : at + 7]) for at in range(0, len(sent), 7))
    assert answered == Sink.GO_ON * 2
    assert hashlib.md5(content).hexdigest() in run(device, "verify /md5 flash:/merge_config.txt")
    assert "Error opening" in run(device, "dir flash:/other.txt")
    run(device, "copy flash:/merge_config.txt running-config")
    assert set(pushed_fragment().splitlines()) <= set(device.text().splitlines())
    assert device.startup != device.text()
    assert "[OK]" in run(device, "write memory")
    assert device.startup == device.text()


def test_what_was_measured_with_few_is_told_as_about():
    row = Row("ansible", "ansible", "Ansible", "errors", few=(1, 4), runs=[Measured(1, 10, 3), Measured(4, 19, 12)])
    assert row.seconds(200) == pytest.approx(7 + 3 * 200)
    everybody = tuple(each if each.name != "ansible" else row for each in rows())
    lines = "\n".join(case_lines(everybody, 200, 5))
    assert "| Ansible | about 607 | - | 3000.0 | 2 | errors (measured with 1 and 4) |" in lines
    assert "not measured" in lines


def test_without_the_lean_one_there_is_no_ratio():
    row = Row("turnup", "", "Turnup", "everything", runs=[Measured(10, 0.5, 0.2)])
    assert "| Turnup | 0.50 | - | 20.0 | 1 | everything |" in "\n".join(case_lines((row,), 10, 5))
