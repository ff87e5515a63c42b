"""The services that there are: every module of this folder that has a `SERVICE`, by its name."""

from __future__ import annotations

from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import turnup.services
from turnup.service.contract import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

AnyService = Service[Any, Any]


@cache
def services() -> Mapping[str, AnyService]:
    """All services by name: each comes after those on which it stands, else in the order of their names."""
    modules = (import_module(f"turnup.services.{each.name}") for each in iter_modules(turnup.services.__path__))
    found = {each.SERVICE.name: each.SERVICE for each in modules if hasattr(each, "SERVICE")}
    order = TopologicalSorter({name: found[name].after for name in sorted(found)}).static_order()
    return MappingProxyType({name: found[name] for name in order})


def orderable() -> tuple[str, ...]:
    """The names of the services that an order line can ask for."""
    return tuple(name for name, each in services().items() if each.parameters is not None)
