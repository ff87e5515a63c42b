"""Nornir's inventory of a few sites: only the files of those sites are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nornir.core.inventory import Defaults, Group, Groups, Host, Hosts, Inventory, ParentGroups

from tasks.inventory.reading import read_yaml
from turnup.errors import FileRefused
from turnup.findings import Finding


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
            FileRefused: a file is missing or malformed.
        """
        defaults = _defaults(self._read("defaults.yaml"))
        groups = self._groups(defaults)
        elsewhere = read_yaml(Path(self.endpoints))[0] or {} if self.endpoints else {}
        hosts = Hosts()
        for site in self.sites:
            for name, entry in self._read(f"sites/{site}/hosts.yaml").items():
                hosts[name] = _host(name, {**entry, **_place(elsewhere.get(name))}, site, groups, defaults, elsewhere)
        return Inventory(hosts=hosts, groups=groups, defaults=defaults)

    def _read(self, name: str) -> dict[str, Any]:
        content, positions = read_yaml(self.root / name)
        if content is None:
            return {}
        if not isinstance(content, dict):
            raise FileRefused(
                positions.file,
                (Finding(positions.file, 1, "(whole file)", "mapping", "names", type(content).__name__, "Mend it."),),
            )
        return content

    def _groups(self, defaults: Defaults) -> Groups:
        entries = self._read("groups.yaml")
        groups = Groups()
        for name, entry in entries.items():
            groups[name] = Group(
                name=name, platform=(entry or {}).get("platform"), data=(entry or {}).get("data"), defaults=defaults
            )
        for name, entry in entries.items():
            groups[name].groups = ParentGroups(groups[parent] for parent in (entry or {}).get("groups", []))
        return groups


def _defaults(entry: dict[str, Any]) -> Defaults:
    return Defaults(port=entry.get("port"), platform=entry.get("platform"), data=entry.get("data") or {})


def _place(entry: dict[str, Any] | None) -> dict[str, Any]:
    return {key: entry[key] for key in ("hostname", "port") if key in entry} if entry else {}


def _host(
    name: str,
    entry: dict[str, Any],
    site: str,
    groups: Groups,
    defaults: Defaults,
    elsewhere: dict[str, dict[str, Any]],
) -> Host:
    extra = {**(entry.get("data") or {}), "site": site}
    if name in elsewhere and "host_key" in elsewhere[name]:
        extra["host_key"] = elsewhere[name]["host_key"]
    return Host(
        name=name,
        hostname=entry.get("hostname"),
        port=entry.get("port"),
        platform=entry.get("platform"),
        groups=ParentGroups(groups[group] for group in entry.get("groups", [])),
        data=extra,
        defaults=defaults,
    )
