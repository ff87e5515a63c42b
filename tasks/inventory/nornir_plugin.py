"""Nornir's inventory of a few sites: only the files of those sites are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nornir.core.inventory import Defaults, Group, Groups, Host, Hosts, Inventory, ParentGroups

from tasks.inventory.hosts import (
    DefaultsEntry,
    Endpoint,
    GroupEntry,
    HostEntry,
    InheritedFacts,
    read_defaults,
    read_entries,
)
from tasks.inventory.reading import refuse
from turnup.findings import did_you_mean
from turnup.positions import Positions


class TurnupInventory:
    """Builds an inventory from one folder a site, in Nornir's own format.

    Args:
        root: folder of the estate.
        sites: codes of the sites to read.
        endpoints: YAML file `NAME: {hostname, port, host_key}`: where a device's management is reached instead of
            its own address, as through a jump host or a port forward; empty: nowhere else.
    """

    def __init__(self, root: str, sites: list[str], endpoints: str = "") -> None:
        self.root = Path(root)
        self.sites = sites
        self.endpoints = endpoints

    def load(self) -> Inventory:
        """Read groups, defaults and the hosts of the sites.

        Raises:
            FileRefused: a file is missing or malformed; carries every finding of it.
        """
        defaults = _defaults(read_defaults(self.root / "defaults.yaml"))
        entries, positions = read_entries(self.root / "groups.yaml", GroupEntry)
        groups = _groups(entries, positions, defaults)
        elsewhere = read_entries(Path(self.endpoints), Endpoint)[0] if self.endpoints else {}
        hosts = Hosts()
        for site in self.sites:
            found, positions = read_entries(self.root / "sites" / site / "hosts.yaml", HostEntry)
            for name, entry in found.items():
                host = _host(name, entry, site, elsewhere.get(name), defaults)
                host.groups = _parents(entry.groups, groups, (name,), positions)
                hosts[name] = host
        return Inventory(hosts=hosts, groups=groups, defaults=defaults)


def _facts(inherited: InheritedFacts) -> dict[str, object]:
    return inherited.model_dump(mode="json", exclude_none=True)


def _defaults(entry: DefaultsEntry) -> Defaults:
    return Defaults(port=entry.port, platform=entry.platform, data=_facts(entry.data))


def _groups(entries: Mapping[str, GroupEntry], positions: Positions, defaults: Defaults) -> Groups:
    groups = Groups()
    for name, entry in entries.items():
        platform = str(entry.platform) if entry.platform else None
        groups[name] = Group(name, port=entry.port, platform=platform, data=_facts(entry.data), defaults=defaults)
    for name, entry in entries.items():
        groups[name].groups = _parents(entry.groups, groups, (name,), positions)
    return groups


def _parents(names: Iterable[str], groups: Groups, of: tuple[str], positions: Positions) -> ParentGroups:
    for number, name in enumerate(names):
        if name not in groups:
            place = (*of, "groups", number)
            raise refuse(positions, place, "group-exists", "a group of groups.yaml", name, did_you_mean(name, groups))
    return ParentGroups(groups[name] for name in names)


def _host(name: str, entry: HostEntry, site: str, place: Endpoint | None, defaults: Defaults) -> Host:
    facts = {**entry.data.model_dump(mode="json", exclude_none=True), "site": site}
    hostname, port = entry.hostname, entry.port
    if place is not None:
        hostname, port = place.hostname, place.port or port
        facts["host_key"] = place.host_key or facts["host_key"]
    return Host(name, hostname=hostname, port=port, platform=str(entry.platform), data=facts, defaults=defaults)
