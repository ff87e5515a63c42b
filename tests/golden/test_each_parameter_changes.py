"""No parameter is forgotten: whatever of an order may change does so in a golden case, on every platform, and is seen.

The fields are read from the services' own models, so a new one has no golden case until somebody writes one. The gate
compares no order with its former revision: it refuses no change as such, only what would be refused in a first order
too. What a scene cannot have is listed with the rule that refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
import yaml

from tests.lifecycle.parameters import Change, changes_between, possible_changes
from tests.lifecycle.scenes import GOLDEN, Scene, scenes
from turnup.model import Model
from turnup.services.registry import services

BY_VALUE = {"lan", "wan"}
"""Their golden cases are written as what templates get, and their orders come by chance
(tests/turnup/change/test_lans_there_and_back.py)."""
SERVICES = sorted(name for name, each in services().items() if each.parameters is not None and name not in BY_VALUE)
PLATFORMS = sorted(
    (service, path.stem) for service in SERVICES for path in (GOLDEN.parents[1] / "templates" / service).glob("*.j2")
)
LIFECYCLE = {"everything", "each-parameter-changes", "everything-is-given-back", "all-is-ceased"}

NOT_THERE = {
    ("landline", "kamailio"): {"analogue": ("analogue-ports", [{"name": "LIFT", "number": "+442079460100"}])},
}
"""What a scene of a platform cannot have: the rule that refuses it, and an order that is refused."""

NOT_SEEN = {
    "landline": {"port": "a date for people", "port.date": "likewise", "port.from_provider": "likewise"},
    "mobile": {"sims.iccid": "the number that is printed on the card; the server knows the SIM by its IMSI"},
    "uc": {"hunt_groups.name": "for people: no telephone and no server shows it"},
}
"""Parameters that no device knows."""

NEVER_ALONE = {
    "uc": {"extension_length": "every number gets another length with it"},
}
"""Parameters that cannot change without others."""


def pairs(service: str, platform: str) -> Iterator[tuple[Scene, Model, Model]]:
    """The golden cases of a platform in which an order follows on another one."""
    model = services()[service].parameters
    for path in sorted((GOLDEN / service / platform).glob("*/intent.yaml")):
        intent = yaml.safe_load(path.read_text())
        former, value = intent.get("former"), intent["value"]
        if isinstance(former, str) and isinstance(value, str):
            scene = scenes(service)[value.partition("/")[0]]
            orders = (scene.orders[name.partition("/")[2]] for name in (former, value))
            yield scene, *(model.model_validate(each) for each in orders)


def changed(service: str, platform: str) -> set[Change]:
    return {change for _, old, new in pairs(service, platform) for change, _ in changes_between(old, new)}


@pytest.mark.parametrize(("service", "platform"), PLATFORMS)
def test_each_parameter_changes_in_a_golden_case(service, platform):
    absent = NOT_THERE.get((service, platform), {})
    possible = set(possible_changes(services()[service].parameters))
    wanted = {change for change in possible if change[0].partition(".")[0] not in absent}
    missing = sorted(wanted - changed(service, platform))
    assert missing == [], f"write a golden case of {service} on {platform} for each"


@pytest.mark.parametrize(("service", "platform"), PLATFORMS)
def test_the_whole_life_of_a_service_is_in_the_golden_cases(service, platform):
    cases = {path.parent.name for path in (GOLDEN / service / platform).glob("*/intent.yaml")}
    assert cases >= LIFECYCLE


@pytest.mark.parametrize(("service", "platform"), NOT_THERE)
def test_what_a_scene_cannot_have_is_refused_by_name(service, platform):
    scene, *_ = next(pairs(service, platform))
    for name, (rule, value) in NOT_THERE[service, platform].items():
        verdict = scene.judged(scene.orders["everything"] | {name: value})
        assert [each.rule for each in verdict.findings if each.severity == "error"] == [rule]


@cache
def seen(service: str) -> tuple[frozenset[str], frozenset[str]]:
    """The parameters that change some device when they change alone, and those that may change alone."""
    in_effect, alone = set(), set()
    for _, platform in (each for each in PLATFORMS if each[0] == service):
        for scene, old, new in pairs(service, platform):
            former = old.model_dump(mode="json", exclude_none=True)
            for (where, _), parameters in changes_between(old, new):
                if where in in_effect or scene.judged(without_none(parameters)).order is None:
                    continue
                alone.add(where)
                if texts(scene, former) != texts(scene, without_none(parameters)):
                    in_effect.add(where)
    return frozenset(in_effect), frozenset(alone)


def without_none(parameters: dict) -> dict:
    return {name: each for name, each in parameters.items() if each is not None}


def texts(scene: Scene, parameters: dict) -> dict[str, str]:
    ordered = scene.ordered(parameters)
    return {each.device: ordered.text_on(each.device) for each in ordered.intents}


@pytest.mark.parametrize("service", SERVICES)
def test_each_parameter_is_seen_on_a_device_when_it_changes_alone(service):
    in_effect, alone = seen(service)
    everything = {where for where, _ in possible_changes(services()[service].parameters)}
    assert everything - alone == NEVER_ALONE.get(service, {}).keys()
    assert alone - in_effect == NOT_SEEN.get(service, {}).keys()
