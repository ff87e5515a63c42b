"""Lists of VLANs as EOS writes them: neighbours as a range, be they only two."""

from __future__ import annotations

from collections.abc import Iterable

from lab.simulated.arguments import expand_vlans
from lab.simulated.grammar import Refusal


def compress(numbers: Iterable[int]) -> str:
    """Write VLAN numbers: `10-11,20`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def numbers_in(text: str) -> frozenset[int]:
    """Read a list.

    Raises:
        Refusal: it is none.
    """
    numbers = expand_vlans(text.replace(" ", ""))
    if numbers is None:
        raise Refusal(f"% Invalid VLAN list: {text}\n")
    return numbers
