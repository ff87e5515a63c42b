"""From the difference of two trees to the commands that are typed, and the list of those that never are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hier_config import WorkflowRemediation

from turnup.change.platforms import LANGUAGES, Language
from turnup.change.platforms.language import RETYPED_WEIGHT
from turnup.errors import ForbiddenCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hier_config import HConfig, HConfigChild

    from turnup.sites import Platform


def commands_between(platform: Platform, running: HConfig, candidate: HConfig) -> tuple[str, str]:
    """Work out the commands from running to candidate, and those of the way back.

    Returns:
        remediation and rollback, one command a line, sections closed; empty when nothing differs.
    """
    workflow = WorkflowRemediation(running, candidate)
    there = _typed(platform, workflow.remediation_config, running, candidate)
    back = _typed(platform, workflow.rollback_config, candidate, running)
    return there, back


def _typed(platform: Platform, delta: HConfig, base: HConfig, target: HConfig) -> str:
    language = LANGUAGES[platform]
    for section in delta.children:
        _retype_what_is_wiped(language, section, base, target)
    lines = tuple(_walk(language, delta, base, 0))
    return "".join(f"{line}\n" for line in lines)


def _retype_what_is_wiped(language: Language, section: HConfigChild, base: HConfig, target: HConfig) -> None:
    """Type what the device drops on the way once more, and what a closing `no` would drop only after it."""
    before, after = base.children.get(section.text), target.children.get(section.text)
    wipes = [line.text for line in section.children if language.wipes.match(line.text)]
    if before is None or after is None or not wipes:
        return
    ends_with_a_wipe = any(text.startswith("no ") for text in wipes)
    for line in after.children:
        if language.wiped.match(line.text) and (ends_with_a_wipe or line.text not in section.children):
            section.add_child(line.text, return_if_present=True).order_weight = RETYPED_WEIGHT


def _walk(
    language: Language, delta: HConfig | HConfigChild, base: HConfig | HConfigChild | None, depth: int
) -> Iterator[str]:
    section = {child.text for child in base.children} if base is not None else set[str]()
    for child in sorted(delta.children):
        if words := language.typed(f"{' ' * depth}{child.text}", frozenset(section)):
            yield words
        section.add(child.text)
        if child.children:
            below = base.children.get(child.text) if base is not None else None
            yield from _walk(language, child, below, depth + 1)
            if language.mode_exit:
                yield f"{' ' * depth}{child.sectional_exit}"


def check_never_typed(platform: Platform, device: str, text: str) -> None:
    """Refuse a text that holds a command which touches more than what is ours.

    Raises:
        ForbiddenCommand: names the line; called when planning and again on the final text before the push.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern in LANGUAGES[platform].never_typed:
            if pattern.search(line):
                raise ForbiddenCommand(
                    f"{device}: command {number}",
                    "only commands that touch what Turnup owns",
                    repr(line.strip()),
                    "This is a defect of a template or of the platform's language; nothing was sent.",
                )
