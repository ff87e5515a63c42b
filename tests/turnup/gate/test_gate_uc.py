"""What the gate says of telephones: each thing that is wrong by its name, in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tasks.inventory.estate import Estate
from tests.turnup.gate.conftest import CHECKOUT, Content, judge
from turnup.call_off import CallOff
from turnup.findings import errors_of
from turnup.gate import View

Change = Callable[[dict[str, Any]], None]
ESTATE = Estate(CHECKOUT / "inventory")


@pytest.fixture
def order() -> Content:
    """The telephones of a library, their tables written out."""
    return ESTATE.call_off("WCC-2026-0007").call_off.model_dump(mode="json")


def view() -> View:
    return View(
        framework=ESTATE.framework("LDN-NET-2026"),
        eligible_buyers=ESTATE.eligible_buyers("LDN-NET-2026"),
        buyer=ESTATE.buyer("WCC"),
        sites={code: ESTATE.site(code) for code in ("WCC-LIB-01", "WCC-HUB-02")},
    )


def rules_of(order: Content, **changed: Any) -> set[tuple[str, str]]:
    """Rule and field of each error."""
    found = errors_of(judge(order, view(), **changed).findings)
    return {(each.rule, each.field.removeprefix("lines[0].parameters.")) for each in found}


def test_the_example_is_valid(order: Content) -> None:
    assert rules_of(order) == set()
    assert judge(order, view()).order is not None


def sets(path: str, value: object) -> Change:
    """Put a value at a path such as `extensions.0.number`."""

    def change(parameters: dict[str, Any]) -> None:
        *above, last = path.split(".")
        here: Any = parameters
        for step in above:
            here = here[int(step)] if step.isdigit() else here[step]
        here[int(last) if last.isdigit() else last] = value

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (sets("extensions.3.number", "201"), {("extension-length", "extensions[3].number")}),
        (sets("extensions.3.number", "9010"), {("extension-prefix", "extensions[3].number")}),
        (sets("extensions.3.number", "1125"), {("extension-emergency", "extensions[3].number")}),
        (
            sets("extensions.3.number", "2900"),
            {("extension-unique", "hunt_groups[0].number")},
        ),
        (sets("voicemail_number", "2001"), {("extension-unique", "voicemail_number")}),
        (
            sets("voicemail_number", "9999"),
            {("extension-prefix", "voicemail_number"), ("extension-emergency", "voicemail_number")},
        ),
        (sets("hunt_groups.0.members", ["2001", "2005"]), {("member-exists", "hunt_groups[0].members")}),
        (sets("hunt_groups.0.members", ["2001", "2001"]), {("member-unique", "hunt_groups[0].members")}),
        (sets("phones.0.extension", "2005"), {("phone-extension", "phones[0].extension")}),
        (sets("phones.1.mac", "00:00:5e:00:53:01"), {("mac-unique", "phones[1].mac")}),
        (sets("phones.1.mac", "01-00-5E-00-53-01"), {("parameter-value-error", "phones[1].mac")}),
        (sets("extensions.1.ddi", "+442079460161"), {("ddi-unique", "extensions[1].ddi")}),
        (sets("extensions.1.ddi", "+442079460900"), {("ddi-in-range", "extensions[1].ddi")}),
        (sets("main_number", "+442079460900"), {("ddi-in-range", "main_number")}),
        (sets("extensions.0.secret", "Pa55word"), {("parameter-string-pattern-mismatch", "extensions[0].secret")}),
        (sets("barred", ["emergency"]), {("parameter-enum", "barred[0]")}),
    ],
)
def test_each_thing_that_is_wrong_is_named_in_its_place(
    order: Content, change: Change, expected: set[tuple[str, str]]
) -> None:
    change(order["lines"][0]["parameters"])
    assert rules_of(order) == expected


def test_numbers_that_every_telephone_has_are_no_extensions(order: Content) -> None:
    parameters = order["lines"][0]["parameters"]
    parameters.update(extension_length=3, outside_prefix="8", voicemail_number=None, hunt_groups=[], phones=[])
    parameters["extensions"] = [
        {"number": number, "name": "Desk", "secret": "file:secrets/a@1"} for number in ("101", "201")
    ]
    assert rules_of(order) == {("extension-short-code", "extensions[0].number")}


def test_a_site_has_to_be_served_and_a_buyer_to_have_telephony(order: Content) -> None:
    order["lines"][0]["site"] = "WCC-HUB-02"
    found = errors_of(judge(order, view()).findings)
    assert [each.rule for each in found] == ["uc-ready", "uc-ready"]
    assert "served_by.provisioning" in found[1].remedy
    order["lines"][0]["site"] = "WCC-LIB-01"
    silent = ESTATE.buyer("WCC").model_copy(update={"telephony": None})
    assert rules_of(order, buyer=silent) == {("buyer-has-telephony", "lines[0].product")}


def test_an_extension_is_one_place_of_the_buyer_only_whatever_the_line(order: Content) -> None:
    second = {**order["lines"][0], "id": "L2", "parameters": {**order["lines"][0]["parameters"]}}
    second["parameters"].update(phones=[], hunt_groups=[], main_number="+442079460169")
    second["parameters"]["extensions"] = [{"number": "2001", "name": "Desk", "secret": "file:secrets/a@1"}]
    order["lines"].append(second)
    found = errors_of(judge(order, view()).findings)
    assert [(each.rule, each.field) for each in found] == [
        ("extension-unique", "lines[1].parameters.extensions[0].number")
    ]
    assert CallOff.model_validate(order)
