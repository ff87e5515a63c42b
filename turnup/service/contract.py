"""The questions that a service answers: one value of this kind is a service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from turnup.allocation import Allocator
    from turnup.model import Model
    from turnup.provider import Provider
    from turnup.service.checked import CheckedLine
    from turnup.service.checks import ServiceCheck
    from turnup.service.intent import DeviceIntent, Surroundings
    from turnup.service.lines import ServiceLine
    from turnup.service.materials import Material
    from turnup.service.order import Order
    from turnup.service.view import Report, View
    from turnup.sites import Site


class LineDesign(Protocol):
    """A service line with everything that it was allocated: complete, ready to be rendered."""

    @property
    def line(self) -> ServiceLine:
        """Whose design it is."""


P = TypeVar("P")
D = TypeVar("D", bound=LineDesign)


@dataclass(frozen=True, slots=True)
class Designing(Generic[P]):
    """One order line that is designed, and what may be asked meanwhile.

    Attributes:
        parameters: what was ordered, typed.
        line: the service line that it becomes.
        before: designs of this order that are made already: baselines, and the services that this one comes `after`.
        lines: ids of all service lines of the order, designed or not.
    """

    parameters: P
    line: ServiceLine
    site: Site
    order: Order
    allocator: Allocator
    before: tuple[LineDesign, ...]
    lines: frozenset[str]


def _nothing(*_of: object) -> None:
    return None


def _none(*_of: object) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Service(Generic[P, D]):
    """A service, station by station: what may be ordered, what it has to fit, what it gets, what it wants of devices.

    Attributes:
        name: one word; the module's name, that of its templates' folder, and `service` of its products.
        value: type of what its templates get as `intent`.
        intents: says what a design wants of each device.
        parameters: what an order line says, with the ranges of the technology; none: it cannot be ordered.
        check: the rules of the gate, asked once with all lines of the order; adds all its findings to the report.
        claim: takes the values that were asked for by name, for all lines before any gets its next free one.
        design: gives a line all that it needs, from pools.
        checks: says what the devices have to answer when a line of it works.
        materials: lists what a line needs in hand on site, besides the devices and cables of the inventory.
        after: services of the same site on which it stands: they are designed, made and named before it, and may
            not end under it.
    """

    name: str
    value: Any
    intents: Callable[[D, Surroundings, Provider], tuple[DeviceIntent, ...]]
    parameters: type[Model] | None = None
    check: Callable[[View, tuple[CheckedLine, ...], Report], None] = _nothing
    claim: Callable[[Designing[P]], None] = _nothing
    design: Callable[[Designing[P]], D] | None = None
    checks: Callable[[D, Surroundings, Provider], tuple[ServiceCheck, ...]] = _none
    materials: Callable[[D, Surroundings], tuple[Material, ...]] = _none
    after: tuple[str, ...] = ()
