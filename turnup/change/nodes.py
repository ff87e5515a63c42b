"""hier_config's tree, with lines that hold only what is read of them.

A line of hier_config keeps comments, tags, facts and instances for reports of many devices, and collections for lines
below it that most lines do not have: eight objects a line, and Python's collector visits each of them again and again
while a tree of 200,000 lines grows. Here a line is one object until something stands below it. What is done with the
trees, and in which order, is hier_config's.
"""

from __future__ import annotations

from hier_config import HConfig, HConfigChild
from hier_config.children import HConfigChildren

_NOTHING_BELOW = HConfigChildren()
"""What every line has below it at first; a line gets a collection of its own before anything is put into it."""


class Line(HConfigChild):
    """A line without comments, tags, facts and instances.

    Args:
        parent: the section in which it stands.
        text: without indentation.
    """

    __slots__ = ()

    def __init__(self, parent: HConfig | HConfigChild, text: str) -> None:
        # Its own and not hier_config's: that would make all the collections first.
        self.parent = parent
        self._text = text.strip()
        self.order_weight = 0
        self.children = _NOTHING_BELOW

    @property
    def comments(self) -> set[str]:  # type: ignore[override]
        """What hier_config notes down and nobody reads."""
        return set()

    @property  # type: ignore[misc]  # nobody sets any, so nobody may
    def tags(self) -> frozenset[str]:
        """None at all."""
        return frozenset()

    def instantiate_child(self, text: str) -> HConfigChild:
        """Make a line that will stand below this one."""
        if self.children is _NOTHING_BELOW:
            self.children = HConfigChildren()
        return Line(self, text)

    def add_shallow_copy_of(self, child_to_add: HConfigChild, *, merged: bool = False) -> HConfigChild:
        """Add a line like another one, without what is below it."""
        return _copied(self, child_to_add, merged)


class Tree(HConfig):
    """A configuration of such lines."""

    __slots__ = ()

    def instantiate_child(self, text: str) -> HConfigChild:
        """Make a line that will stand at the top."""
        return Line(self, text)

    def add_shallow_copy_of(self, child_to_add: HConfigChild, *, merged: bool = False) -> HConfigChild:
        """Add a line like another one, without what is below it."""
        return _copied(self, child_to_add, merged)

    def deep_copy(self) -> HConfig:
        """Copy the whole tree."""
        copy = Tree(self.driver)
        for child in self.children:
            copy.add_deep_copy_of(child)
        return copy

    def config_to_get_to(self, target: HConfig, delta: HConfig | None = None) -> HConfig:
        """Work out the lines that lead to another configuration; whole sections of it are those of the target."""
        return super().config_to_get_to(target, _Difference(self.driver) if delta is None else delta)


class _Difference(Tree):
    """What leads from one tree to another: a section that is new is not copied to be typed."""

    __slots__ = ()

    def add_deep_copy_of(self, child_to_add: HConfigChild, *, merged: bool = False) -> HConfigChild:  # noqa: ARG002
        """Show a section of the target here too."""
        return put(self, child_to_add)


def put(section: HConfig | HConfigChild, line: HConfigChild) -> HConfigChild:
    """Show a line of another tree here too, with all that is below it: nobody may put anything else below it then."""
    if section.children is _NOTHING_BELOW:
        section.children = HConfigChildren()
    return section.children.append(line)


def _copied(section: HConfig | HConfigChild, line: HConfigChild, merged: bool) -> HConfigChild:  # as it is called with
    new = section.add_child(line.text, return_if_present=merged)
    new.order_weight = line.order_weight
    return new
