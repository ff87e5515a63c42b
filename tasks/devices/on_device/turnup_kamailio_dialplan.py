"""What a Kamailio server's dialplan makes of a number, and which numbers tell whether it has read a rule.

Standard library only, Python 3.9: this runs on devices. Source: dialplan/dp_repl.c, `translate` (5.6).
"""

from __future__ import annotations

import re
from typing import Any

try:
    from re import _parser as sre_parse  # type: ignore[attr-defined]  # since Python 3.11
except ImportError:
    import sre_parse

from turnup_agent import Refused
from turnup_files import Edit
from turnup_kamailio_tables import Row, rows_of

EMERGENCY = ("999", "112")


def translated(rules: list[Row], dialled: str) -> tuple[str, str, str] | None:
    """The rule that the server takes, what it makes of a number, and where it sends it; None when no rule fits.

    Rules for the number's own length come first, then those for any (dp_repl.c, translate); in each by priority.
    """
    in_order = sorted(rules, key=lambda row: int(row.columns["pr"] or 0))
    for length in (str(len(dialled)), "0"):
        for row in (each for each in in_order if (each.columns["match_len"] or "0") == length):
            if _fits(row, dialled):
                return row.header, _output(row, dialled), row.columns["attrs"]
    return None


def _fits(row: Row, dialled: str) -> bool:
    operator, expression = row.columns["match_op"], row.columns["match_exp"]
    if operator == "0":
        return bool(expression == dialled)
    compiled = _compiled(expression) if operator == "1" else None
    return compiled is not None and compiled.search(dialled) is not None


def _output(row: Row, dialled: str) -> str:
    replaced = row.columns["repl_exp"]
    groups = _compiled(row.columns["subst_exp"]) if row.columns["subst_exp"] else None
    match = groups.search(dialled) if groups else None
    return re.sub(r"\\(\d)", lambda each: (match.group(int(each.group(1))) or "") if match else "", replaced)


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
    found = {_sample(sre_parse.parse(expression), branch, more) for branch in range(8) for more in (0, 1)}
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
    for dpid in dialplans_of(edits):
        rules = [row for row in rows if row.columns["dpid"] == dpid]
        for number in EMERGENCY if rules else ():
            found = translated(rules, number)
            if found is None or not found[2].startswith("emergency"):
                way = f"{found[0]} sends it to {found[2] or 'nowhere'}" if found else "no rule fits"
                raise Refused(f"dialplan {dpid}: expected a way to {number} for emergency calls; {way}")


def dialplans_of(edits: tuple[Edit, ...]) -> list[str]:
    """The dialplans that edits are about."""
    return sorted({edit.record.split(" ")[1] for edit in edits if edit.record.startswith("dialplan ")})
