"""`--rewrite-golden`: write what the code says now; a human reads the diff."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write the golden cases anew; read the diff")
