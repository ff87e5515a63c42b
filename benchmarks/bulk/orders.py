"""Orders of any size: the examples of the inventory, with tables that are as long as is asked for."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

FIRST_EXTENSION, VOICEMAIL = 20_000, "29999"


class Subject(Protocol):
    """What is ordered in bulk."""

    @property
    def name(self) -> str:
        """What it is called, in the plural."""

    @property
    def call_off(self) -> str:
        """The example."""

    @property
    def commands_of_two(self) -> int:
        """At most so many commands are typed where one comes and one goes."""

    def write(self, inventory: Path, revision: int, numbers: Sequence[int]) -> None:
        """Write a revision of the example with the members of these numbers."""


@dataclass(frozen=True)
class Sims:
    """SIMs with fixed addresses, as many to a line as are legal."""

    name = "SIMs"
    call_off = "WCC-2026-0005"
    commands_of_two = 12
    a_line = 2000

    def write(self, inventory: Path, revision: int, numbers: Sequence[int]) -> None:
        """Write a revision."""
        path = inventory / "call-offs" / f"{self.call_off}.yaml"
        content = yaml.safe_load(path.read_text())
        line = content["lines"][0]
        content["revision"], content["lines"] = revision, []
        for at in range(0, len(numbers), self.a_line):
            name = f"L{len(content['lines']) + 1}"
            sims = _table(path, f"{name}-sims", (_sim(number) for number in numbers[at : at + self.a_line]))
            content["lines"].append({**line, "id": name, "parameters": {"sims": sims}})
        path.write_text(yaml.safe_dump(content))


@dataclass(frozen=True)
class Telephones:
    """Extensions with a number of their own each, and a telephone each unless there are to be none."""

    call_off = "WCC-2026-0007"
    with_files: bool = True

    @property
    def name(self) -> str:
        """What is ordered."""
        return "extensions with a number and a telephone each" if self.with_files else "extensions with a number each"

    @property
    def commands_of_two(self) -> int:
        """Two subscribers, numbers and files; and a block of rules for 1,000 extensions becomes 27 smaller ones."""
        return 300 if self.with_files else 220

    def write(self, inventory: Path, revision: int, numbers: Sequence[int]) -> None:
        """Write a revision; the buyer gets the numbers for it."""
        path = inventory / "call-offs" / f"{self.call_off}.yaml"
        content = yaml.safe_load(path.read_text())
        content["revision"] = revision
        content["lines"][0]["parameters"] = {
            "main_number": _ddi(9999),
            "extension_length": 5,
            "outside_prefix": "9",
            "voicemail_number": VOICEMAIL,
            "extensions": _table(path, "extensions", map(_extension, numbers)),
            **({"phones": _table(path, "phones", map(_telephone, numbers))} if self.with_files else {}),
        }
        path.write_text(yaml.safe_dump(content))
        _give(inventory / "buyers" / "WCC.yaml", {"first": _ddi(0), "last": _ddi(9999)})


def _table(call_off: Path, name: str, rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Write a table beside a call-off; gives what stands for it there."""
    path = call_off.with_name(f"{call_off.stem}-{name}.csv")
    first, *others = rows
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, tuple(first))
        table.writeheader()
        table.writerows((first, *others))
    return {"csv": path.name}


def _give(buyer: Path, numbers: dict[str, str]) -> None:
    content: dict[str, Any] = yaml.safe_load(buyer.read_text())
    content["telephony"]["numbers"] = [numbers]
    buyer.write_text(yaml.safe_dump(content))


def _sim(number: int) -> Mapping[str, object]:
    """A SIM of the test network; numbers of the range for drama, made longer than any that is in use."""
    return {
        "iccid": _luhn(f"890100100000{number:06}"),
        "imsi": f"00101{number:010}",
        "msisdn": f"+447700900{number:05}",
    }


def _luhn(digits: str) -> str:
    """Add the last digit of an ICCID (ITU-T E.118)."""
    doubled = (int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(digits)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{digits}{-total % 10}"


def _ddi(number: int) -> str:
    """A number of London's range for drama, made longer than any that is in use."""
    return f"+4420794601{number:04}"


def _extension(number: int) -> Mapping[str, object]:
    extension = FIRST_EXTENSION + number
    return {
        "number": extension,
        "name": f"Desk {number}",
        "ddi": _ddi(number),
        "secret": f"file:secrets/{extension}@1",
    }


def _telephone(number: int) -> Mapping[str, object]:
    """A telephone of either make, in turns; addresses that no device has: the second bit says that they are local."""
    return {
        "mac": f"02005e{number:06x}",
        "make": ("yealink", "snom")[number % 2],
        "extension": FIRST_EXTENSION + number,
    }
