"""The estate, read lazily: each question opens the files that answer it, and no others."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tasks.inventory.consistency import check_catalogue, check_site_plan
from tasks.inventory.hosts import check_inherited, read_devices
from tasks.inventory.reading import read_model, read_yaml, refuse
from tasks.inventory.tables import with_tables
from turnup.buyers import Buyer, EligibleBuyer
from turnup.call_off import CallOff
from turnup.errors import FileRefused
from turnup.findings import Finding, did_you_mean
from turnup.framework import Framework, Product
from turnup.hardware import HardwareModel
from turnup.model import Model
from turnup.positions import Positions
from turnup.provider import Provider
from turnup.scalars import SiteCode
from turnup.sites import Site
from turnup.wording import plain


@dataclass(frozen=True, slots=True)
class LoadedCallOff:
    """A call-off and where its fields stand."""

    call_off: CallOff
    positions: Positions


ModelT = TypeVar("ModelT", bound=Model)


class _EligibleBuyers(Model):
    buyers: tuple[EligibleBuyer, ...]


class _Catalogue(Model):
    products: tuple[Product, ...]


class _Hardware(Model):
    models: tuple[HardwareModel, ...]


class Estate:
    """The example estate or a real one.

    Args:
        root: folder with `frameworks/`, `buyers/`, `sites/`, `call-offs/`, `provider.yaml`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def framework(self, reference: str) -> Framework | None:
        """Read a framework with its catalogue; none if there is no folder of that name.

        Raises:
            FileRefused: a file of it is missing or malformed.
        """
        folder = self.root / "frameworks" / reference
        if not folder.is_dir():
            return None
        content, positions = _read_fields(folder / "framework.yaml")
        framework = _named(
            read_model(Framework, {**content, "products": ()}, positions), "reference", reference, positions
        )
        catalogue, positions = read_yaml(folder / "catalogue.yaml")
        whole = framework.model_copy(update={"products": read_model(_Catalogue, catalogue, positions).products})
        _refuse_if(positions, check_catalogue(whole, positions))
        return whole

    def framework_names(self) -> tuple[str, ...]:
        """Names of the frameworks that there are."""
        return _folder_names(self.root / "frameworks")

    def eligible_buyers(self, reference: str) -> tuple[EligibleBuyer, ...]:
        """Read the list of bodies that may call off from a framework; empty if there is no such framework.

        Raises:
            FileRefused: the list is missing or malformed.
        """
        folder = self.root / "frameworks" / reference
        if not folder.is_dir():
            return ()
        content, positions = read_yaml(folder / "buyers.yaml")
        return read_model(_EligibleBuyers, content, positions).buyers

    def buyer(self, code: str) -> Buyer:
        """Read a buyer with its signatories.

        Raises:
            FileRefused: missing or malformed.
        """
        content, positions = read_yaml(self.root / "buyers" / f"{code}.yaml")
        return _named(read_model(Buyer, content, positions), "code", code, positions)

    def buyer_codes(self) -> tuple[str, ...]:
        """Codes of all buyers: the names of their files; none is opened."""
        return tuple(sorted(path.stem for path in (self.root / "buyers").glob("*.yaml")))

    def references(self) -> tuple[str, ...]:
        """References of all call-offs: the names of their files; none is opened."""
        return tuple(sorted(path.stem for path in (self.root / "call-offs").glob("*.yaml")))

    def provider(self) -> Provider:
        """Read the values of the management baseline.

        Raises:
            FileRefused: missing or malformed.
        """
        content, positions = read_yaml(self.root / "provider.yaml")
        return read_model(Provider, content, positions)

    def hardware(self) -> dict[str, HardwareModel]:
        """Read the hardware models by part number; none where the estate records none.

        Raises:
            FileRefused: malformed, or a part number stands twice.
        """
        path = self.root / "hardware.yaml"
        if not path.is_file():
            return {}
        content, positions = read_yaml(path)
        models: dict[str, HardwareModel] = {}
        for number, each in enumerate(read_model(_Hardware, content, positions).models):
            if each.code in models:
                raise refuse(
                    positions, ("models", number, "code"), "unique-code", "each code once", each.code, "Rename."
                )
            models[each.code] = each
        return models

    def site_codes(self) -> tuple[SiteCode, ...]:
        """Codes of all sites: the names of their folders; no file is opened."""
        return tuple(SiteCode(name) for name in _folder_names(self.root / "sites"))

    def site(self, code: SiteCode) -> Site:
        """Read one site: its own two files and no others.

        Raises:
            FileRefused: missing or malformed.
        """
        folder = self.root / "sites" / code
        if not folder.is_dir():
            remedy = did_you_mean(code, self.site_codes())
            here = Positions(str(folder / "site.yaml"))
            raise refuse(here, (), "file-exists", "a folder of the site", "none", remedy)
        content, positions = _read_fields(folder / "site.yaml")
        devices = read_devices(folder / "hosts.yaml")
        site = _named(read_model(Site, {**content, "devices": devices}, positions), "code", code, positions)
        _refuse_if(positions, check_site_plan(site, positions))
        return site

    def check_inherited(self) -> None:
        """Check what groups and defaults hand down to the hosts of every site.

        Raises:
            FileRefused: one of the two files is missing or malformed, or holds a secret.
        """
        check_inherited(self.root)

    def call_off_path(self, source: str) -> Path:
        """Find a call-off by path or by reference.

        Raises:
            FileRefused: neither; names the nearest reference.
        """
        path = Path(source)
        if path.suffix in {".yaml", ".yml"} or os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises on a long name
            return path
        known = {each.stem: each for each in sorted((self.root / "call-offs").glob("*.yaml"))}
        if source in known:
            return known[source]
        if os.path.exists(path) and source:  # noqa: PTH110 - likewise
            return path
        remedy = (
            did_you_mean(source, known) if known else "Give the path of a call-off file, or correct TURNUP_INVENTORY."
        )
        expected = "a call-off file, or the reference of one in the inventory"
        raise refuse(Positions(plain(source)), ("CALL_OFF",), "file-exists", expected, "neither", remedy)

    def call_off(self, source: str) -> LoadedCallOff:
        """Read a call-off by path or by reference.

        Raises:
            FileRefused: missing or malformed; carries every finding. Asked for by reference, it has to bear it.
        """
        path = self.call_off_path(source)
        content, positions = with_tables(path, *read_yaml(path))
        call_off = read_model(CallOff, content, positions)
        if str(path) != source:
            _named(call_off, "reference", path.stem, positions)
        return LoadedCallOff(call_off, positions)


def _read_fields(path: Path) -> tuple[dict[str, object], Positions]:
    content, positions = read_yaml(path)
    if not isinstance(content, dict):
        raise refuse(positions, (), "mapping", "fields with values", plain(content), "Write NAME: VALUE lines.")
    return content, positions


def _refuse_if(positions: Positions, findings: tuple[Finding, ...]) -> None:
    if findings:
        raise FileRefused(positions.file, findings)


def _folder_names(folder: Path) -> tuple[str, ...]:
    """Names of the folders in a folder: one reading of the directory, none of what is in it."""
    if not folder.is_dir():
        return ()
    with os.scandir(folder) as entries:
        return tuple(sorted(entry.name for entry in entries if entry.is_dir()))


def _named(value: ModelT, attribute: str, expected: str, positions: Positions) -> ModelT:
    found = str(getattr(value, attribute))
    if found != expected:
        raise refuse(positions, (attribute,), "named-alike", expected, found, "Name the file and the code alike.")
    return value
