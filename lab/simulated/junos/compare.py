"""`show | compare`: what a candidate has that the active configuration has not, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from lab.simulated.junos.tree import Statement, text_lines


def compared(active: Statement, candidate: Statement, path: str = "") -> Iterator[str]:
    """The differences of one level under a line that says where they are, then those of the levels below."""
    gone = [each for key, each in active.below.items() if _differs(candidate.below.get(key), each)]
    come = [each for key, each in candidate.below.items() if _differs(active.below.get(key), each)]
    if gone or come or list(active.below) != [key for key in candidate.below if key in active.below]:
        yield f"[edit{path}]"
        yield from (f"-  {line}" for line in text_lines(_only(active, gone), 0 if not path else 1))
        yield from (f"+  {line}" for line in text_lines(_only(candidate, come), 0 if not path else 1))
    for key, here in candidate.below.items():
        there = active.below.get(key)
        if there is not None and not _differs(there, here):
            yield from _below(there, here, path)


def _below(there: Statement, here: Statement, path: str) -> Iterator[str]:
    differences = list(compared(there, here, f"{path} {here.text}"))
    if differences:
        yield from differences


def _differs(one: Statement | None, other: Statement) -> bool:
    return one is None or (one.words, one.inactive) != (other.words, other.inactive)


def _only(parent: Statement, statements: list[Statement]) -> Statement:
    return Statement(parent.rule, (), {(str(number),): each for number, each in enumerate(statements)})
