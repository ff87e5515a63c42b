"""A buyer whose signatories' keys the tests hold."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.approvals.signatures import find_signatory, make_approval, sign_statement
from tasks.approvals.ssh_keygen import generate_key
from tasks.order import load_order
from tasks.workspace import Workspace
from turnup.gate import Order

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HEAD = "0" * 64
CALL_OFF = "LBHF-2026-0042"
NEXT_YEAR = {
    "principal": "next-head-of-ict@lbhf.example",
    "role": "Head of ICT from 2027",
    "limit_gbp": "250000.00",
    "valid_from": "2027-04-01",
    "valid_until": "2029-03-31",
}


@dataclass
class People:
    """The signatories of a buyer, each with a key; found by the first word of their address."""

    workspace: Workspace
    keys: dict[str, Path]
    now: datetime = NOW

    def principal(self, who: str) -> str:
        return next(name for name in self.keys if name.startswith(who))

    def key(self, who: str) -> Path:
        return self.keys[self.principal(who)]

    def order(self, call_off: str = CALL_OFF) -> Order:
        """The call-off as the files have it now."""
        return load_order(self.workspace, call_off)

    def sign(self, statement, who: str) -> str:
        return sign_statement(statement, self.key(who))

    def approval(self, order: Order, statement, who: str = "director", signature: str = "", at: datetime | None = None):
        """An approval as `turnup approve` makes it."""
        signatory = find_signatory(order.buyer, self.principal(who), None)
        seal = signature or self.sign(statement, who)
        return make_approval(order, statement, signatory, seal, HEAD, at or self.now)

    def change_buyer(self, change: Callable[[list[dict[str, Any]]], object]) -> None:
        """Edit the signatories in the inventory."""
        path = self.workspace.inventory / "buyers" / "LBHF.yaml"
        content = yaml.safe_load(path.read_text())
        change(content["signatories"])
        path.write_text(yaml.safe_dump(content, sort_keys=False))

    def change_order(self, old: str, new: str) -> None:
        """Edit the call-off in the inventory."""
        path = self.workspace.inventory / "call-offs" / f"{CALL_OFF}.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))


@pytest.fixture
def people(workspace: Workspace, tmp_path: Path) -> People:
    """The signatories of Hammersmith and Fulham, past, present and future, and one of another buyer."""
    found = People(workspace, {})

    def give_keys(signatories: list[dict[str, Any]]) -> None:
        signatories.append(dict(NEXT_YEAR))
        for each in signatories:
            found.keys[each["principal"]] = tmp_path / each["principal"].split("@")[0]
            each["public_key"] = generate_key(found.keys[each["principal"]])

    found.change_buyer(give_keys)
    found.keys["stranger@rbkc.example"] = tmp_path / "stranger"
    public = generate_key(tmp_path / "stranger")
    path = workspace.inventory / "buyers" / "RBKC.yaml"
    content = yaml.safe_load(path.read_text())
    content["signatories"][1] |= {"principal": "stranger@rbkc.example", "public_key": public}
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return found


@pytest.fixture
def make_key(tmp_path: Path) -> Callable[..., tuple[Path, str]]:
    """Make a key of some kind with OpenSSH itself; gives the private half's path and the public half."""

    def make(name: str, kind: str = "ed25519", *more: str) -> tuple[Path, str]:
        path = tmp_path / f"key-{name}"
        words = ("ssh-keygen", "-q", "-t", kind, *more, "-N", "", "-C", "", "-f", str(path))
        subprocess.run(words, check=True, capture_output=True)
        return path, " ".join(path.with_name(path.name + ".pub").read_text().split()[:2])

    return make
