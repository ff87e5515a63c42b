"""Read devices: Nornir device tasks over connections that refuse to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nornir.core.task import Result, Task

from tasks.devices.login import open_session
from tasks.devices.masking import hidden
from tasks.devices.platforms import PLATFORMS, check_identity
from tasks.devices.session import Target
from turnup.errors import DeviceError, TurnupError
from turnup.scalars import DeviceName
from turnup.sites import Platform

if TYPE_CHECKING:
    from nornir.core import Nornir
    from nornir.core.inventory import Host


@dataclass(frozen=True, slots=True)
class Readings:
    """What the devices of a run answered.

    Attributes:
        running: configuration by device, of those that answered.
        errors: what went wrong, one for each device that did not.
    """

    running: Mapping[DeviceName, str]
    errors: tuple[TurnupError, ...]


def target_of(host: Host) -> Target:
    """Say where an inventory host is reached and who it has to be."""
    credentials = host["credentials"]
    return Target(
        name=host.name,
        hostname=host.hostname or host.name,
        port=host.port or 22,
        platform=Platform(host.platform or ""),
        serial=host["serial"],
        username=credentials["username"],
        password=credentials["password"],
        enable=credentials.get("enable", ""),
        host_key=host.get("host_key", ""),
        key=host.get("key", ""),
    )


def read_running(task: Task) -> Result:
    """Device task: read a device's running configuration, read-only, after checking who it is; secrets left out."""
    target = target_of(task.host)
    platform = PLATFORMS[target.platform]
    with open_session(target, platform.read_list, platform.opening("")) as session:
        check_identity(session, platform)
        return Result(host=task.host, result=hidden(target.platform, platform.collect(session), target.key))


def collect(nornir: Nornir) -> Readings:
    """Read all devices of an inventory at once.

    Returns:
        what answered and what did not: one device's failure does not hide another's answer.
    """
    answers = nornir.run(task=read_running)
    running: dict[DeviceName, str] = {}
    errors: list[TurnupError] = []
    for name, answer in answers.items():
        if answer.exception is None:
            running[DeviceName(name)] = answer[0].result
        else:
            errors.append(named_error(name, answer.exception))
    return Readings(running, tuple(errors))


def named_error(name: str, error: BaseException) -> TurnupError:
    """Say what went wrong with a device; what is no error of ours is a defect and says so."""
    if isinstance(error, TurnupError):
        return error
    return DeviceError(
        name,
        "a readable device",
        f"{type(error).__name__}: {error}",
        "This is a defect of Turnup: report it with the run's log.",
    )
