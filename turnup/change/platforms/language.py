"""The shape of what a platform says about its configuration language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from turnup.change.platforms.driver import LanguageDriver
from turnup.change.platforms.secrets import SecretPlace

if TYPE_CHECKING:
    from hier_config import HConfig, HConfigChild

Path = tuple[str, ...]
"""One line of a configuration with the headers above it: `("interface Vlan10", "ip address ...")`."""

Normalise = Callable[[str], tuple[tuple[int, str], ...]]
"""From the text of a device to (indent, line) pairs in the form in which lines are compared."""

Occupied = IPv4Network | str
"""What only one section may have at once: a subnet, or a name."""

NEGATION = "no "

NOTHING = re.compile(r"(?!)")
"""Matches no line."""


STILL_IN_USE = "still-in-use"
"""Rule of the obstacles that say: others stand on what would go."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A device as a platform's own rules look at it before anything is typed.

    Attributes:
        running: what the device has.
        candidate: what it shall have.
        declared: what Turnup wants there.
        owned: the lines that Turnup applied there last.
        hidden: headers of lists that the device shows without numbers.
    """

    running: HConfig
    candidate: HConfig
    declared: HConfig
    owned: frozenset[Path]
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something on the device in whose presence it would refuse a declared line, or do more than asked.

    Attributes:
        path: the declared line.
        refuses: whether the plan is refused; else it is a warning.
    """

    path: Path
    rule: str
    expected: str
    found: str
    remedy: str
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class Interrupts:
    """What another value of a line does to the users of the service line that it belongs to.

    Attributes:
        lineage: patterns of the line and its headers; groups of the last one say which lines replace each other.
        at_least, at_most: seconds without service.
        why: what happens, in words of the plan.
        wherever_it_comes: whether the new line may stand in another section.
        as_it_goes: whether it is about a line that goes and has no other in its place.
    """

    lineage: tuple[str, ...]
    at_least: int
    at_most: int
    why: str
    wherever_it_comes: bool = False
    as_it_goes: bool = False


@dataclass(frozen=True, slots=True)
class Unique:
    """A thing that a device may have only once.

    Attributes:
        lineages: patterns of the lines that give it, with the headers above them; two lines of different sections (at
            the top level: two lines) are the same thing if what the groups of their patterns matched agrees. Groups
            named `subnet` agree if network or address does.
        beside: pattern of a line of the same section whose group has to agree too, such as the VRF of an interface.
    """

    lineages: tuple[tuple[str, ...], ...]
    beside: str = ""


def no_line_is_special(_child: HConfigChild, _siblings: frozenset[str]) -> bool:
    """Say of every declared line that it must be there itself."""
    return False


def nothing_is_voided(_line: str) -> str:
    """Say of every declared line that it makes no other one untrue."""
    return ""


def as_it_is(line: str, _section: frozenset[str]) -> str:
    """Type a line as it is, whatever the section has; nobody looks then."""
    return line


def as_they_are(lines: tuple[str, ...], _here: frozenset[str] | None, _bare: bool) -> Iterator[str]:
    """Type the lines of a list one after another."""
    return iter(lines)


def each_by_itself(lines: tuple[str, ...], _base: tuple[str, ...], _target: tuple[str, ...]) -> Iterator[str]:
    """Type the lines of a remediation as they are."""
    return iter(lines)


def without_no(command: str) -> str:
    """The line that a command takes away, where it begins with `no`."""
    return command.strip().removeprefix(NEGATION)


def nothing_in_the_way(_scene: Scene) -> Iterator[Obstacle]:
    """Find no obstacle."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Language:
    """How a platform's configuration is read, compared and typed.

    Attributes:
        normalise: text to lines, sets expanded to one element a line, volatile lines left out.
        single_valued: patterns of lineages; two lines of one section that match one pattern replace each other if
            the groups of the pattern agree, or, without groups, the text that it matched.
        exits: patterns of lineages of sections, each with the word that closes it.
        first: patterns of lineages that are typed before all else of their section, in this order.
        last: patterns of lineages that are typed after all else of their section, in this order.
        satisfied: whether a declared line holds already because of a broader sibling.
        voids: the line that a declared one makes untrue, such as "the set is empty"; "" when there is none.
        typed: a remediation line as it is typed, given the lines that the section has on the device: no line, one,
            or several separated by newlines.
        shown_absences: `no` lines (with their headers, joined by " / ") that the device shows, so that they are lines
            like any other.
        sets: elements of sets whose first one is typed differently from the next.
        wipes: lines at whose change the device drops siblings that match `wiped`; those that stay are typed again.
        occupies: the subnet, or the name, that a line of a section takes, for no two sections may have it at once:
            one that moves to another section is taken away first.
        generated: patterns of lineages of lines that the device adds by itself: they come and go with ours.
        entry_lists: headers of lists whose entries have numbers that the device may not show.
        typed_entries: how the remediation lines of such a list are typed, given its lines (none: it is not there
            yet) and whether the device shows no numbers.
        secret_places: where on a line secrets stand.
        plain_of: reads a secret from how the device stores it; none where that cannot be.
        never_typed: commands that would touch more than what is ours.
        typed_if_ours: `no` commands that are typed only for a line that goes as a whole because all of it is ours.
        permanent: headers that are never removed: physical interfaces.
        hidden_if_empty: headers that the device does not show when nothing stands below them.
        closed_when_empty: top-level headers that are closed in a whole text even when nothing is below them: what
            follows would be taken for theirs.
        kept_if_adopted: lines (with their headers, joined by " / ") that stay when an adopted service line ends, for
            nobody knows what was there before, and without them more would be open than ever was.
        not_taken_over: lines of others that may not be replaced; a wish to do so is an error.
        obstacles: what on the device stands in the way of what is declared.
        interrupts: what another value of a line does to users.
        unique: what a second line elsewhere on the device contradicts.
        takes_back: whether the device takes a change back by itself; if not, the way back is typed, and a change that
            was begun and not ended is typed again.
        mode_exit: whether each section of a block is closed by its exit word when typed.
        completed: the lines of the top level with those that follow from them, for a platform whose lines are flat.
        shown: the lines of the top level as the device shows them.
        folded: the lines of a whole text, its sections closed, as the device shows them: lists in one line, what is
            hidden left out. `normalise` reads it as the same lines.
        arranged: the commands of a remediation as they are typed, given the lines before and after.
        undone_by: the line that a command takes away.
    """

    normalise: Normalise
    single_valued: tuple[tuple[str, ...], ...]
    exits: tuple[tuple[tuple[str, ...], str], ...] = ()
    first: tuple[tuple[str, ...], ...] = ()
    last: tuple[tuple[str, ...], ...] = ()
    satisfied: Callable[[HConfigChild, frozenset[str]], bool] = no_line_is_special
    voids: Callable[[str], str] = nothing_is_voided
    typed: Callable[[str, frozenset[str]], str] = as_it_is
    shown_absences: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    sets: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    wipes: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    wiped: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    occupies: Callable[[str, str], Occupied | None] = lambda _header, _line: None
    generated: tuple[tuple[str, ...], ...] = ()
    entry_lists: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    typed_entries: Callable[[tuple[str, ...], frozenset[str] | None, bool], Iterator[str]] = as_they_are
    secret_places: tuple[SecretPlace, ...] = ()
    plain_of: Callable[[str], str | None] = lambda stored: stored
    never_typed: tuple[re.Pattern[str], ...] = ()
    typed_if_ours: tuple[re.Pattern[str], ...] = ()
    permanent: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    hidden_if_empty: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    closed_when_empty: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    kept_if_adopted: re.Pattern[str] = field(default_factory=lambda: NOTHING)
    not_taken_over: tuple[re.Pattern[str], ...] = ()
    obstacles: Callable[[Scene], Iterator[Obstacle]] = nothing_in_the_way
    interrupts: tuple[Interrupts, ...] = ()
    unique: tuple[Unique, ...] = ()
    takes_back: bool = True
    mode_exit: bool = True
    completed: Callable[[tuple[str, ...]], Iterable[str]] | None = None
    shown: Callable[[tuple[str, ...]], Iterable[str]] = lambda lines: lines
    folded: Callable[[tuple[str, ...]], Iterable[str]] = lambda lines: lines
    arranged: Callable[[tuple[str, ...], tuple[str, ...], tuple[str, ...]], Iterable[str]] = each_by_itself
    undone_by: Callable[[str], str] = without_no

    def is_absence(self, line: HConfigChild | Path) -> bool:
        """Whether a declared line is the absence of another: devices show `shutdown`, and not `no shutdown`."""
        text = line[-1] if isinstance(line, tuple) else line.text
        if not text.startswith(NEGATION):
            return False
        path = line if isinstance(line, tuple) else tuple(line.path())
        return not self.shown_absences.match(" / ".join(path))

    def is_generated(self, path: Path) -> bool:
        """Whether the device made a line by itself when its section was made."""
        return any(
            len(pattern) == len(path) and all(re.search(*pair) for pair in zip(pattern, path, strict=True))
            for pattern in self.generated
        )

    def driver(self) -> LanguageDriver:
        """The hier_config driver that holds these rules; built once, for nobody changes it."""
        return _driver_of(self)


@cache
def _driver_of(language: Language) -> LanguageDriver:
    return LanguageDriver(language.single_valued, language.exits, language.first, language.last)
