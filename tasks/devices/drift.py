"""Compare devices with what was delivered to them: Nornir device tasks over connections that refuse to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nornir.core.task import Result, Task

from tasks.credentials import resolve
from tasks.devices.checks import ask_checks
from tasks.devices.collect import named_error, target_of
from tasks.devices.login import open_session
from tasks.devices.masking import hidden
from tasks.devices.platforms import PLATFORMS, check_identity
from turnup.change.drift import Drift, drift_of, lines_owned
from turnup.change.ownership import OwnedConfig
from turnup.errors import DeviceError, TurnupError
from turnup.scalars import DeviceName
from turnup.service.checks import CheckAnswer, ServiceCheck

if TYPE_CHECKING:
    from nornir.core import Nornir

    from tasks.devices.platforms import DevicePlatform, Edit
    from tasks.devices.session import Session
    from turnup.sites import Platform

ASKED_AGAIN_SECONDS = 0.0
"""What is live works already: nobody waits for it to begin."""
NO_LOG = "no log on this platform"
NOBODY = "nobody else in the device's log"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is compared on one device.

    Attributes:
        owned: all that was delivered there.
        lines: the service lines that are looked at.
        checks: what the device is asked besides.
    """

    owned: OwnedConfig
    lines: frozenset[str]
    checks: tuple[ServiceCheck, ...] = ()

    def drifts(self, platform: Platform, device: DeviceName, running: str) -> tuple[Drift, ...]:
        """What of the service lines looked at does not stand as delivered."""
        found = drift_of(platform, device, self.owned, running)
        return tuple(each for each in found if not self.lines.isdisjoint(each.service_lines))

    def line_count(self, platform: Platform) -> int:
        """Configuration lines of the service lines looked at."""
        ours = tuple(each for each in self.owned.fragments if each.service_line in self.lines)
        return lines_owned(platform, OwnedConfig(ours))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of comparing one device; its configuration is not kept.

    Attributes:
        lines: configuration lines that were compared.
        drifts: those that do not stand as delivered.
        who: who might have done it, in a few words; empty when nothing drifted.
        answers: to its service checks.
    """

    device: DeviceName
    lines: int
    drifts: tuple[Drift, ...]
    who: str = ""
    answers: tuple[CheckAnswer, ...] = ()


def compare(task: Task, watched: Mapping[DeviceName, Watched]) -> Result:
    """Device task: read one device and compare it; where something drifted, ask its log who might have done it."""
    target = target_of(task.host)
    platform, name = PLATFORMS[target.platform], DeviceName(task.host.name)
    ours = watched[name]
    with open_session(target, platform.read_list, platform.opening("")) as session:
        check_identity(session, platform)
        running = hidden(target.platform, platform.collect(session), target.key)
        drifts = ours.drifts(target.platform, name, running)
        who = who_might_it_be(platform.edits(session), target.username) if drifts else ""
        answers = _answers(session, platform, ours.checks)
    return Result(host=task.host, result=Comparison(name, ours.line_count(target.platform), drifts, who, answers))


def _answers(session: Session, platform: DevicePlatform, checks: tuple[ServiceCheck, ...]) -> tuple[CheckAnswer, ...]:
    """Ask what proves the service lines; where no answers come, that is what was found, and the comparison stands."""
    try:
        return ask_checks(session, platform, checks, ASKED_AGAIN_SECONDS)
    except DeviceError as error:
        return tuple(CheckAnswer(check, f"no answer: {error.found}") for check in checks)


def who_might_it_be(edits: tuple[Edit, ...] | None, login: str) -> str:
    """Name the last who configured a device and is not Turnup.

    Args:
        edits: what the device's log says, oldest first; none: it keeps no such log.
        login: reference to the name that Turnup itself logs in with.
    """
    if edits is None:
        return NO_LOG
    own = resolve(login).get_secret_value()
    last = next((each for each in reversed(edits) if each.who != own), None)
    return NOBODY if last is None else f"might be: {last.who} from {last.source}, {last.at}"


def compare_all(
    nornir: Nornir, watched: Mapping[DeviceName, Watched]
) -> tuple[tuple[Comparison, ...], tuple[tuple[DeviceName, TurnupError], ...]]:
    """Compare all devices of an inventory at once.

    Returns:
        what was compared, and what went wrong with each device that could not be: one's failure hides no other's.
    """
    answers = nornir.run(task=compare, watched=watched)
    good = tuple(answer[0].result for answer in answers.values() if answer.exception is None)
    bad = tuple(
        (DeviceName(name), named_error(name, answer.exception))
        for name, answer in answers.items()
        if answer.exception is not None
    )
    lost = tuple((name, _not_in_inventory(name)) for name in watched if name not in answers)
    return good, (*bad, *lost)


def _not_in_inventory(name: DeviceName) -> DeviceError:
    remedy = "Put it back, or cease what was delivered to it."
    return DeviceError(name, "a device of the inventory", "none of that name", remedy)
