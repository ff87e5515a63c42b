"""Files with anything in them, and the estate that they stand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.inventory.estate import Estate
from turnup.errors import FileRefused
from turnup.findings import Finding


@pytest.fixture
def estate(inventory: Path) -> Estate:
    """A copy of the example estate."""
    return Estate(inventory)


@pytest.fixture
def change(inventory: Path) -> Callable[..., None]:
    """Change one text in a file of the copied estate; it has to be there."""

    def changed(name: str, old: str, new: str) -> None:
        path = inventory / name
        before = path.read_text()
        assert old in before, f"{name} has no {old!r}"
        path.write_text(before.replace(old, new, 1))

    return changed


@pytest.fixture
def refusal() -> Callable[..., tuple[Finding, ...]]:
    """The findings with which something is refused."""

    def findings(question: Callable[..., Any], *arguments: Any) -> tuple[Finding, ...]:
        with pytest.raises(FileRefused) as caught:
            question(*arguments)
        assert caught.value.findings
        return caught.value.findings

    return findings
