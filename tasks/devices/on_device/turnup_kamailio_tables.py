"""The tables of a Kamailio server (db_text): read as the server reads them, edited row by row.

A row is named by its table and the columns by which the server finds it. Rows of others stay to the byte.

Standard library only, Python 3.9: this runs on devices. Sources: db_text/dbt_file.c, README of the module (5.6).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from turnup_agent import Refused
from turnup_files import Edit

TABLES = Path("/etc/kamailio/tables")
GONE = "\0"

CUSTOMER, NUMBER, REALM = r"[1-9]\d{3,5}", r"\+[1-9]\d{0,14}", r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?"
TEXT = r"[ -~]{1,120}"
EXPRESSION = r"(?!.*\$[A-Za-z(])[!-~]{1,120}"
OPERATORS = ("equal", "regex", "fnmatch")


@dataclass(frozen=True)
class Table:
    """What a table is for.

    Attributes:
        header: how a row is named, by its columns.
        record: the rows that may be edited.
        columns: the other columns that may be written, and what may stand there.
        reload: the command upon which the server reads it again; none: it looks at the file whenever it asks.
    """

    header: str
    record: re.Pattern[str]
    columns: dict[str, str]
    reload: str = ""


PLACE = {"uprn": r"\d{1,12}", "postcode": r"[A-Z0-9 ]{6,8}"}
SHAPES = {
    "dispatcher": Table(
        "{setid} {destination}",
        re.compile(rf"(?P<setid>{CUSTOMER}) (?P<destination>sip:[a-z0-9.-]+(?::\d{{1,5}})?)"),
        {"flags": r"\d{1,2}", "priority": r"\d{1,3}", "attrs": r"[A-Za-z0-9.:;=_-]+", "description": TEXT},
        "dispatcher.reload",
    ),
    "dialplan": Table(
        "{dpid} {match_op} {match_exp}",
        re.compile(rf"(?P<dpid>{CUSTOMER}) (?P<match_op>equal|regex) (?P<match_exp>{EXPRESSION})"),
        {"pr": r"\d{1,4}", "subst_exp": EXPRESSION, "repl_exp": EXPRESSION, "attrs": r"[A-Za-z0-9.,:;+@_=-]{1,1000}"},
        "dialplan.reload",
    ),
    "numbers": Table(
        "{prefix}",
        re.compile(rf"(?P<prefix>{NUMBER})"),
        {"customer": CUSTOMER, **PLACE},
        "mtree.reload numbers",
    ),
    "domain": Table("{domain}", re.compile(rf"(?P<domain>{REALM})"), {"did": CUSTOMER}, "domain.reload"),
    "subscriber": Table(
        "{username}@{domain}",
        re.compile(rf"(?P<username>[A-Za-z0-9._-]{{1,32}})@(?P<domain>{REALM})"),
        {"ha1": r"[0-9a-f]{32}", "cli": NUMBER},
    ),
    "address": Table(
        "{grp} {ip_addr}/{mask}",
        re.compile(rf"(?P<grp>{CUSTOMER}) (?P<ip_addr>[0-9a-f.:]+)/(?P<mask>\d{{1,3}})"),
        {"tag": NUMBER},
        "permissions.addressReload",
    ),
}
"""In the order in which a service is built up: a way to answer before the way in."""
NOT_SHOWN = ("id", "last_modified")
NAMED = {table: tuple(re.findall(r"{(\w+)}", shape.header)) for table, shape in SHAPES.items()}
"""The columns by which the server finds a row."""


# --- tables -----------------------------------------------------------------------------------------------------------


COLUMN = re.compile(r" *([A-Za-z0-9_]+) *\( *([sSiIdDbBtT])[A-Za-z]* *(?:, *([nNaA])[A-Za-z]*)? *\) *")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", ":": ":", "0": "\0"}


@dataclass(frozen=True)
class Column:
    """One column: `kind` is the first letter of its type, `flag` that of its attribute."""

    name: str
    kind: str
    flag: str


@dataclass(frozen=True)
class Row:
    """One row: where it stands, its header, its columns by name, its fields as they are written."""

    line: int
    header: str
    columns: dict[str, str]
    fields: tuple[str, ...]

    def items(self, table: str) -> list[str]:
        """Its other columns that have a value."""
        hidden = (*NAMED[table], *NOT_SHOWN)
        shown = ((name, value) for name, value in self.columns.items() if name not in hidden)
        return sorted(f"{name} {_printable(value)}" for name, value in shown if value not in ("", "0"))


def columns_of(table: str, first: str) -> list[Column]:
    """Read the first line of a table."""
    found, place = [], 0
    while place < len(first.rstrip("\n")):
        match = COLUMN.match(first, place)
        if not match:
            raise Refused(f"{TABLES / table}:1: expected name(type), found {first[place : place + 40]!r}")
        found.append(Column(match.group(1), match.group(2).lower(), (match.group(3) or "").lower()))
        place = match.end()
    needed = (*NAMED[table], *SHAPES[table].columns)
    if missing := [name for name in needed if name not in {each.name for each in found}]:
        raise Refused(f"{TABLES / table}:1: expected a column {missing[0]}, found none")
    return found


@functools.lru_cache(maxsize=32)
def rows_of(table: str, text: str) -> tuple[Row, ...]:
    """Read a table as the server does, once; Refused where the server would refuse the whole of it."""
    lines = text.split("\n")
    columns = columns_of(table, lines[0])
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=1):
        if not line:
            continue
        row = _row(table, columns, number, line)
        seen[row.header] = seen.get(row.header, 0) + 1
        again = f" occurrence {seen[row.header]}" if seen[row.header] > 1 else ""
        rows.append(Row(number, f"{row.header}{again}", row.columns, row.fields))
    return tuple(rows)


def _row(table: str, columns: list[Column], number: int, line: str) -> Row:
    fields = _fields(line)
    if len(fields) != len(columns):
        raise Refused(f"{_where(table, number)}: expected {len(columns)} fields, found {len(fields)}")
    values = {}
    for column, field in zip(columns, fields):  # noqa: B905 - Python 3.9
        if column.kind in "it" and not re.fullmatch(r"-?\d+", field) and (field or not column.flag):
            raise Refused(f"{_where(table, number)}: expected a number as {column.name}, found {field[:40]!r}")
        values[column.name] = _unescaped(table, number, field) if "\\" in field else field
    header = f"{table} {SHAPES[table].header.format(**_named(table, values))}"
    return Row(number, header, values, tuple(fields))


def _where(table: str, number: int) -> str:
    return f"{TABLES / table}:{number + 1}"


def _fields(line: str) -> list[str]:
    if "\\" not in line:
        return line.split(":")
    fields = re.split(r"(?<!\\)((?:\\\\)*):", line)
    # A split at a capturing group gives the backslashes before a colon as well: they belong to the field before it.
    return [fields[at] + (fields[at + 1] if at + 1 < len(fields) else "") for at in range(0, len(fields), 2)]


def _named(table: str, values: dict[str, str]) -> dict[str, str]:
    """The columns as they stand in a header."""
    named = {name: _printable(values[name]) for name in NAMED[table]}
    if named.get("match_op") in ("0", "1", "2"):
        named["match_op"] = OPERATORS[int(named["match_op"])]
    return named


def _unescaped(table: str, number: int, field: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match.group(1) not in ESCAPES:
            expected = "one of \\n \\r \\t \\0 \\: \\\\"
            raise Refused(f"{_where(table, number)}: expected {expected}, found {match.group()!r}")
        return ESCAPES[match.group(1)]

    return re.sub(r"\\(.?)", one, field)


def escaped(value: str) -> str:
    """A value as a field has it."""
    return value.replace("\\", "\\\\").replace(":", "\\:")


def _printable(value: str) -> str:
    if value.isprintable():
        return value
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in value)


# --- edits ------------------------------------------------------------------------------------------------------------


def with_edits(texts: dict[str, str], edits: tuple[Edit, ...]) -> dict[str, str]:
    """Make edits in all tables; every row that they are not about stays as it is."""
    if len({edit.record for edit in edits}) < len(edits):
        raise Refused("two edits of one record")
    for edit in edits:
        _check_words(edit)
    changed = dict(texts)
    for table in {edit.record.partition(" ")[0] for edit in edits}:
        if table not in texts:
            raise Refused(f"this server has no table {TABLES / table}")
        mine = tuple(edit for edit in edits if edit.record.startswith(f"{table} "))
        changed[table] = _with_edits_of(table, texts[table], mine)
    return changed


def _with_edits_of(table: str, text: str, edits: tuple[Edit, ...]) -> str:
    lines = text.split("\n")
    rows = {row.header: row for row in rows_of(table, text)}
    columns = columns_of(table, lines[0])
    last_id = max((int(row.columns["id"] or 0) for row in rows.values() if "id" in row.columns), default=0)
    for edit in edits:
        row = rows.get(edit.record)
        _check_state(table, edit, row)
        if row is not None:
            lines[row.line] = _kept(columns, row, edit) if edit.state == "kept" else GONE
        else:
            last_id += 1
            named = _names(edit)
            place = len(lines) - 1 if not lines[-1] else len(lines)
            lines.insert(place, _new(columns, {"id": str(last_id), **named, **_values(edit)}))
    text = "\n".join(line for line in lines if line != GONE)
    return text if text.endswith("\n") else f"{text}\n"


def _names(edit: Edit) -> dict[str, str]:
    """The columns that the name of a new row gives."""
    table, _, name = edit.record.partition(" ")
    found = SHAPES[table].record.fullmatch(name)
    named = found.groupdict() if found else {}
    operator = {"match_op": str(OPERATORS.index(named["match_op"]))} if "match_op" in named else {}
    return {**named, **operator}


def _values(edit: Edit) -> dict[str, str]:
    gone = {item.partition(" ")[0]: "" for item in edit.remove}
    return {**gone, **{item.partition(" ")[0]: item.partition(" ")[2] for item in edit.add}}


def _new(columns: list[Column], values: dict[str, str]) -> str:
    return ":".join(escaped(values.get(column.name, "")) or _empty(column) for column in columns)


def _kept(columns: list[Column], row: Row, edit: Edit) -> str:
    values = _values(edit)
    return ":".join(
        (escaped(values[column.name]) or _empty(column)) if column.name in values else field
        for column, field in zip(columns, row.fields)  # noqa: B905 - Python 3.9
    )


def _empty(column: Column) -> str:
    return "0" if column.kind in "it" else ""


def _check_state(table: str, edit: Edit, row: Row | None) -> None:
    """Refuse an edit of a row that is not as it expects."""
    if edit.state == "new":
        if row is not None:
            raise Refused(f"{edit.record} is there already")
        return
    if row is None:
        raise Refused(f"{edit.record} is not there")
    there = row.items(table)
    if missing := [item for item in edit.remove if item not in there]:
        raise Refused(f"{edit.record} does not have {_told(missing[0])}")
    if present := [item for item in edit.add if item in there]:
        raise Refused(f"{edit.record} has {_told(present[0])} already")
    if edit.state == "gone" and (more := [item for item in there if item not in edit.remove]):
        raise Refused(f"{edit.record} holds {_told(more[0])} of somebody else")


def _check_words(edit: Edit) -> None:
    table, _, name = edit.record.partition(" ")
    shape = SHAPES.get(table)
    if shape is None or not shape.record.fullmatch(name):
        raise Refused(f"not a record that may be edited: {edit.record[:80]!r}")
    if edit.state not in ("new", "gone", "kept"):
        raise Refused(f"not a state of a record: {str(edit.state)[:40]!r}")
    named = [item.partition(" ")[0] for item in edit.add]
    if len(set(named)) < len(named):
        raise Refused(f"{edit.record}: one column twice")
    for item in edit.add:
        column, _, value = item.partition(" ")
        if not re.fullmatch(shape.columns.get(column, "(?!)"), value):
            raise Refused(f"{edit.record}: not a value that may be written: {_told(item)[:80]!r}")


def _told(item: str) -> str:
    """An item as it may be told: what a subscriber's password can be made of stays here."""
    return "ha1" if item.startswith("ha1 ") else item
