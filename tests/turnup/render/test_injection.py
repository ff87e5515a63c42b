"""Nothing that came from an order, a site or a buyer breaks out of its line, on any platform."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from tasks.inventory.consistency import check_site_plan
from tasks.inventory.estate import Estate as EstateFiles
from turnup.buyers import Buyer
from turnup.call_off import CallOff
from turnup.change.tree import load_tree
from turnup.design import make_design
from turnup.errors import DesignError
from turnup.findings import errors_of
from turnup.gate import View, examine
from turnup.plan import Estate, intents_for
from turnup.positions import Positions
from turnup.provider import Provider
from turnup.render import Templates
from turnup.scalars import LineText, NameText
from turnup.services.lan import LanParameters
from turnup.services.registry import orderable, services
from turnup.services.wan import WanParameters
from turnup.sites import Platform, Site
from turnup.wording import findings_of

CHECKOUT = Path(__file__).resolve().parents[3]
FILES = EstateFiles(CHECKOUT / "inventory")
TEMPLATES = Templates(CHECKOUT / "templates")
POSITIONS = Positions("some.yaml", {(): 1})
MODELS: dict[str, type[BaseModel]] = {"call_off": CallOff, "site": Site, "buyer": Buyer, "provider": Provider}
SITE, EDGE = FILES.site("KC-TH-01"), FILES.site("LON-CORE-01")

ATOMS = [
    "\n", "\r", "\r\n", "\x00", "\x03", "\x04", "\x07", "\x0b", "\x0c", "\x1a", "\x1b[2J", "\x1c", "\x7f", "\x85",
    "\xa0", "\t", "\u2028", "\u2029", "\u200b", "\u202e", "\ufeff", "\ud83d", "é", "ⓘ", "٣", "Ａ", "\U0001f512",
    "!", '"', "}", "{", "?", "%", "#", "~", "|", "$", "^", "^C", "`", "\\", "\\n", "<", ">", "*", "[", "]",
    "{{ 7 * 7 }}", "{% raw %}", "{# x #}", "${x}", "\nexit\nno aaa new-model\n", "\n!\nreload\n",
    "^C\nno ip routing\nbanner login ^C", "EOF",
]  # fmt: skip


def as_json(model: BaseModel) -> Any:
    return json.loads(model.model_dump_json())


def lan_and_wan() -> dict[str, Any]:
    """One site with LAN and WAN, as its files say it, with few ports and every field that they may have."""
    call_off = as_json(FILES.call_off("RBKC-2026-0007").call_off)
    call_off["lines"] = call_off["lines"][:2]
    call_off["lines"][0]["parameters"]["segments"] = [
        {"name": "STAFF", "hosts": 30, "ports": 1, "voice": "PUBLIC", "authenticated": True, "reaches": ["PUBLIC"]},
        {"name": "PUBLIC", "hosts": 60, "ports": 2, "dhcp_server": "10.80.16.10", "marking": "best-effort"},
    ]
    uplink = {"switch": "KC-TH-01-SW2", "port": "TenGigabitEthernet1/1/1", "segments": ["STAFF", "PUBLIC"]}
    call_off["lines"][0]["parameters"] |= {
        "when_radius_is_silent": "open",
        "critical_segment": "PUBLIC",
        "trunks": [uplink],
    }
    call_off["lines"][1]["parameters"] = {
        "rate_mbps": 100,
        "segments": ["STAFF", "PUBLIC"],
        "bgp_password": "file:secrets/KC-TH-01.{version}@1",
    }
    site = as_json(SITE)
    for switch in site["switches"]:
        switch["access_ports"] = switch["access_ports"][:2]
    provider = as_json(FILES.provider())
    provider["radius"] = [{"name": "LON-AAA-01", "address": "203.0.113.61", "key": "env:TURNUP_SECRET_RADIUS@1"}]
    provider["login_servers"] = [{"name": "LON-TAC-01", "address": "203.0.113.63", "key": "env:TURNUP_SECRET_TAC@1"}]
    secrets = {"authentication": "env:TURNUP_SECRET_SNMP@1", "privacy": "env:TURNUP_SECRET_SNMP_PRIVACY@1"}
    provider["snmp_user"] = {"name": "netops", **secrets}
    return {"call_off": call_off, "site": site, "buyer": as_json(FILES.buyer("RBKC")), "provider": provider}


def ordered_alone(reference: str, service: str) -> dict[str, Any]:
    """One service at one site as an example call-off orders it, with the services on which it stands there."""
    call_off = FILES.call_off(reference).call_off
    of_service = {product.code: product.service for product in FRAMEWORK.products}
    wanted = {service, *services()[service].after}
    site = next(line.site for line in call_off.lines if of_service[line.product] == service)
    content = as_json(call_off)
    content["lines"] = [
        line for line in content["lines"] if line["site"] == site and of_service[line["product"]] in wanted
    ]
    return {
        "call_off": content,
        "site": as_json(FILES.site(site)),
        "buyer": as_json(FILES.buyer(call_off.buyer)),
        "provider": as_json(FILES.provider()),
    }


def harmless_cases() -> dict[str, dict[str, Any]]:
    """What is tampered with: LAN and WAN as above, and each other service as the first example orders it."""
    of_service = {product.code: product.service for product in FRAMEWORK.products}
    cases = {"lan and wan": lan_and_wan()}
    for reference in FILES.references():
        for line in FILES.call_off(reference).call_off.lines:
            service = of_service[line.product]
            if service not in {"lan", "wan", *cases}:
                cases[service] = ordered_alone(reference, service)
    return cases


FRAMEWORK = FILES.framework("LDN-NET-2026")
CASES = harmless_cases()
HARMLESS = CASES["lan and wan"]
PROVIDER_SITES = {site.code: site for site in map(FILES.site, FILES.site_codes()) if site.buyer is None}


def string_paths(content: Any, above: tuple = ()) -> Iterator[tuple]:
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        if isinstance(value, str):
            yield (*above, key)
        elif isinstance(value, dict | list):
            yield from string_paths(value, (*above, key))


PATHS = sorted(string_paths(HARMLESS), key=str)


def others() -> list[tuple[str, tuple]]:
    """The fields of the other services' orders, and what of their site and buyer LAN and WAN do not have; of each
    list the first element stands for all."""
    known = {without_numbers(path) for path in PATHS if path[0] != "call_off"}
    found: dict[tuple[str, tuple], tuple[str, tuple]] = {}
    for case, content in CASES.items():
        for path in string_paths(content) if content is not HARMLESS else ():
            shape = without_numbers(path)
            if path[:2] == ("call_off", "lines") or (path[0] != "call_off" and shape not in known):
                found.setdefault((case, shape), (case, path))
    return list(found.values())


def without_numbers(path: tuple) -> tuple:
    return tuple("[]" if isinstance(step, int) else step for step in path)


def value_at(path: tuple, case: str = "lan and wan") -> str:
    here: Any = CASES[case]
    for step in path:
        here = here[step]
    return here


def with_value(path: tuple, text: str, case: str = "lan and wan") -> dict[str, Any]:
    content = copy.deepcopy(CASES[case])
    here: Any = content
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = text
    return content


@dataclass(frozen=True)
class Refused:
    """Said no, and why: findings, or one named error."""

    findings: tuple[str, ...]


def rendered(content: dict[str, Any]) -> Refused | dict[tuple[str, str, Platform], str]:
    """Every fragment on every platform that can hold it, or the refusal of reader, gate or design."""
    made: dict[str, Any] = {}
    for name, model in MODELS.items():
        try:
            made[name] = model.model_validate(content[name])
        except ValidationError as error:
            return Refused(tuple(map(str, findings_of(error, model, POSITIONS))))
    call_off, site, buyer = made["call_off"], made["site"], made["buyer"]
    if disagreements := check_site_plan(site, POSITIONS):
        return Refused(tuple(map(str, disagreements)))
    eligible = FILES.eligible_buyers("LDN-NET-2026")
    sites = {line.site: site if line.site == site.code else None for line in call_off.lines}
    known = buyer if buyer.code == call_off.buyer else None
    verdict = examine(call_off, POSITIONS, View(FRAMEWORK, eligible, known, sites))
    if verdict.order is None:
        return Refused(tuple(map(str, errors_of(verdict.findings))))
    try:
        design = make_design(verdict.order, ())
        intents = intents_for(design, Estate({**PROVIDER_SITES, site.code: site}, made["provider"]))
    except DesignError as error:
        return Refused((str(error),))
    texts = {}
    for intent in intents:
        for platform in Platform:
            try:
                texts[intent.line.id, intent.device, platform] = TEMPLATES.render(
                    replace(intent, platform=platform)
                ).text
            except DesignError:
                continue
    return texts


@cache
def baseline_texts(case: str = "lan and wan") -> dict[tuple[str, str, Platform], str]:
    texts = rendered(CASES[case])
    assert isinstance(texts, dict), texts
    return texts


def structure(platform: Platform, text: str) -> list:
    """Indents and first words of the lines as any reader might part them, and the shape of the tree that we part."""

    def shape(node) -> list:
        return [shape(child) for child in node.children]

    written = text.splitlines()
    lines = [
        (
            len(line) - len(line.lstrip()),
            () if above.startswith("banner ") else re.split(r"[\s=]", line.strip())[:1],
        )  # a banner is all text
        for above, line in zip(["", *written], written, strict=False)
    ]
    assert text.count("\n") == len(written), "only a newline ends a line"
    return [lines, shape(load_tree(platform, text))]


def check(path: tuple, text: str, case: str = "lan and wan") -> str:
    """Refused with words, or every fragment has the structure that it has with the harmless value."""
    found = rendered(with_value(path, text, case))
    if isinstance(found, Refused):
        assert found.findings
        for words in found.findings:
            assert words.isprintable(), words
        return "refused"
    before = baseline_texts(case)
    assert [key[2] for key in found] == [key[2] for key in before]
    for (_, _, platform), now, then in zip(found, found.values(), before.values(), strict=True):
        assert structure(platform, now) == structure(platform, then)
    return "rendered"


def test_the_harmless_values_reach_every_service_and_every_platform():
    seen = {
        (line.partition("/")[2], platform) for (line, _, platform), text in baseline_texts().items() if text.strip()
    }
    ios, eos, frr, ovs = Platform.CISCO_IOS, Platform.ARISTA_EOS, Platform.FRR, Platform.OVS
    junos = Platform.JUNIPER_JUNOS
    on_switches = {(name, each) for name in ("BASELINE", "L1") for each in (ios, eos, junos)} | {
        ("L1", ovs),
        ("L1", Platform.HOSTAPD),
    }
    assert seen == on_switches | {("L2", each) for each in (ios, eos, junos, frr, ovs)}


def test_values_that_reach_a_device_are_there_to_be_tampered_with():
    text = "".join(baseline_texts().values())
    for path in (
        ("site", "access_tail", "circuit_id"),
        ("buyer", "vrf"),
        ("provider", "banner"),
        ("provider", "snmp_group"),
        ("provider", "radius", 0, "name"),
        ("provider", "radius", 0, "key"),
        ("call_off", "lines", 0, "parameters", "segments", 0, "name"),
        ("call_off", "reference"),
        ("site", "switches", 0, "access_ports", 0),
        ("site", "handoff", "cpe_interface"),
    ):
        assert path in PATHS
        assert value_at(path) in text


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_hostile_text_in_any_field_is_refused_or_stays_in_its_line(path):
    value = value_at(path)
    for atom in ATOMS:
        for text in (
            atom,
            value + atom,
            atom + value,
            f"{value[:2]}{atom}{value[2:]}",
            f"{value}{atom}no aaa new-model",
        ):
            check(path, text)


OTHERS = others()


def test_every_service_that_can_be_ordered_is_tampered_with():
    assert set(CASES) == {"lan and wan", *orderable()} - {"lan", "wan"}
    for case in CASES:
        assert any(text.strip() for text in baseline_texts(case).values())


@pytest.mark.parametrize(
    ("case", "path"), OTHERS, ids=lambda each: each if isinstance(each, str) else ".".join(map(str, each))
)
def test_a_hostile_text_in_any_field_of_any_service_is_refused_or_stays_in_its_line(case, path):
    value = value_at(path, case)
    for atom in ATOMS:
        for text in (atom, f"{value[:2]}{atom}{value[2:]}", f"{value}{atom}no aaa new-model"):
            check(path, text, case)


pieces = st.lists(
    st.one_of(st.sampled_from(ATOMS), st.text(max_size=6), st.sampled_from(["A", "A-1", "a b", "exit", "no "])),
    max_size=5,
)


@settings(max_examples=max(400, settings.default.max_examples), deadline=None)
@given(path=st.sampled_from(PATHS), before=pieces, after=pieces, keep=st.booleans())
def test_whatever_is_written_into_a_field_stays_in_its_line(path, before, after, keep):
    check(path, "".join((*before, value_at(path) if keep else "", *after)))


@settings(max_examples=max(400, settings.default.max_examples), deadline=None)
@given(field=st.sampled_from(OTHERS), before=pieces, after=pieces, keep=st.booleans())
def test_whatever_is_written_into_a_field_of_any_service_stays_in_its_line(field, before, after, keep):
    case, path = field
    check(path, "".join((*before, value_at(path, case) if keep else "", *after)), case)


@settings(max_examples=max(1000, settings.default.max_examples), deadline=None)
@given(text=st.one_of(st.text(max_size=90), pieces.map("".join)))
@pytest.mark.parametrize("kind", [LineText, NameText])
def test_no_text_of_an_order_holds_what_ends_a_line_a_comment_or_a_banner(kind, text):
    try:
        taken = TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return
    assert taken.isascii()
    assert taken.isprintable()
    assert len(taken.splitlines()) == 1
    assert not set(taken) & set('!"{}?%#~|$^`\\<>*[]')


@pytest.mark.parametrize("text", ["Ground floor, room 2 (east)", "St. John's & Co: 24/7", "a+b=c_d@e-f"])
def test_what_people_write_is_taken(text):
    assert TypeAdapter(LineText).validate_python(text) == text


@pytest.mark.parametrize(
    ("service", "parameters"),
    [
        (LanParameters, {"segments": [{"name": "STAFF\nreload", "hosts": 5}]}),
        (LanParameters, {"segments": [{"name": "STAFF", "hosts": 5, "dhcp_server": "10.0.0.1\nreload"}]}),
        (LanParameters, {"segments": [{"name": "STAFF", "hosts": "5\nreload"}]}),
        (LanParameters, {"segments": [{"name": "STAFF", "hosts": 5, "vlan": "110\nreload"}]}),
        (LanParameters, {"segments": [{"name": "STAFF", "hosts": 5, "voice": "A\nreload"}]}),
        (LanParameters, {"segments": [{"name": "STAFF", "hosts": 5}], "native_vlan": "998\nreload"}),
        (WanParameters, {"rate_mbps": "100\nreload"}),
        (WanParameters, {"rate_mbps": 100, "segments": ["STAFF\nreload"]}),
        (WanParameters, {"rate_mbps": 100, "maximum_prefixes": "20\nreload"}),
    ],
)
def test_a_second_line_in_a_parameter_is_refused(service, parameters):
    with pytest.raises(ValidationError):
        service.model_validate(parameters)


def test_every_pair_of_models_and_services_was_tampered_with():
    """Fields that a file may leave out are in the harmless content too, or a new one would go untested."""
    top = {path[0] for path in PATHS}
    assert top == set(MODELS)
    paths = (path for content in CASES.values() for path in string_paths(content))
    used = {step for path in paths for step in path if isinstance(step, str)}
    for model in (Buyer, Provider, LanParameters, WanParameters):
        for name, field in model.model_fields.items():
            if "str" in str(field.annotation):
                assert name in used, f"{model.__name__}.{name}"
