"""The shape of what a platform says about its configuration language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hier_config.models import IdempotentCommandsRule, MatchRule, OrderingRule, SectionalExitingRule
from hier_config.platforms.driver_base import HConfigDriverBase, HConfigDriverRules

if TYPE_CHECKING:
    from hier_config import HConfigChild

Path = tuple[str, ...]
"""One line of a configuration with the headers above it: `("interface Vlan10", "ip address ...")`."""

Normalise = Callable[[str], tuple[tuple[int, str], ...]]
"""From the text of a device to (indent, line) pairs in the form in which lines are compared."""


def no_line_is_special(_child: HConfigChild, _siblings: frozenset[str]) -> bool:
    """Say of every declared line that it must be there itself."""
    return False


@dataclass(frozen=True, slots=True)
class Language:
    """How a platform's configuration is read, compared and typed.

    Attributes:
        normalise: text to lines, sets expanded to one element a line, volatile lines left out.
        single_valued: patterns of lineages; two lines of one section that match one pattern with the same
            groups replace each other.
        exits: patterns of lineages of sections, each with the word that closes it.
        last: patterns of lineages that are typed after all else of their section (removals of what was used).
        first: patterns of lineages that are typed before all else.
        satisfied: whether a declared line holds already because of a broader sibling.
        typed: a remediation line as it is typed, given the lines that the section has on the device.
        never_typed: commands that would touch more than what is ours.
        permanent: headers that are never removed: physical interfaces.
        not_taken_over: lines of others that may not be replaced; a wish to do so is an error.
        mode_exit: whether each section of a block is closed by its exit word when typed.
    """

    normalise: Normalise
    single_valued: tuple[tuple[str, ...], ...]
    exits: tuple[tuple[tuple[str, ...], str], ...] = ()
    first: tuple[tuple[str, ...], ...] = ()
    last: tuple[tuple[str, ...], ...] = ()
    satisfied: Callable[[HConfigChild, frozenset[str]], bool] = no_line_is_special
    typed: Callable[[str, frozenset[str]], str] = lambda line, _section: line
    never_typed: tuple[re.Pattern[str], ...] = ()
    permanent: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    not_taken_over: tuple[re.Pattern[str], ...] = ()
    mode_exit: bool = True

    def driver(self) -> HConfigDriverBase:
        """Build the hier_config driver that holds these rules."""
        return _LanguageDriver(self)


class _LanguageDriver(HConfigDriverBase):
    """A hier_config driver made of a Language."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.rules = HConfigDriverRules(
            idempotent_commands=[IdempotentCommandsRule(match_rules=_lineage(each)) for each in language.single_valued],
            sectional_exiting=[
                SectionalExitingRule(match_rules=_lineage(section), exit_text=word) for section, word in language.exits
            ],
            ordering=[
                *(OrderingRule(match_rules=_lineage(each), weight=-400) for each in language.first),
                *(OrderingRule(match_rules=_lineage(each), weight=400) for each in language.last),
            ],
            indentation=1,
        )

    @staticmethod
    def _instantiate_rules() -> HConfigDriverRules:
        return HConfigDriverRules()


def _lineage(patterns: tuple[str, ...]) -> tuple[MatchRule, ...]:
    return tuple(MatchRule(re_search=pattern) for pattern in patterns)
