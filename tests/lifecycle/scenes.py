"""Orders by name, and what they want of devices: from parameters as a buyer writes them, through gate and design.

`tests/golden/SERVICE/orders.yaml` has scenes: whose line at which site it is, what is ordered beside it, what the
example estate lacks for it, and the orders themselves, each by its name. Golden cases and journeys name them
`SCENE/ORDER`; so what a case is about can be read as it would be ordered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tasks.inventory.estate import Estate as Inventory
from tasks.inventory.yaml_loader import Loader
from turnup.allocation import Allocation
from turnup.buyers import Buyer, EligibleBuyer
from turnup.call_off import CallOff
from turnup.design import make_design
from turnup.framework import Framework
from turnup.gate import View, examine
from turnup.plan import Estate, intents_for
from turnup.plan.make import checks_for
from turnup.positions import Positions
from turnup.provider import Provider
from turnup.render import Templates
from turnup.service.checks import ServiceCheck
from turnup.service.intent import DeviceIntent
from turnup.service.lines import ServiceLine
from turnup.service.order import Verdict
from turnup.sites import Site

CHECKOUT = Path(__file__).resolve().parents[2]
GOLDEN = CHECKOUT / "tests" / "golden"
INVENTORY = Inventory(CHECKOUT / "inventory")
TEMPLATES = Templates(CHECKOUT / "templates")
FRAMEWORK = "LDN-NET-2026"
FRAME = {
    "revision": 1,
    "framework": FRAMEWORK,
    "title": "A golden case",
    "author": "category-manager@buyer.example",
    "ordered_at": "2026-11-20T10:00:00+00:00",
    "award_date": "2026-11-19",
    "starts": "2026-12-01",
    "initial_term_months": 36,
}
CHARGES = {"one_off_gbp": "1.00", "monthly_gbp": "1.00"}

Parameters = Mapping[str, Any]
"""What an order line says, as it is written in a call-off."""


@dataclass(frozen=True)
class Ordered:
    """What an order became.

    Attributes:
        intents: of the line in question, one a device.
        allocations: all that the whole call-off holds: what a later order finds taken.
    """

    intents: tuple[DeviceIntent, ...]
    allocations: tuple[Allocation, ...]
    checks: tuple[ServiceCheck, ...]

    def on(self, device: str) -> DeviceIntent | None:
        return next((each for each in self.intents if each.device == device), None)

    def text_on(self, device: str) -> str:
        """What the line declares of a device; empty: nothing."""
        intent = self.on(device)
        return TEMPLATES.render(intent).text if intent is not None else ""


@dataclass(frozen=True)
class Scene:
    """Where a service is ordered.

    Attributes:
        content: as `orders.yaml` has it.
    """

    service: str
    name: str
    content: Mapping[str, Any] = field(hash=False, compare=False)

    @property
    def line(self) -> ServiceLine:
        own = self.content["line"]
        return ServiceLine(f"{self.reference}/{own['id']}", self.reference, own["site"], self.service, own["product"])

    @property
    def reference(self) -> str:
        return self.content["reference"]

    @property
    def orders(self) -> Mapping[str, Parameters]:
        return self.content["orders"]

    def judged(self, parameters: Parameters) -> Verdict:
        """What the gate says of an order."""
        lines = [*self.content.get("beside", ()), {**self.content["line"], "parameters": parameters}]
        call_off = CallOff.model_validate(
            {
                **FRAME,
                "reference": self.reference,
                "buyer": self._buyer().code,
                "lines": [CHARGES | each for each in lines],
            }
        )
        framework, eligible = _framework()
        sites = {line.site: self._sites()[line.site] for line in call_off.lines}
        return examine(call_off, Positions("call-off.yaml"), View(framework, eligible, self._buyer(), sites))

    def ordered(self, parameters: Parameters, taken: tuple[Allocation, ...] = ()) -> Ordered:
        """Design an order after another one, which holds what it has taken."""
        verdict = self.judged(parameters)
        assert verdict.order is not None, [str(finding) for finding in verdict.findings]
        design = make_design(verdict.order, taken)
        estate = Estate(self._sites(), _provider())
        return Ordered(
            tuple(each for each in intents_for(design, estate) if each.line.id == self.line.id),
            design.allocations,
            tuple(each for each in checks_for(design, estate) if each.service_line == self.line.id),
        )

    def _buyer(self) -> Buyer:
        return _buyer_of(self)

    def _sites(self) -> dict[str, Site]:
        return _sites_of(self)


@cache
def _framework() -> tuple[Framework | None, tuple[EligibleBuyer, ...]]:
    return INVENTORY.framework(FRAMEWORK), INVENTORY.eligible_buyers(FRAMEWORK)


@cache
def _provider() -> Provider:
    return INVENTORY.provider()


@cache
def _buyer_of(scene: Scene) -> Buyer:
    known = INVENTORY.buyer(scene.reference.partition("-")[0])
    return Buyer.model_validate(_merged(known.model_dump(), scene.content.get("buyer", {})))


@cache
def _sites_of(scene: Scene) -> dict[str, Site]:
    """The sites of the example estate, with what the scene has otherwise."""
    found = {code: INVENTORY.site(code) for code in INVENTORY.site_codes()}
    for code, other in scene.content.get("sites", {}).items():
        known = found.get(code, found["LON-CORE-05"])
        found[code] = Site.model_validate(_merged(known.model_dump() | {"code": code}, other))
    return found


def _merged(known: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **known,
        **{
            key: _merged(known[key], each) if isinstance(each, dict) and isinstance(known.get(key), dict) else each
            for key, each in other.items()
        },
    }


@cache
def scenes(service: str) -> Mapping[str, Scene]:
    """The scenes of a service, by name."""
    path = GOLDEN / service / "orders.yaml"
    content = yaml.load(path.read_text(), Loader) if path.is_file() else {}
    return {name: Scene(service, name, each) for name, each in content.items()}


@cache
def after(service: str, *names: str) -> Ordered:
    """What the last of some orders became, each made after the one before: `SCENE/ORDER`."""
    taken: tuple[Allocation, ...] = ()
    for name in names:
        scene, _, order = name.partition("/")
        found = scenes(service)[scene]
        ordered = found.ordered(found.orders[order], taken)
        taken = ordered.allocations
    return ordered
