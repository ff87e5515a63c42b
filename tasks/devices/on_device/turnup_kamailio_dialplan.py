"""What a Kamailio server's dialplan makes of a number, and which numbers tell whether it has read a rule.

Standard library only, Python 3.9: this runs on devices. Source: dialplan/dp_repl.c, `translate` (5.6).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

try:
    from re import _parser as sre_parse  # type: ignore[attr-defined]  # since Python 3.11
except ImportError:
    import sre_parse

from turnup_agent import Refused
from turnup_files import Edit
from turnup_kamailio_tables import Row, rows_of

EMERGENCY = ("999", "112")


class Dialplan:
    """The rules of one dialplan as the server tries them.

    Rules for the number's own length come first, then those for any (dp_repl.c, translate); in each by priority. One
    that is for a single number is found by it: an office has thousands.
    """

    def __init__(self, rules: Iterable[Row]) -> None:
        self._equal: dict[tuple[str, str], tuple[int, Row]] = {}
        self._others: dict[str, list[tuple[int, Row]]] = {}
        for place, row in enumerate(sorted(rules, key=lambda row: int(row.columns["pr"] or 0))):
            length = row.columns["match_len"] or "0"
            if row.columns["match_op"] == "0":
                self._equal.setdefault((length, row.columns["match_exp"]), (place, row))
            else:
                self._others.setdefault(length, []).append((place, row))

    def translated(self, dialled: str) -> tuple[str, str, str] | None:
        """The rule that is taken, what it makes of a number, and where it sends it; None when no rule fits."""
        for length in (str(len(dialled)), "0"):
            row = self._first(length, dialled)
            if row is not None:
                return row.header, _output(row, dialled), row.columns["attrs"]
        return None

    def _first(self, length: str, dialled: str) -> Row | None:
        place, equal = self._equal.get((length, dialled), (-1, None))
        for other, row in self._others.get(length, ()):
            if equal is not None and other > place:
                break
            if _fits(row, dialled):
                return row
        return equal


def dialplans_in(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rules of each dialplan."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.columns["dpid"], []).append(row)
    return found


def _fits(row: Row, dialled: str) -> bool:
    compiled = _compiled(row.columns["match_exp"]) if row.columns["match_op"] == "1" else None
    return compiled is not None and compiled.search(dialled) is not None


def _output(row: Row, dialled: str) -> str:
    replaced: str = row.columns["repl_exp"]
    if "\\" not in replaced:
        return replaced
    groups = _compiled(row.columns["subst_exp"]) if row.columns["subst_exp"] else None
    match = groups.search(dialled) if groups else None
    return re.sub(r"\\(\d)", lambda each: (match.group(int(each.group(1))) or "") if match else "", replaced)


@functools.cache
def _compiled(expression: str) -> re.Pattern[str] | None:
    try:
        return re.compile(expression)
    except re.error:
        return None


def samples_of(operator: str, expression: str) -> list[str]:
    """Numbers that an expression fits: the shortest, and each other branch of it."""
    if operator == "0":
        return [expression]
    compiled = _compiled(expression) if operator == "1" else None
    if compiled is None:
        return []
    parsed = sre_parse.parse(expression)
    found = {_sample(parsed, branch, more) for branch in range(8) for more in (0, 1)}
    return sorted(each for each in found if each and compiled.search(each))


def _sample(parsed: Any, branch: int, more: int) -> str:
    return "".join(_part(str(kind), value, branch, more) for kind, value in parsed)


def _part(kind: str, value: Any, branch: int, more: int) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "IN":
        return _first_of(*value[0])
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, what = value
        return _sample(what, branch, more) * min(int(most), int(least) + more)
    if kind == "SUBPATTERN":
        return _sample(value[-1], branch, more)
    if kind == "BRANCH":
        return _sample(value[1][branch % len(value[1])], branch, more)
    return "0" if kind == "ANY" else ""


def _first_of(kind: Any, value: Any) -> str:
    """The first character of a class; a digit where it is named otherwise."""
    return {"RANGE": lambda: chr(value[0]), "LITERAL": lambda: chr(value)}.get(str(kind), lambda: "0")()


def check_dialplans(edits: tuple[Edit, ...], text: str) -> None:
    """Refuse expressions that the server could not compile, and a dialplan without a way to the emergency services."""
    rows = rows_of("dialplan", text)
    ours = {edit.record for edit in edits if edit.state != "gone"}
    for row in (each for each in rows if each.header in ours and each.columns["match_op"] == "1"):
        match, groups = _compiled(row.columns["match_exp"]), _compiled(row.columns["subst_exp"])
        asked = [int(each) for each in re.findall(r"\\(\d)", row.columns["repl_exp"])]
        if match is None or groups is None:
            raise Refused(f"{row.header}: expected regular expressions, found one that is none")
        if asked and max(asked) > groups.groups:
            raise Refused(f"{row.header}: repl_exp asks for group {max(asked)}, subst_exp has {groups.groups}")
    by_dialplan = dialplans_in(rows)
    for dpid in dialplans_of(edits):
        dialplan = Dialplan(by_dialplan.get(dpid, ()))
        for number in EMERGENCY if dpid in by_dialplan else ():
            found = dialplan.translated(number)
            if found is None or not found[2].startswith("emergency"):
                way = f"{found[0]} sends it to {found[2] or 'nowhere'}" if found else "no rule fits"
                raise Refused(f"dialplan {dpid}: expected a way to {number} for emergency calls; {way}")


def dialplans_of(edits: tuple[Edit, ...]) -> list[str]:
    """The dialplans that edits are about."""
    return sorted({edit.record.split(" ")[1] for edit in edits if edit.record.startswith("dialplan ")})
