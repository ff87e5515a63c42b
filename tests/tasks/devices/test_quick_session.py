"""A session waits for the device and for nothing else, and never gives out an answer that is older than it looks."""

from __future__ import annotations

import dataclasses
import logging
import socket
import time

import pytest

from tasks.devices.collect import target_of
from tasks.devices.connection import WaitingChannel, decoded
from tasks.devices.login import open_session
from tasks.inventory.nornir_run import open_nornir
from turnup.errors import WrongDevice
from turnup.scalars import DeviceName, SiteCode

DEVICE = "HF-LIB-01-SW1"
TIMER, VERSION, RUNNING = "show archive config rollback timer", "show version", "show running-config"


@pytest.fixture
def fleet(start_fleet):
    return start_fleet("LBHF-2026-0042", minute_seconds=60)


@pytest.fixture
def target(fleet, workspace):
    nornir = open_nornir(workspace, [SiteCode("HF-LIB-01")], [DeviceName(DEVICE)])
    return target_of(nornir.inventory.hosts[DEVICE])


def test_what_is_asked_ahead_is_sent_once_and_answers_each_question(fleet, target):
    with open_session(target, opening=(VERSION, RUNNING, TIMER)) as session:
        sent = fleet.commands_received(DEVICE)
        assert [line for line in sent if line.startswith("show")] == [VERSION, RUNNING, TIMER]
        assert "Processor board ID" in session.ask(VERSION)
        running = session.ask(RUNNING)
        assert "No Rollback" in session.ask(TIMER)
        assert fleet.commands_received(DEVICE) == sent
        assert running == session.ask(RUNNING)
    shown = [line for line in running.splitlines() if not line.startswith(("!", "Building", "Current", "end"))]
    there = [line for line in fleet.running_config(DEVICE).splitlines() if line and not line.startswith("!")]
    assert [line for line in shown if line] == [line for line in there if line != "end"]


def test_an_answer_is_dropped_when_something_else_was_typed_since(fleet, target):
    with open_session(target, opening=(VERSION, RUNNING)) as session:
        session.ask("configure terminal", expect=r"#\s*$")
        session.ask("snmp-server location Annexe", expect=r"#\s*$")
        session.ask("end", expect=r"#\s*$")
        session.ask(VERSION)
        assert "snmp-server location Annexe" in session.ask(RUNNING)


def test_the_key_exchange_is_quick_and_nothing_waits_for_more_to_send(target, caplog):
    with caplog.at_level(logging.DEBUG, "paramiko"), open_session(target) as session:
        transport = session.connection.remote_conn_pre.get_transport()
        agreed = [record.getMessage() for record in caplog.records if "Kex: " in record.getMessage()]
        assert agreed == ["Kex: curve25519-sha256@libssh.org"], agreed
        assert transport.remote_cipher == transport.local_cipher == "aes128-gcm@openssh.com"
        assert transport.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_session_opens_and_asks_in_less_time_than_netmiko_sleeps(target):
    def seconds() -> float:
        began = time.monotonic()
        with open_session(target, opening=(VERSION, RUNNING, TIMER)) as session:
            session.ask(VERSION)
        return time.monotonic() - began

    assert min(seconds() for _ in range(4)) < 0.4  # Netmiko as it is: 1.3 s


def test_another_key_than_the_recorded_one_is_another_device(target):
    kind, key = target.host_key.split()
    other = f"{kind} {key[:-8]}{'AAAAAAAA' if key[-8:] != 'AAAAAAAA' else 'BBBBBBBB'}"
    with (
        pytest.raises(WrongDevice, match="another key"),
        open_session(dataclasses.replace(target, host_key=other)),
    ):
        pass


class Wire:
    """A channel on which a character arrives in two packets."""

    def __init__(self, *packets: bytes) -> None:
        self.packets = list(packets)

    def gettimeout(self) -> float:
        return 1.0

    def settimeout(self, _seconds: float) -> None: ...

    def recv(self, _size: int) -> bytes:
        return self.packets.pop(0) if self.packets else b""

    def recv_ready(self) -> bool:
        return False


def test_a_character_that_arrives_in_two_packets_stays_one():
    channel = WaitingChannel(Wire("é".encode()[:1], "é".encode()[1:] + b"#"), "utf-8")
    assert channel.read_buffer() + channel.read_buffer() == "é#"
    with pytest.raises(EOFError):
        channel.read_channel()


def test_a_byte_that_is_no_utf_8_is_read_as_latin_1_and_never_dropped():
    channel = WaitingChannel(Wire(b"\xe9tude \xc3", b"\xa9cole \xe9\r\n#"), "utf-8")
    assert channel.read_buffer() + channel.read_buffer() == "\u00e9tude \u00e9cole \u00e9\r\n#"
    assert decoded(b"description \xe9\n") == "description \u00e9\n"
