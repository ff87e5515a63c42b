"""The estate, read lazily: each question opens the files that answer it, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tasks.inventory.reading import read_model, read_yaml
from turnup.buyers import Buyer, EligibleBuyer
from turnup.call_off import CallOff
from turnup.errors import FileRefused
from turnup.findings import Finding, did_you_mean
from turnup.framework import Framework, Product
from turnup.model import Model
from turnup.positions import Positions
from turnup.provider import Provider
from turnup.scalars import SiteCode
from turnup.sites import Site


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
        content, positions = read_yaml(folder / "framework.yaml")
        catalogue, catalogue_positions = read_yaml(folder / "catalogue.yaml")
        _check_mapping(content, positions)
        _check_mapping(catalogue, catalogue_positions)
        framework = read_model(Framework, {**content, "products": ()}, positions)
        products = read_model(_Catalogue, catalogue, catalogue_positions).products
        return framework.model_copy(update={"products": products})

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

    def provider(self) -> Provider:
        """Read the values of the management baseline.

        Raises:
            FileRefused: missing or malformed.
        """
        content, positions = read_yaml(self.root / "provider.yaml")
        return read_model(Provider, content, positions)

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
            shown = str(folder / "site.yaml")
            remedy = did_you_mean(code, self.site_codes())
            raise FileRefused(
                shown, (Finding(shown, 0, "(whole file)", "file-exists", "a folder of the site", "none", remedy),)
            )
        content, positions = read_yaml(folder / "site.yaml")
        _check_mapping(content, positions)
        hosts, host_positions = read_yaml(folder / "hosts.yaml")
        _check_mapping(hosts, host_positions)
        devices = [_device(name, host) for name, host in hosts.items()]
        merged = Positions(positions.file, {**positions.lines, **_device_lines(tuple(hosts), host_positions)})
        return _named(read_model(Site, {**content, "devices": devices}, merged), "code", code, positions)

    def call_off_path(self, source: str) -> Path:
        """Find a call-off by path or by reference.

        Raises:
            FileRefused: neither; names the nearest reference.
        """
        path = Path(source)
        if path.suffix in {".yaml", ".yml"} or path.exists():
            return path
        known = {each.stem: each for each in sorted((self.root / "call-offs").glob("*.yaml"))}
        if source in known:
            return known[source]
        remedy = did_you_mean(source, known) if known else "Give the path of a call-off file."
        expected = "a call-off file, or the reference of one in the inventory"
        raise FileRefused(source, (Finding(source, 0, "CALL_OFF", "file-exists", expected, "neither", remedy),))

    def call_off(self, source: str) -> LoadedCallOff:
        """Read a call-off by path or by reference.

        Raises:
            FileRefused: missing or malformed; carries every finding.
        """
        content, positions = read_yaml(self.call_off_path(source))
        return LoadedCallOff(read_model(CallOff, content, positions), positions)


def _device(name: object, host: object) -> dict[str, object]:
    """What the domain needs of one Nornir host."""
    entry = host if isinstance(host, dict) else {}
    extra = entry.get("data") or {}
    return {
        "name": name,
        "platform": entry.get("platform"),
        "role": extra.get("role"),
        "serial": extra.get("serial"),
    }


def _device_lines(names: tuple[object, ...], positions: Positions) -> dict[tuple[str | int, ...], int]:
    return {("devices", index): positions.line_of((str(name),)) for index, name in enumerate(names)}


def _check_mapping(content: object, positions: Positions) -> None:
    if not isinstance(content, dict):
        raise FileRefused(
            positions.file,
            (Finding(positions.file, 1, "(whole file)", "mapping", "fields", type(content).__name__, "Mend it."),),
        )


def _folder_names(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(each.name for each in folder.iterdir() if each.is_dir())) if folder.is_dir() else ()


def _named(value: ModelT, attribute: str, expected: str, positions: Positions) -> ModelT:
    found = getattr(value, attribute)
    if found != expected:
        line = positions.line_of((attribute,))
        remedy = "Name the file and the code alike."
        raise FileRefused(
            positions.file, (Finding(positions.file, line, attribute, "named-alike", expected, found, remedy),)
        )
    return value
