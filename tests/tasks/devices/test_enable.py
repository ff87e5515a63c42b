"""A login that lands without privilege: it is raised with the secret of the inventory, or the reason is told."""

from __future__ import annotations

import dataclasses
from contextlib import suppress

import pytest

from lab.simulated import DeviceKind, Fleet, factory_spec
from tasks.devices.connection import QuickIos
from tasks.devices.login import open_session
from tasks.devices.platforms.cisco_ios import CiscoIos
from tasks.devices.session import Target
from tasks.devices.transcript import Transcript, read_transcript
from turnup.errors import DeviceError, LoginRefused
from turnup.redact import REDACTED
from turnup.sites import Platform

DEVICE, PASSWORD, ENABLE = "HF-LIB-01-SW1", "for-tests-only", "enable-for-tests"


@pytest.fixture
def target(monkeypatch):
    spec = factory_spec(DeviceKind.SWITCH, DEVICE, "FCW2603T003", password=PASSWORD)
    monkeypatch.setenv("TURNUP_USERNAME", spec.username)
    monkeypatch.setenv("TURNUP_PASSWORD", PASSWORD)
    with Fleet((dataclasses.replace(spec, enable_password=ENABLE),), minute_seconds=60) as fleet:
        yield Target(
            DEVICE,
            "127.0.0.1",
            fleet.port(DEVICE),
            Platform.CISCO_IOS,
            spec.serial,
            "env:TURNUP_USERNAME",
            "env:TURNUP_PASSWORD",
            enable="env:TURNUP_ENABLE",
            host_key=fleet.host_key(DEVICE),
        )


def test_the_enable_secret_of_the_inventory_lets_it_read(target, monkeypatch):
    monkeypatch.setenv("TURNUP_ENABLE", ENABLE)
    with open_session(target) as session:
        assert f"hostname {DEVICE}" in CiscoIos().collect(session)


@pytest.mark.parametrize("secret", [ENABLE, "abc"], ids=["long", "short"])
def test_how_it_became_privileged_is_in_the_transcript_without_the_secret(target, monkeypatch, secret):
    def of_netmiko(*_: object, **__: object) -> str:
        raise AssertionError("Netmiko waits, and tells the transcript nothing")

    monkeypatch.setenv("TURNUP_ENABLE", secret)
    for name in ("enable", "check_enable_mode"):
        monkeypatch.setattr(QuickIos, name, of_netmiko)
    transcript = Transcript()
    with suppress(LoginRefused), open_session(target, transcript=transcript) as session:
        assert session.is_privileged
    said = read_transcript(transcript.take())
    at = next(number for number, each in enumerate(said) if each.sent == "enable\n")
    assert said[at].received.endswith("Password: ")
    assert said[at + 1].sent == f"{REDACTED}\n"
    assert all(secret not in each.sent for each in said)


def test_a_wrong_enable_secret_is_a_refused_login_and_names_its_reference(target, monkeypatch):
    monkeypatch.setenv("TURNUP_ENABLE", "another")
    with pytest.raises(LoginRefused, match="`enable` to take env:TURNUP_ENABLE") as caught, open_session(target):
        pass
    assert "ConnectHandler" not in str(caught.value)
    assert "another" not in str(caught.value)


def test_without_an_enable_secret_nothing_is_read(target):
    with (
        open_session(dataclasses.replace(target, enable="")) as session,
        pytest.raises(DeviceError, match="`enable` among the credentials of the inventory"),
    ):
        CiscoIos().collect(session)
