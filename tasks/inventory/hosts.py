"""Nornir's own files, typed: hosts of a site, groups, defaults, and where devices are reached instead.

What Nornir would accept and ignore (a misspelt field) is refused, and so is what must not stand here (a password).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from tasks.inventory.consistency import check_pairs
from tasks.inventory.reading import read_yaml, refuse
from turnup.errors import FileRefused
from turnup.findings import Finding
from turnup.model import Model
from turnup.positions import Positions, dotted
from turnup.sites import Device, DeviceRole, Platform
from turnup.wording import findings_of

Port = Annotated[int, Field(ge=1, le=65535)]
HostAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$")]
SecretReference = Annotated[str, Field(pattern=r"^(env|file):\S+$")]

_OF_THE_DOMAIN = ("role", "serial", "redundant_with", "model")
"""What of a host's `data` the domain knows."""

_SECRET_FIELDS = frozenset({"username", "password", "enable", "secret", "key"})


class Credentials(Model):
    """How to log in, by reference: `env:NAME` or `file:PATH`."""

    username: SecretReference
    password: SecretReference
    enable: SecretReference | None = None


class HostFacts(Model):
    """What Turnup keeps in a host's `data`."""

    role: DeviceRole
    serial: Annotated[str, Field(pattern=r"^[A-Z0-9-]{4,32}$")]
    redundant_with: str | None = None
    model: str | None = None
    host_key: str = ""
    credentials: Credentials | None = None


class HostEntry(Model):
    """One host of a `hosts.yaml`."""

    hostname: HostAddress
    port: Port | None = None
    platform: Platform
    groups: tuple[str, ...] = ()
    data: HostFacts


class InheritedFacts(Model):
    """What groups and defaults may hand down to hosts."""

    credentials: Credentials | None = None


class GroupEntry(Model):
    """One group of `groups.yaml`."""

    port: Port | None = None
    platform: Platform | None = None
    groups: tuple[str, ...] = ()
    data: InheritedFacts = InheritedFacts()


class DefaultsEntry(Model):
    """The `defaults.yaml`."""

    port: Port | None = None
    platform: Platform | None = None
    data: InheritedFacts = InheritedFacts()


class Endpoint(Model):
    """Where a device's management is reached instead of its own address, and the host key expected there."""

    hostname: HostAddress
    port: Port | None = None
    host_key: str = ""


EntryT = TypeVar("EntryT", bound=Model)


def read_entries(path: Path, model: type[EntryT]) -> tuple[Mapping[str, EntryT], Positions]:
    """Read a file of named entries.

    Raises:
        FileRefused: missing or malformed; carries every finding, and never a secret that should not be there.
    """
    content, positions = read_yaml(path)
    entries: dict[str, EntryT] = {}
    findings: list[Finding] = []
    for name, entry in _named_entries(content, positions).items():
        try:
            entries[name] = model.model_validate({} if entry is None else entry)
        except ValidationError as error:
            findings += (_hide(each) for each in findings_of(error, model, positions, below=(name,)))
    if findings:
        raise FileRefused(positions.file, tuple(findings))
    return entries, positions


def read_defaults(path: Path) -> DefaultsEntry:
    """Read the defaults.

    Raises:
        FileRefused: missing or malformed; carries every finding, and never a secret that should not be there.
    """
    content, positions = read_yaml(path)
    try:
        return DefaultsEntry.model_validate({} if content is None else content)
    except ValidationError as error:
        findings = (_hide(each) for each in findings_of(error, DefaultsEntry, positions))
        raise FileRefused(positions.file, tuple(findings)) from None


def check_inherited(root: Path) -> None:
    """Check the two files that hand something down to hosts, so that offline refuses what online would.

    Raises:
        FileRefused: one is missing or malformed; carries every finding of both.
    """
    findings: list[Finding] = []
    for check in (
        lambda: read_defaults(root / "defaults.yaml"),
        lambda: read_entries(root / "groups.yaml", GroupEntry),
    ):
        try:
            check()
        except FileRefused as error:
            findings += error.findings
    if findings:
        raise FileRefused(findings[0].file, tuple(findings))


def read_devices(path: Path) -> tuple[Device, ...]:
    """Read what the domain needs of the hosts of a site.

    Raises:
        FileRefused: missing or malformed; carries every finding.
    """
    entries, positions = read_entries(path, HostEntry)
    findings: list[Finding] = []
    devices: list[Device] = []
    for name, entry in entries.items():
        facts = {"platform": entry.platform, **entry.data.model_dump(include=set(_OF_THE_DOMAIN))}
        try:
            devices.append(Device.model_validate({"name": name, **facts}))
        except ValidationError as error:
            named = (replace(each, line=positions.line_of((name,))) for each in findings_of(error, Device, positions))
            findings += (replace(each, field=dotted((name,))) for each in named)
    findings += check_pairs(tuple(devices), positions)
    if findings:
        raise FileRefused(positions.file, tuple(findings))
    return tuple(devices)


def _named_entries(content: object, positions: Positions) -> dict[str, object]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise refuse(positions, (), "mapping", "names with fields", type(content).__name__, "Write NAME: {...}.")
    for name in content:
        if not isinstance(name, str):
            raise refuse(positions, (str(name),), "name-text", "a name that is text", repr(name), "Quote it.")
    return content


def _hide(finding: Finding) -> Finding:
    """Never repeat what may be a secret."""
    word = finding.field.rsplit(".", 1)[-1]
    if word not in _SECRET_FIELDS and ".credentials" not in f".{finding.field}":
        return finding
    if finding.rule == "missing":
        return finding
    return replace(
        finding,
        rule="secret-by-reference",
        expected="a reference such as env:TURNUP_PASSWORD, under data.credentials",
        found="something else, not shown",
        remedy="Secrets never stand in the inventory; put them into the environment or a file.",
    )
