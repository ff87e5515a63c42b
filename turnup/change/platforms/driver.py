"""The hier_config driver of a language: what it asks for each line, answered from tables made once.

hier_config asks each of its rules about each line with its whole lineage; that was half of the
time of a plan. Here the rules that can match are found once a section, and the answer of a line is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from hier_config.models import MatchRule, SectionalExitingRule
from hier_config.platforms.driver_base import HConfigDriverBase, HConfigDriverRules

if TYPE_CHECKING:
    from hier_config import HConfigChild

Lineage = tuple[str, ...]
"""The headers above a line, or those and the line itself."""
Patterns = tuple[tuple[str, ...], ...]
Slot = tuple[int, tuple[str, ...]]
"""The rule that says a line is single-valued, and its key: two lines of a section with one slot replace each other."""

FIRST_WEIGHT = -400
LAST_WEIGHT = 400
RETYPED_WEIGHT = 900
"""Weights by which the lines of a section are sorted; what no pattern matches has 0."""

_KEPT = 1 << 16
"""Answers kept: those of some dozen devices of a thousand lines."""


class LanguageDriver(HConfigDriverBase):
    """A hier_config driver made of the tables of a language.

    Args:
        single_valued, exits, first, last: see `Language`.
    """

    def __init__(
        self, single_valued: Patterns, exits: tuple[tuple[tuple[str, ...], str], ...], first: Patterns, last: Patterns
    ) -> None:
        super().__init__()
        self.rules = HConfigDriverRules(
            sectional_exiting=[
                SectionalExitingRule(match_rules=tuple(MatchRule(re_search=each) for each in section), exit_text=word)
                for section, word in exits
            ],
            indentation=1,
        )
        self._single_valued = tuple(_compiled(each) for each in single_valued)
        self._ordered = (
            *((_compiled(each), weight) for weight, each in enumerate(first, start=FIRST_WEIGHT)),
            *((_compiled(each), weight) for weight, each in enumerate(last, start=LAST_WEIGHT)),
        )
        self.slots_below = lru_cache(_KEPT)(self._slots_below)
        self.slots_of = lru_cache(_KEPT)(self._slots_of)
        self.weight_of = lru_cache(_KEPT)(self._weight_of)

    @staticmethod
    def _instantiate_rules() -> HConfigDriverRules:
        return HConfigDriverRules()

    def idempotent_for(self, config: HConfigChild, other_children: Iterable[HConfigChild]) -> HConfigChild | None:
        """Find the line of the same slot among the lines of the same section."""
        *above, text = config.path()
        section = tuple(above)
        for slot in self.slots_of(section, text):
            for other in other_children:
                if slot in self.slots_of(section, other.text):
                    return other
        return None

    def swap_negation(self, child: HConfigChild) -> HConfigChild:
        """Turn a line into its `no` or back; hier_config reads all its siblings again for each of them."""
        lines = child.parent.children._mapping  # noqa: SLF001  # it has no other way to rename one line
        former, prefix = child.text, self.negation_prefix
        text = former.removeprefix(prefix) if former.startswith(prefix) else f"{prefix}{former}"
        child._text = text  # noqa: SLF001
        if lines.get(former) is child:
            del lines[former]
        lines.setdefault(text, child)
        return child

    def _slots_below(self, section: Lineage) -> tuple[tuple[int, re.Pattern[str]], ...]:
        """The rules that lines of a section may match, by number."""
        return tuple(
            (number, patterns[-1])
            for number, patterns in enumerate(self._single_valued)
            if _match(patterns[:-1], section)
        )

    def _slots_of(self, section: Lineage, text: str) -> tuple[Slot, ...]:
        found = ((number, pattern.search(text)) for number, pattern in self.slots_below(section))
        return tuple((number, _key(match)) for number, match in found if match is not None)

    def _weight_of(self, path: Lineage) -> int:
        weights = (weight for patterns, weight in self._ordered if _match(patterns, path))
        return next(weights, 0)


def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each) for each in patterns)


def _match(patterns: tuple[re.Pattern[str], ...], path: Lineage) -> bool:
    """Whether each line of a path matches its pattern; the last one, which differs most, is looked at first."""
    return len(patterns) == len(path) and all(
        pattern.search(text) for pattern, text in zip(reversed(patterns), reversed(path), strict=True)
    )


def _key(match: re.Match[str]) -> tuple[str, ...]:
    """The groups of a match, without spaces around them; what it matched if it has none."""
    groups = tuple((each or "").strip() for each in match.groups())
    return groups if any(groups) else (match.group(0).strip(),)
