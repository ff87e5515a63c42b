"""Adoption: what stands on a device of what an order declares becomes ours without a push."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig, Takeover, paths_of
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.language import NEGATION
from turnup.change.slots import as_declared, given_back, slots_in
from turnup.change.tree import as_text, load_tree, path_set, remove_child
from turnup.fragments import Fragment

if TYPE_CHECKING:
    from hier_config import HConfig, HConfigChild

    from turnup.change.platforms import Language
    from turnup.plan.assemble import DeviceReading
    from turnup.scalars import Place
    from turnup.sites import Platform


@dataclass(frozen=True, slots=True)
class Adoption:
    """What is taken over on one device for the sake of one site.

    Attributes:
        fragments: what stands there of what the service lines declare; one that has nothing there is left out.
        rest: what is not as declared, as the change that would make it so.
    """

    fragments: tuple[Fragment, ...]
    rest: DeviceChange

    @property
    def unfinished(self) -> frozenset[str]:
        """Service lines that declare something which is not so yet."""
        language = LANGUAGES[self.rest.platform]
        adds, removes = frozenset(self.rest.adds), frozenset(self.rest.removes)
        return frozenset(
            fragment.service_line
            for fragment in self.rest.fragments
            for path in paths_of(self.rest.platform, (fragment,))
            if path in adds or (language.is_absence(path) and (*path[:-1], path[-1].removeprefix(NEGATION)) in removes)
        )

    @property
    def takeovers(self) -> tuple[Takeover, ...]:
        """Lines that become ours and stay all the same when the service line ends."""
        kept = LANGUAGES[self.rest.platform].kept_if_adopted
        paths = sorted(paths_of(self.rest.platform, self.fragments))
        return tuple(Takeover(path, path[-1]) for path in paths if kept.match(" / ".join(path)))

    @property
    def line_count(self) -> int:
        """Number of lines that become ours."""
        return len(paths_of(self.rest.platform, self.fragments))


@dataclass(frozen=True, slots=True)
class Explained:
    """How much of a device is explained by orders.

    Attributes:
        lines: number of lines that it has.
        explained: how many of them the ledger says are ours.
    """

    lines: int
    explained: int

    @property
    def percent(self) -> float:
        """Share of the lines that orders explain, 0 to 100; a device without lines is explained."""
        return 100.0 * self.explained / self.lines if self.lines else 100.0


def adopt_device(place: Place, platform: Platform, reading: DeviceReading, declared: tuple[Fragment, ...]) -> Adoption:
    """Find what a device has already of what is declared, and what is left to do.

    Args:
        place: the device, and for whose sake.
        platform: its platform.
        reading: what it has, and what of it is ours already: that is not adopted again.
        declared: what the service lines declare of it; a secret with its fingerprint is known where it stands.

    Raises:
        FragmentConflict: two service lines want one thing differently.
    """
    known = {each.service_line for each in reading.owned.fragments}
    running = load_tree(
        platform, reading.running, (*paths_of(platform, reading.owned.fragments), *paths_of(platform, declared))
    )
    declared = as_declared(declared)
    standing = (_standing(platform, running, each) for each in declared if each.service_line not in known)
    fragments = tuple(each for each in standing if each.text)
    if any(slots_in(each.text) for each in fragments):
        fragments = given_back(fragments, path_set(load_tree(platform, reading.running)))
    owned = OwnedConfig((*reading.owned.fragments, *fragments), reading.owned.takeovers)
    return Adoption(fragments, plan_device(place.site, place.device, platform, reading.running, owned, declared))


def _standing(platform: Platform, running: HConfig, fragment: Fragment) -> Fragment:
    """The part of a fragment that stands on the device."""
    wanted = load_tree(platform, fragment.text)
    kept = load_tree(platform, "")
    _keep(LANGUAGES[platform], wanted, running, kept)
    return Fragment(fragment.service_line, fragment.device, platform, as_text(platform, kept))


def _keep(
    language: Language,
    wanted: HConfig | HConfigChild,
    running: HConfig | HConfigChild,
    kept: HConfig | HConfigChild,
) -> None:
    for child in wanted.children:
        if language.is_absence(child):
            if child.text.removeprefix(NEGATION) not in running.children:
                kept.add_child(child.text)
            continue
        here = running.children.get(child.text)
        if here is None:
            continue
        copy = kept.add_child(child.text)
        _keep(language, child, here, copy)
        if child.children and all(language.is_absence(each) for each in copy.children):
            remove_child(kept, child.text)  # a section of which nothing is as declared is somebody else's


def explain(platform: Platform, reading: DeviceReading) -> Explained:
    """Count the lines of a device, and those that orders explain."""
    owned = paths_of(platform, reading.owned.fragments)
    lines = path_set(load_tree(platform, reading.running, owned))
    ours = paths_of(platform, reading.owned.as_declared().fragments)
    return Explained(len(lines), len(lines & ours))
