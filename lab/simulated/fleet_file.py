"""Reads a fleet from a YAML file and writes where its devices listen."""

from __future__ import annotations

import os
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from lab.simulated.factory import USUAL_MODEL, factory_config
from lab.simulated.fleet import Fleet
from lab.simulated.kinds import DeviceKind
from lab.simulated.server import HOST
from lab.simulated.spec import DeviceSpec


class FleetRefused(Exception):
    """A fleet file cannot be used; the text says where and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Entry(_Strict):
    name: str
    kind: DeviceKind
    serial: str
    model: str = ""
    startup: str = ""
    startup_file: str = ""
    username: str
    password: str
    enable_password: str = ""
    port: int = 0
    login_delay: float = 0.0
    down: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_startup(self) -> _Entry:
        if self.startup and self.startup_file:
            raise ValueError("give startup or startup_file, not both")
        return self


class _FleetFile(_Strict):
    minute_seconds: float = 60.0
    answer_delay: float = 0.0
    devices: tuple[_Entry, ...]


def load_fleet(path: Path, state_dir: Path | None = None) -> Fleet:
    """Make a fleet from a file; it does not listen yet.

    Args:
        path: the YAML file; paths of startup configurations are relative to it.
        state_dir: folder to keep configurations and host keys in between processes.

    Raises:
        FleetRefused: the file is missing or malformed, or a credential does not resolve.
    """
    try:
        read = _FleetFile.model_validate(yaml.safe_load(path.read_text()))
        specs = tuple(_spec(entry, path) for entry in read.devices)
        return Fleet(specs, minute_seconds=read.minute_seconds, answer_delay=read.answer_delay, state_dir=state_dir)
    except OSError as error:
        raise FleetRefused(f"{error.filename}: {error.strerror}") from error
    except (yaml.YAMLError, ValidationError, ValueError) as error:
        raise FleetRefused(f"{path}: {error}") from error


def _spec(entry: _Entry, path: Path) -> DeviceSpec:
    startup = entry.startup
    if entry.startup_file:
        startup = (path.parent / entry.startup_file).read_text()
    return DeviceSpec(
        name=entry.name,
        kind=entry.kind,
        serial=entry.serial,
        model=entry.model or USUAL_MODEL[entry.kind],
        startup_config=startup or factory_config(entry.kind, entry.name),
        username=_resolved(entry.username, entry.name),
        password=_resolved(entry.password, entry.name),
        enable_password=_resolved(entry.enable_password, entry.name) or None,
        port=entry.port,
        login_delay=entry.login_delay,
        links=tuple((link, False) for link in entry.down),
    )


def _resolved(reference: str, name: str) -> str:
    if not reference.startswith("env:"):
        if reference:
            raise ValueError(f"{name}: credentials are given as env:NAME, never in the file")
        return ""
    value = os.environ.get(reference[4:])
    if value is None:
        raise ValueError(f"{name}: the environment has no {reference[4:]}; export it first")
    return value


def write_endpoints(fleet: Fleet, path: Path) -> None:
    """Write where each device listens and its host key, all at once: the file is there when they answer."""
    content = {
        name: {"hostname": HOST, "port": fleet.port(name), "host_key": fleet.host_key(name)} for name in fleet.names
    }
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(yaml.safe_dump(content, sort_keys=False, width=1000))
    beside.replace(path)
