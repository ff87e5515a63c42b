"""What follows the bar: `| include`, `| exclude`, `| begin`, `| section`, `| count`."""

from __future__ import annotations

import re


def filtered(text: str, how: str) -> str:
    """Pass an answer through one filter; an unknown one lets everything pass.

    Args:
        text: the whole answer.
        how: filter and pattern as typed, such as `section interface Vlan`.
    """
    verb, _, pattern = how.strip().partition(" ")
    wanted = re.compile(pattern.strip() or "$^")
    lines = text.splitlines()
    if "include".startswith(verb):
        lines = [line for line in lines if wanted.search(line)]
    elif "exclude".startswith(verb):
        lines = [line for line in lines if not wanted.search(line)]
    elif "begin".startswith(verb):
        first = next((at for at, line in enumerate(lines) if wanted.search(line)), len(lines))
        lines = lines[first:]
    elif "section".startswith(verb):
        lines = _sections(lines, wanted)
    elif "count".startswith(verb):
        lines = [f"Number of lines which match regexp = {sum(bool(wanted.search(line)) for line in lines)}"]
    return "".join(f"{line}\n" for line in lines)


def _sections(lines: list[str], wanted: re.Pattern[str]) -> list[str]:
    kept: list[str] = []
    inside: int | None = None
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if inside is not None and depth > inside and line.strip() != "!":
            kept.append(line)
            continue
        inside = depth if wanted.search(line) else None
        if inside is not None:
            kept.append(line)
    return kept
