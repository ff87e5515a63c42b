"""A fleet of two, and a raw client that types as a person or a program would."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest

from lab.simulated import DeviceKind, DeviceSpec, Fleet, client, factory_spec

PASSWORD = "for-tests-only"
SWITCH = factory_spec(DeviceKind.SWITCH, "HF-LIB-01-SW1", "FOC2500A001", password=PASSWORD)
ROUTER = dataclasses.replace(
    factory_spec(DeviceKind.ROUTER, "HF-LIB-01-R1", "FOC2500A002", password=PASSWORD),
    enable_password="enable-for-tests",
)


@pytest.fixture
def switch() -> DeviceSpec:
    return SWITCH


@pytest.fixture
def router() -> DeviceSpec:
    return ROUTER


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    """The switch and the router; a minute lasts half a second."""
    with Fleet((SWITCH, ROUTER), minute_seconds=0.5) as running:
        yield running


TypeAt = Callable[..., Coroutine[None, None, str]]


@pytest.fixture
def type_at() -> TypeAt:
    """The raw client, with the credentials of the tests."""
    return functools.partial(client.type_at, username=SWITCH.username, password=PASSWORD)


@pytest.fixture
def typed(fleet: Fleet, type_at: TypeAt) -> Callable[..., str]:
    """Type lines at a device of the fleet in one block; returns all that came back, with plain newlines."""

    def type_lines(name: str, *lines: str, seconds: float = 5.0) -> str:
        block = "\n".join(("terminal length 0", *lines, "! end of block", "")) + "\n"
        work = type_at(fleet.port(name), block, until="! end of block\r\n", seconds=seconds)
        return asyncio.run(work).replace("\r\n", "\n")

    return type_lines


@pytest.fixture
def stack() -> Iterator[Callable[[AbstractContextManager[Fleet]], Fleet]]:
    """Start further fleets in a test, ended with it."""
    with ExitStack() as exits:
        yield exits.enter_context
