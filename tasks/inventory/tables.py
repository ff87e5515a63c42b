"""Tables beside a call-off: a list among the parameters of a line may be `{csv: FILE}` instead of being written out.

The rows become the list when the call-off is read: they are checked, priced, signed and planned like any other, so a
table that is changed later is another order. A row is one member, a column one field of it; an empty cell leaves the
field out; a column named `NAME[]` holds words parted by spaces.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tasks.inventory.reading import read_text, refuse
from turnup.errors import FileRefused
from turnup.findings import Finding
from turnup.positions import FieldPath, Positions, dotted
from turnup.wording import plain

MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 20_000, 32, 400
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.csv")
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}(\[\])?")
_KEY = "csv"

Row = dict[str, Any]


def with_tables(call_off: Path, content: Any, positions: Positions) -> tuple[Any, Positions]:
    """Put the rows of tables into the places that name them.

    Args:
        call_off: the file; tables stand in its folder.
        content: what it holds.
        positions: where its fields stand.

    Returns:
        the same with the rows, and with their lines.

    Raises:
        FileRefused: a table is missing or malformed; carries every finding of it.
    """
    lines = content.get("lines") if isinstance(content, dict) else None
    rows: dict[FieldPath, tuple[str, int]] = {}
    for index, line in enumerate(lines if isinstance(lines, list) else ()):
        found = line.get("parameters") if isinstance(line, dict) else None
        parameters: Row = found if isinstance(found, dict) else {}
        for name, value in parameters.items():
            if isinstance(value, dict) and set(value) == {_KEY}:
                place: FieldPath = ("lines", index, "parameters", name)
                table = _read(call_off.parent, value[_KEY], place, positions)
                parameters[name] = [row for _, row in table.rows]
                rows.update({(*place, number): (table.file, at) for number, (at, _) in enumerate(table.rows)})
    return content, replace(positions, rows=rows) if rows else positions


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as it was read.

    Attributes:
        file: its path as the user would give it.
        rows: each with its line.
    """

    file: str
    rows: tuple[tuple[int, Row], ...]


def _read(folder: Path, name: Any, place: FieldPath, positions: Positions) -> _Table:
    if not isinstance(name, str) or not _FILE.fullmatch(name):
        remedy = "Put the table beside the call-off, and give its name only."
        raise refuse(positions, (*place, _KEY), "table-name", "the name of a .csv file", str(name), remedy)
    path = folder / name
    here = Positions(str(path))
    # A byte order mark is what spreadsheets write first.
    reader = csv.reader(read_text(path, str(path)).removeprefix("\ufeff").splitlines(keepends=True), strict=True)
    try:
        columns = next(reader, [])
        if finding := _wrong_columns(here, place, columns):
            raise FileRefused(here.file, (finding,))
        rows = tuple((reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells))
    except csv.Error as error:
        at = Positions(here.file, {(): reader.line_num})
        raise refuse(at, place, "csv", "comma-separated values (RFC 4180)", str(error), "Mend it there.") from None
    findings = tuple(_wrong_rows(here, place, columns, rows))
    if findings:
        raise FileRefused(here.file, findings)
    return _Table(here.file, tuple((at, _row(columns, cells)) for at, cells in rows))


def _wrong_columns(here: Positions, place: FieldPath, columns: list[str]) -> Finding | None:
    names = [column.strip() for column in columns]
    bad = next((name for name in names if not _COLUMN.fullmatch(name)), None)
    twice = next((name for name in names if names.count(name) > 1), None)
    field = dotted(place)
    if not 1 <= len(names) <= MOST_COLUMNS:
        return _finding(here, 1, field, "table-columns", f"1 to {MOST_COLUMNS} columns", str(len(names)))
    if bad is not None:
        return _finding(here, 1, field, "table-columns", "a first row with the names of fields", plain(bad))
    if twice is not None:
        return _finding(here, 1, field, "table-columns", "each column once", f"{twice} again")
    return None


def _wrong_rows(
    here: Positions, place: FieldPath, columns: list[str], rows: tuple[tuple[int, list[str]], ...]
) -> Iterator[Finding]:
    if not 1 <= len(rows) <= MOST_ROWS:
        yield _finding(here, 1, dotted(place), "table-rows", f"1 to {MOST_ROWS} rows", str(len(rows)))
        return
    for number, (at, cells) in enumerate(rows):
        field = dotted((*place, number))
        if len(cells) != len(columns):
            yield _finding(here, at, field, "table-row", f"{len(columns)} cells, as the first row", str(len(cells)))
        for name, cell in zip(columns, cells, strict=False):
            if len(cell) > MOST_LETTERS:
                expected = f"at most {MOST_LETTERS} characters in a cell"
                yield _finding(here, at, f"{field}.{name.strip()}", "table-cell", expected, str(len(cell)))


def _finding(here: Positions, line: int, field: str, rule: str, expected: str, found: str) -> Finding:
    return Finding(here.file, line, field, rule, expected, found, "Correct the table.")


def _row(columns: list[str], cells: list[str]) -> Row:
    row: Row = {}
    for name, cell in zip((column.strip() for column in columns), (each.strip() for each in cells), strict=True):
        if cell and name.endswith("[]"):
            row[name.removesuffix("[]")] = cell.split()
        elif cell:
            row[name] = cell
    return row
