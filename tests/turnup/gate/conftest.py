"""The gate on the example estate, with anything about it changed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.inventory.estate import Estate
from tasks.inventory.yaml_loader import Loader
from turnup.call_off import CallOff
from turnup.gate import Verdict, View, examine
from turnup.positions import Positions

CHECKOUT = Path(__file__).resolve().parents[3]
ESTATE = Estate(CHECKOUT / "inventory")

Content = dict[str, Any]


def content_of(reference: str) -> Content:
    """What an example call-off's file holds."""
    path = CHECKOUT / "inventory" / "call-offs" / f"{reference}.yaml"
    return copy.deepcopy(yaml.load(path.read_text(), Loader))


def view_of(content: Content) -> View:
    """What is known around it."""
    codes = ESTATE.site_codes()
    sites = {line["site"]: ESTATE.site(line["site"]) if line["site"] in codes else None for line in content["lines"]}
    known = (CHECKOUT / "inventory" / "buyers" / f"{content['buyer']}.yaml").is_file()
    return View(
        framework=ESTATE.framework(content["framework"]),
        eligible_buyers=ESTATE.eligible_buyers(content["framework"]),
        buyer=ESTATE.buyer(content["buyer"]) if known else None,
        sites=sites,
        framework_names=ESTATE.framework_names(),
        site_codes=codes,
    )


def judge(content: Content, view: View | None = None, **changed: Any) -> Verdict:
    """Let the gate judge, with parts of the view changed."""
    seen = replace(view or view_of(content), **changed)
    return examine(CallOff.model_validate(content), Positions("call-off.yaml", {(): 1}), seen)


@pytest.fixture
def rbkc() -> Content:
    """Three sites, LAN and WAN: valid as it is."""
    return content_of("RBKC-2026-0007")


@pytest.fixture
def lbhf() -> Content:
    """One site, LAN: valid as it is."""
    return content_of("LBHF-2026-0042")


@pytest.fixture
def gate() -> Callable[..., Verdict]:
    """The gate on the example estate."""
    return judge


@pytest.fixture
def view() -> Callable[[Content], View]:
    """What is known around a call-off."""
    return view_of


@pytest.fixture
def example() -> Callable[[str], Content]:
    """What the file of an example call-off holds."""
    return content_of
