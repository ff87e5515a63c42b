"""Platform by fault: whatever happens, the device is what the ledger says, and the next run finishes."""

from __future__ import annotations

import os

import pytest

from tests.conformance.matrix import PAGE, page
from tests.conformance.rows import ROWS, Row
from tests.conformance.scene import scene_of
from tests.conformance.table import BY_NAME, CHANGED, Way


def marks_of(row: Row, number: int) -> list[pytest.MarkDecorator]:
    """Cells of the lab mostly wait: workers share them, a quarter of a row each, with devices of their own."""
    quarter = pytest.mark.xdist_group(f"{row.platform}-{number % 4}")
    return [pytest.mark.lab, NEEDS_ROOT, quarter] if row.real else []


NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root")
CELLS = [
    pytest.param(row, name, cell, id=f"{row.platform}-{name}", marks=marks_of(row, number))
    for row in ROWS
    for number, (name, cell) in enumerate(row.cells.items())
    if isinstance(cell, Way)
]


def test_every_row_has_a_word_for_every_fault():
    for row in ROWS:
        assert set(row.cells) == set(BY_NAME), row.platform


def test_the_page_shows_the_table_as_it_is():
    assert PAGE.read_text() == page(), "write it anew: make conformance"


@pytest.mark.parametrize(("row", "name", "way"), CELLS)
def test_a_fault(stage_for, tmp_path, pace_of, row: Row, name: str, way: Way):
    fault = BY_NAME[name]
    pace_of(row, way.outcome or fault.outcome)
    with scene_of(stage_for(row), row.device, tmp_path) as scene:
        way.arrange(scene)
        outcome = scene.deliver()
        assert outcome.outcome is (way.outcome or fault.outcome), outcome
        scene.check(outcome, says=fault.says if way.says is None else way.says, lost=way.lost, armed=way.stays_armed)

        scene.heal()
        again = scene.deliver()
        expected = way.again or fault.again
        assert again.outcome in ((expected, "unchanged") if expected is CHANGED else (expected,)), again
        scene.check(again, says="", lost=way.lost)
