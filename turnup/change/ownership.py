"""Ownership: which lines of a device are ours, and what the device shall have.

`candidate = running - (owned - declared) + declared`, section by section. Nothing that Turnup neither owns nor
declares is added, removed or edited; what stood there before we declared it is a takeover: it is remembered, and put
back when ours goes, if ours still stands there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, groupby
from typing import TYPE_CHECKING

from turnup.change.nodes import Tree, put
from turnup.change.platforms import LANGUAGES, Language
from turnup.change.platforms.language import NEGATION, Path, no_line_is_special, nothing_is_voided
from turnup.change.slots import as_declared
from turnup.change.tree import complete, find, load_tree, path_set, paths_in, remove_child, remove_children
from turnup.errors import FragmentConflict
from turnup.fragments import Fragment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hier_config import HConfig, HConfigChild

    from turnup.change.platforms.driver import LanguageDriver, Slot
    from turnup.sites import Platform


@dataclass(frozen=True, slots=True)
class Takeover:
    """A line of somebody else that ours replaced, or that stood there before we declared it.

    Attributes:
        path: our line, with the headers above it.
        former: what was there before: the same words if ours was there already, the positive line if ours is its
            absence (`no shutdown` for `shutdown`).
    """

    path: Path
    former: str

    @property
    def was_there(self) -> bool:
        """Whether our very line stood there before us: it stays when we go."""
        return self.former == self.path[-1]


@dataclass(frozen=True, slots=True)
class OwnedConfig:
    """What Turnup applied to a device last.

    Attributes:
        fragments: one for each live service line, as the device gave it back.
        takeovers: what their lines replaced or repeated.
    """

    fragments: tuple[Fragment, ...] = ()
    takeovers: tuple[Takeover, ...] = ()

    def as_declared(self) -> OwnedConfig:
        """The same without the fingerprints of its secrets."""
        return OwnedConfig(as_declared(self.fragments), self.takeovers)

    def without(self, service_lines: Collection[str]) -> tuple[Fragment, ...]:
        """The fragments of all other service lines."""
        return tuple(each for each in self.fragments if each.service_line not in service_lines)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a device shall have, and what becomes of what others had there.

    Attributes:
        takeovers: those that begin with this change.
        released: our lines whose takeover ends with this change.
        overruled: lines of ours that somebody changed since, with what he made of them; declared again.
    """

    tree: HConfig
    takeovers: tuple[Takeover, ...]
    released: tuple[Path, ...]
    overruled: tuple[Takeover, ...]


def merge_fragments(platform: Platform, fragments: tuple[Fragment, ...], known: Collection[Path] = ()) -> HConfig:
    """Merge the fragments of all live service lines of one device into its declared config.

    Args:
        platform: its platform.
        fragments: one for each service line.
        known: numbers of entries that are declared without: see `load_tree`.

    Raises:
        FragmentConflict: two service lines, or one twice, give one single-valued line different values; names both.
    """
    trees = [(fragment, load_tree(platform, fragment.text, known)) for fragment in fragments]
    for fragment, tree in trees:
        _check_unity(LANGUAGES[platform].driver(), fragment, tree)
    for (one, first), (other, second) in combinations(trees, 2):
        _check_agreement(one, first, other, second)
    first, *others = [tree for _, tree in trees] or [load_tree(platform, "")]
    for tree in others:
        _union(first, tree)
    return first


def _union(target: HConfig | HConfigChild, source: HConfig | HConfigChild) -> None:
    for child in source.children:
        _union(target.add_child(child.text, return_if_present=True), child)


def _check_unity(driver: LanguageDriver, fragment: Fragment, section: HConfig | HConfigChild, above: Path = ()) -> None:
    """One service line says one thing once: of two values the device would keep the second, and we would own both."""
    seen: dict[Slot, HConfigChild] = {}
    for child in section.children:
        for slot in driver.slots_of(above, child.text):
            if slot in seen:
                raise _conflict(fragment, child, fragment, seen[slot])
            seen[slot] = child
        if child.children:
            _check_unity(driver, fragment, child, (*above, child.text))


def _conflict(one: Fragment, child: HConfigChild, other: Fragment, rival: HConfigChild) -> FragmentConflict:
    return FragmentConflict(
        f"{one.device}: {' / '.join(child.path())}",
        f"one value from {one.service_line} and {other.service_line}",
        f"{child.text!r} from {one.service_line} and {rival.text!r} from {other.service_line}",
        "Change one of the two service lines; no device was touched.",
    )


def _check_agreement(
    one: Fragment, first: HConfig | HConfigChild, other: Fragment, second: HConfig | HConfigChild
) -> None:
    for child in first.children:
        twin = second.children.get(child.text)
        if twin is not None:
            _check_agreement(one, child, other, twin)
            continue
        rival = child.driver.idempotent_for(child, second.children)
        if rival is not None:
            raise _conflict(one, child, other, rival)


def paths_of(platform: Platform, fragments: tuple[Fragment, ...]) -> frozenset[Path]:
    """All lines of fragments, each with the headers above it."""
    return frozenset(path for fragment in fragments for path in paths_in(platform, fragment.text))


def make_candidate(
    platform: Platform,
    running: HConfig,
    owned: frozenset[Path],
    declared: HConfig,
    takeovers: tuple[Takeover, ...] = (),
    kept: frozenset[Path] = frozenset(),
) -> Candidate:
    """Work out what a device shall have, and what we take over from others, or give back, on the way.

    Args:
        platform: the platform of all trees.
        running: what the device has.
        owned: the lines that Turnup applied there last, as the device gave them back.
        declared: what Turnup wants there now.
        takeovers: what the owned lines replaced or repeated.
        kept: owned lines that go on to be declared, but not by this change: it leaves them as they stand, drifted
            or not, for they may be another buyer's.
    """
    work = _Work(LANGUAGES[platform], owned, path_set(declared) | kept)
    tree = work.begin(running, declared)
    work.withdraw(tree, takeovers)
    work.declare(tree, declared)
    complete(platform, tree)
    released = tuple(sorted(each.path for each in takeovers if each.path not in work.wanted))
    return Candidate(tree, tuple(work.takeovers), released, tuple(work.overruled))


@dataclass(slots=True)
class _Work:
    """One candidate in the making.

    Attributes:
        owned: lines that were ours before.
        wanted: lines that shall be ours.
    """

    language: Language
    owned: frozenset[Path]
    wanted: frozenset[Path]
    takeovers: list[Takeover] = field(default_factory=list)
    overruled: list[Takeover] = field(default_factory=list)

    def begin(self, running: HConfig, declared: HConfig) -> HConfig:
        """Copy what the device has, as far as it may change; the rest is shown in both trees."""
        touched = {path[0] for path in self.owned - self.wanted}
        tree = Tree(running.driver)
        for child in running.children:
            wanted = declared.children.get(child.text)
            if child.text in touched or (wanted is not None and not self._has_all(child, wanted)):
                tree.add_deep_copy_of(child)
            else:
                put(tree, child)
        return tree

    def _has_all(self, here: HConfigChild, declared: HConfigChild) -> bool:
        """Whether a section has all that is declared below it, and nothing is declared to be absent."""
        twins = ((here.children.get(child.text), child) for child in declared.children)
        return all(
            twin is not None and not self.language.is_absence(child) and self._has_all(twin, child)
            for twin, child in twins
        )

    def withdraw(self, tree: HConfig, takeovers: tuple[Takeover, ...]) -> None:
        """Take out owned lines that are no longer declared: deepest first, headers only when empty and ours."""
        formers = {each.path: each.former for each in takeovers}
        paths = sorted(self.owned - self.wanted, key=lambda path: (-len(path), path))
        for above, found in groupby(paths, key=lambda path: path[:-1]):
            section = find(tree, above)
            if section is not None:
                self._withdraw_lines(section, [path for path in found if formers.get(path) != path[-1]], formers)

    def _withdraw_lines(self, section: HConfig | HConfigChild, paths: list[Path], formers: Mapping[Path, str]) -> None:
        """Take lines of one section out and put back what stood there before, where ours still stand there."""
        going = {path: None for path in paths if self._may_go(section, path)}
        remove_children(section, {path[-1] for path in going})
        for path in paths:
            if formers.get(path) and (path in going or self.language.is_absence(path)):
                section.add_child(formers[path], return_if_present=True)
        for path in going:
            self._empty(section, path[-1])

    def _empty(self, section: HConfig | HConfigChild, gone: str) -> None:
        """Say that a set has no element left: it is empty then, not absent."""
        void = self.language.voids(gone)
        if void and not any(self.language.sets.fullmatch(each.text) for each in section.children):
            section.add_child(void, return_if_present=True)

    def _may_go(self, section: HConfig | HConfigChild, path: Path) -> bool:
        """Whether a line is there to go; a header goes when nothing is left but what the device itself put there."""
        node = section.children.get(path[-1])
        if node is None or self.language.is_absence(path):
            return False
        if len(path) == 1 and self.language.permanent.match(path[0]):
            return False
        return all(self.language.is_generated((*path, child.text)) for child in node.children)

    def declare(
        self, target: HConfig | HConfigChild, declared: HConfig | HConfigChild, above: Path = (), *, new: bool = False
    ) -> None:
        """Add what is declared and not there.

        Args:
            target: where it shall be.
            declared: what shall be there.
            above: the headers of the section.
            new: whether the section was just made: nothing of others is in it, and what is declared does not contradict
                itself (`merge_fragments`), so nobody looks for what a line would replace.
        """
        for child in declared.children:
            path = (*above, child.text)
            if self.language.is_absence(path):
                self._declare_absence(target, path)
                continue
            here = target.children.get(child.text)
            is_new = here is None
            if here is None:
                here = self._put(target, child, path, new=new)
            elif above or not self.language.permanent.match(child.text):
                self._found(path, child.text)
            if here is not None and child.children:
                self.declare(here, child, path, new=is_new)

    def _declare_absence(self, target: HConfig | HConfigChild, path: Path) -> None:
        text = path[-1].removeprefix(NEGATION)
        if text in target.children:
            remove_child(target, text)
            self._found(path, text)

    def _put(
        self, target: HConfig | HConfigChild, child: HConfigChild, path: Path, *, new: bool
    ) -> HConfigChild | None:
        """Add one declared line, in the place of the single-valued line that it replaces."""
        if self._is_satisfied(target, child):
            self._found(path, child.text)
            return None
        void = self.language.voids(child.text)
        if void and void in target.children:
            remove_child(target, void)
        rival = None if new else child.driver.idempotent_for(child, target.children)
        if rival is not None:
            self._found(path, rival.text)
            remove_child(target, rival.text)
        if self._is_put_as_it_is(child):
            put(target, child)
            return None
        return target.add_child(child.text)

    def _is_put_as_it_is(self, child: HConfigChild) -> bool:
        """Whether a new line comes with all that is declared below it, and none of it is looked at by itself."""
        if self.language.satisfied is not no_line_is_special or self.language.voids is not nothing_is_voided:
            return False
        return not any(self.language.is_absence(each) for each in child.all_children())

    def _is_satisfied(self, target: HConfig | HConfigChild, child: HConfigChild) -> bool:
        """Whether a line holds already because of a broader sibling; where there is no such thing nobody looks."""
        satisfied = self.language.satisfied
        return satisfied is not no_line_is_special and satisfied(
            child, frozenset(each.text for each in target.children)
        )

    def _found(self, path: Path, former: str) -> None:
        """Note what stands where a declared line shall go: a takeover, unless the line was ours before."""
        if path not in self.owned:
            self.takeovers.append(Takeover(path, former))
        elif former != path[-1]:
            self.overruled.append(Takeover(path, former))
