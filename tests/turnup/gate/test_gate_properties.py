"""Whatever is written into a call-off, the answer is an order or findings: never a crash."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.inventory.estate import Estate
from tasks.inventory.yaml_loader import Loader
from turnup.call_off import CallOff
from turnup.gate import View, examine
from turnup.positions import Positions
from turnup.wording import findings_of

CHECKOUT = Path(__file__).resolve().parents[3]
ESTATE = Estate(CHECKOUT / "inventory")
EXAMPLE = yaml.load((CHECKOUT / "inventory/call-offs/RBKC-2026-0007.yaml").read_text(), Loader)
SITES = {code: ESTATE.site(code) for code in ESTATE.site_codes()}
VIEW = View(
    framework=ESTATE.framework("LDN-NET-2026"),
    eligible_buyers=ESTATE.eligible_buyers("LDN-NET-2026"),
    buyer=ESTATE.buyer("RBKC"),
    sites=SITES,
    framework_names=ESTATE.framework_names(),
    site_codes=ESTATE.site_codes(),
)
POSITIONS = Positions("call-off.yaml", {(): 1})

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(
        ["9999-12-31", "0001-01-01", "L1", "LAN-SITE", "WAN-ETH-100", "KC-TH-01", "SLOUGH", "1e400", "\n!"]
    ),
)
junk = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


def paths_of(content, above=()):
    """Every place of a call-off, the inner ones too."""
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        yield (*above, key)
        if isinstance(value, dict | list):
            yield from paths_of(value, (*above, key))


def put(content, path, value):
    """Write a value at a place, if the place is still there."""
    here = content
    for step in path[:-1]:
        if not isinstance(here, dict | list) or (isinstance(here, dict) and step not in here):
            return
        if isinstance(here, list) and (not isinstance(step, int) or step >= len(here)):
            return
        here = here[step]
    if isinstance(here, dict) or (isinstance(here, list) and isinstance(path[-1], int) and path[-1] < len(here)):
        here[path[-1]] = value


def judge(content):
    """What a reader and the gate say of some content: an order, or findings."""
    try:
        call_off = CallOff.model_validate(content)
    except ValidationError as error:
        return None, findings_of(error, CallOff, POSITIONS)
    call_off.hash()  # whatever passes the model can be signed
    verdict = examine(call_off, POSITIONS, VIEW)
    return verdict.order, verdict.findings


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.tuples(st.sampled_from(sorted(paths_of(EXAMPLE), key=str)), junk), min_size=1, max_size=4))
def test_junk_in_any_field_is_an_order_or_findings(changes):
    content = copy.deepcopy(EXAMPLE)
    for path, value in changes:
        put(content, path, value)
    order, findings = judge(content)
    assert (order is None) == bool(findings)
    for finding in findings:
        assert str(finding).isprintable(), finding
        assert finding.field
        assert finding.remedy


@settings(max_examples=100, deadline=None)
@given(value=st.integers(-10, 5000))
def test_no_segment_of_an_order_is_outside_the_catalogue(value):
    content = copy.deepcopy(EXAMPLE)
    content["lines"][0]["parameters"]["segments"][0]["hosts"] = value
    order, _ = judge(content)
    assert (order is not None) == (1 <= value <= 500)


def test_only_the_gate_makes_an_order():
    """`Order` and `ValidLine` are called in the gate alone: nothing else in the product can make one."""
    makers = set()
    for room in ("turnup", "tasks", "flows"):
        for path in (CHECKOUT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                    if name in {"Order", "ValidLine"}:
                        makers.add((str(path.relative_to(CHECKOUT)), name))
    assert makers == {("turnup/gate/examine.py", "Order"), ("turnup/gate/examine.py", "ValidLine")}


def test_the_same_call_off_gets_the_same_verdict():
    call_off = CallOff.model_validate(EXAMPLE)
    assert examine(call_off, POSITIONS, VIEW) == examine(call_off, POSITIONS, replace(VIEW))
