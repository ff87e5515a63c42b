"""The tenant fence: a plan for one buyer names no other buyer's devices, nor its objects on shared ones.

It looks at the final text only, and shares no code with the templates: it must hold even if a template is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from turnup.errors import TenantFence
from turnup.plan.fence_names import WORDS
from turnup.plan.fence_shared import check_shared
from turnup.plan.fence_tenant import tenant_of
from turnup.plan.fence_voice import check_voice
from turnup.plan.fence_words import SHARED, Held

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange
    from turnup.plan.make import Estate
    from turnup.plan.plan import Plan

_FREE_TEXT = re.compile(r"\bdescription .*$")
_VRF_WORD = re.compile(
    r"\b(?:(?:vrf definition|vrf forwarding|vrf instance|vrf) |netns /run/netns/|routing-instances? )(\S+)"
    r"|\bnext-table (\S+?)(?:\.inet6?\.\d+)?(?!\S)",
    re.IGNORECASE,
)
_PREFIX_LIST = re.compile(
    r"^(?:no )?ip prefix-list (\S+)|\bpolicy-options (?:prefix-list|policy-statement|community) (\S+)", re.IGNORECASE
)
_OF_ROUTES = (
    (
        "route target",
        re.compile(
            r"\b(?:(?:route-target|rt vpn) (?:import|export|both)|extcommunity rt) (.+?)(?: additive)?$"
            r"|\btarget:([^\s\"\]]+)",
            re.IGNORECASE,
        ),
    ),
    (
        "route distinguisher",
        re.compile(r"^(?:no )?rd (?:vpn export )?(\S+)|\broute-distinguisher (\S+)", re.IGNORECASE),
    ),
)
"""By which routes of one buyer are told from those of another, and who gets them: wherever a command names one. The
distinguisher of a buyer's own CPE never leaves it, and is of no pool."""
_WIRELESS = re.compile(
    r"^(?:no )?(?:wlan|wireless (?:profile|tag) \w+|ap profile|(?:policy|site|rf)-tag|(?:ap|flex)-profile) (\S+)"
)
"""What a controller of access points calls after its buyer."""
_WORDS = " ".join
_NOBODY = "nobody that is known"


def check_fence(plan: Plan, estate: Estate) -> None:
    """Check every device and every command of a plan.

    Args:
        plan: what shall be done for one buyer.
        estate: the sites of its devices, with the buyers whose they are.

    Raises:
        TenantFence: a device, or something that a command names on a shared one, is not the buyer's.
    """
    owners = {device.name: site.buyer for site in estate.sites.values() for device in site.devices}
    tenant = tenant_of(plan, estate)
    held = (*plan.allocations, *plan.released)
    values: dict[str, set[str]] = {}
    for each in held:
        values.setdefault(each.pool.partition("/")[0], set()).add(each.value)
    for change in plan.changes:
        _check_device(change, plan.buyer, owners.get(change.device, _NOBODY))
    for change in plan.changes:
        shared = owners[change.device] is None
        check_change(change, plan.vrf)
        check_voice(change, tenant)
        if shared:
            check_shared(change, tenant)
        _check_records(change, values, plan.buyer)
        for line in _lines(change):
            for words, value in _of_routes(line, shared=shared):
                if value.partition(":")[2] not in values.get("rd", ()):
                    raise _refused(change, repr(line), f"only the {words} of {plan.buyer}", value)


def _check_device(change: DeviceChange, buyer: str, owner: str | None) -> None:
    """A device is at a site of the buyer, or the provider's (none) and of a platform that the fence reads."""
    if owner not in (buyer, None):
        raise _refused(change, "the change", f"a device of {buyer} or of the provider", f"one of {owner}")
    if owner is None and change.changes_something and change.platform not in (*WORDS, *SHARED):
        raise _refused(change, "the change", "a platform on which the fence knows whose things are", change.platform)


def _check_records(change: DeviceChange, held: Mapping[str, Collection[str]], buyer: str) -> None:
    """On a server that buyers share, every record has to name what the buyer holds, and nothing else."""
    words = SHARED.get(change.platform, ())
    of_kind = {each: Held(value for kind in each.kinds for value in held.get(kind, ())) for each in words}
    records = _records(change) if words else frozenset()
    for line in _lines(change) if words else ():
        found = [(each, name) for each in words for name in each.pattern.findall(line)]
        for each, name in found:
            if not each.fits(name, of_kind[each]):
                raise _refused(change, repr(line), f"only {each.words} of {buyer}", name)
        if not found and line in records:
            raise _refused(change, repr(line), f"a record that is known to be of {buyer}", "one of no known kind")


def _records(change: DeviceChange) -> frozenset[str]:
    """The commands that begin a record: those that are not indented."""
    whole = (*change.remediation.splitlines(), *change.rollback.splitlines())
    return frozenset(_FREE_TEXT.sub("", _WORDS(line.split())) for line in whole if line and not line.startswith(" "))


def check_change(change: DeviceChange, vrf: str) -> None:
    """Check the commands of one device, there and back.

    Raises:
        TenantFence: a command names a VRF, or its table, a prefix list, a profile or a tag that is not the buyer's.
    """
    for line in _lines(change):
        for name in ("".join(found) for found in _VRF_WORD.findall(line)):
            if name != vrf:
                raise _refused(change, repr(line), f"only the buyer's VRF {vrf}", name)
        for name in ("".join(found) for found in _PREFIX_LIST.findall(line)):
            if not name.startswith(f"{vrf}-"):
                raise _refused(change, repr(line), f"only prefix lists named {vrf}-...", name)
        for name in _WIRELESS.findall(line):
            if not name.startswith(f"{vrf}-"):
                raise _refused(change, repr(line), f"only wireless profiles and tags named {vrf}-...", name)


def _lines(change: DeviceChange) -> Iterator[str]:
    """The commands there and back, each once, spaces made one, without what is free text."""
    for line in dict.fromkeys((*change.remediation.splitlines(), *change.rollback.splitlines())):
        yield _FREE_TEXT.sub("", _WORDS(line.split()))


def _of_routes(line: str, *, shared: bool) -> Iterator[tuple[str, str]]:
    """The targets and distinguishers that a line names; Junos marks an AS number of four octets (`65551L:100`)."""
    for words, pattern in _OF_ROUTES if shared else _OF_ROUTES[:1]:
        for value in (value for found in pattern.findall(line) for value in "".join(found).split()):
            yield words, re.sub(r"^(\d+)L:", r"\1:", value)


def _refused(change: DeviceChange, where: str, expected: str, found: str) -> TenantFence:
    remedy = "Nothing was sent. The order, the inventory or a template names another buyer's object."
    return TenantFence(f"{change.device}: {where}", expected, found, remedy)
