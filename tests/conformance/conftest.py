"""The rows' devices, up once a row, and a push that is not as patient as on site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import tasks.devices.login as login_module
import tasks.devices.recovery as recovery_module
import tasks.devices.session as session_module
from tasks.devices.outcome import Outcome
from tasks.devices.platforms import arista_eos, cisco_ios, juniper_junos
from tests.conformance.rows import Row
from tests.conformance.scene import Stage
from tests.conftest import PASSWORD


@pytest.fixture(scope="session")
def credentials() -> Iterator[None]:
    """The login of simulated devices, for as long as devices of a row are up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TURNUP_USERNAME", "turnup")
        patch.setenv("TURNUP_PASSWORD", PASSWORD)
        yield


@pytest.fixture(scope="session")
def stage_for(credentials: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Row], Stage]]:
    """Bring a row's devices up when it is first asked for, and plan."""
    up: dict[str, Stage] = {}
    with ExitStack() as exits:

        def stage(row: Row) -> Stage:
            if row.platform not in up:
                folder: Path = tmp_path_factory.mktemp(row.platform)
                up[row.platform] = exits.enter_context(row.start(folder)).only(row.device)
            return up[row.platform]

        yield stage


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute for a device that hangs on purpose."""
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 2.0)
    monkeypatch.setattr(login_module, "CONNECT_SECONDS", 3.0)
    monkeypatch.setattr(cisco_ios, "SLOW_SECONDS", 2.0)
    monkeypatch.setattr(arista_eos, "SLOW_SECONDS", 2.0)
    monkeypatch.setattr(juniper_junos, "SLOW_SECONDS", 2.0)
    monkeypatch.setattr(recovery_module, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(recovery_module, "PATIENCE_SECONDS", 3.0)


@pytest.fixture
def pace_of(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[Row, Outcome], None]:
    """How long a row is waited for: real devices have all the time they want, but the one that stays away."""

    def set_pace(row: Row, outcome: Outcome) -> None:
        if not row.real:
            request.getfixturevalue("impatient")
            return
        monkeypatch.setattr(recovery_module, "POLL_SECONDS", 0.1)
        monkeypatch.setattr(recovery_module, "PATIENCE_SECONDS", 3.0 if outcome is Outcome.UNKNOWN else 120.0)

    return set_pace
