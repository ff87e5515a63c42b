"""Special behaviour at the edge of a site: shares of a queue, translated addresses, BFD, tracked objects."""

from __future__ import annotations

import re

from lab.simulated.configuration import Change
from lab.simulated.grammar import Refusal

_PERCENT = re.compile(r"percent (\d+)")


def class_share(change: Change) -> str:
    """Shares of a policy sum up to 100 % at most, and a class has a bandwidth or a priority, not both."""
    match, section = change.match, change.section
    if match.negated:
        change.keep()
        return ""
    other = "bandwidth" if match.words[0] == "priority" else "priority"
    if section.get(other) is not None:
        raise Refusal(f"Must deconfigure {other} first.\n")
    policy = next(
        each.section
        for each in change.configuration.root.starting("policy-map")
        if each.section and any(every.section is section for every in each.section.starting("class"))
    )
    shares = [
        int(found.group(1))
        for entry in policy.starting("class")
        if entry.section is not None and entry.section is not section
        for line in (entry.section.value("priority"), entry.section.value("bandwidth"))
        if (found := _PERCENT.match(line))
    ]
    own = _PERCENT.match(match.words[-1]) if len(match.words) > 1 else None
    if own and sum(shares) + int(own.group(1)) > 100:
        raise Refusal("Sum total of class bandwidths exceeds 100 percent\n")
    change.keep()
    return ""


def nat_source(change: Change) -> str:
    """A translation that is in use goes only by force: else the device asks back."""
    match = change.match
    forced = match.words[-1].endswith("forced")
    if not match.negated:
        change.keep()
    elif not forced:
        raise Refusal("%Dynamic mapping in use, cannot remove\n")
    else:
        change.section.remove(*match.key)
    return ""


def track(change: Change) -> str:
    """A number is one object: another kind of it is refused while the first stands."""
    number = change.match.words[1]
    for entry in change.section.starting("track", number):
        if entry.words != change.match.words and not change.match.negated:
            raise Refusal(f"% Cannot change tracked object {number} - delete old config first\n")
    change.keep()
    return ""


_BFD = re.compile(r"(\d+) min_rx (\d+) multiplier (\d+)$")


def bfd_interval(change: Change) -> str:
    """Intervals of 50 to 999 ms on most hardware, at least 3 to 50 of which may be missed."""
    if not change.match.negated:
        found = _BFD.match(change.match.words[-1])
        if found is None:
            raise change.refusal()
        transmit, receive, multiplier = (int(each) for each in found.groups())
        if not (50 <= transmit <= 999 and 50 <= receive <= 999 and 3 <= multiplier <= 50):
            raise change.refusal()
    change.keep()
    return ""


QUIRKS = {
    "bfd_interval": bfd_interval,
    "class_share": class_share,
    "nat_source": nat_source,
    "track": track,
}
