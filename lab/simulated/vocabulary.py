"""What an operating system's configuration is made of, as data; each has its own, in a folder of its own.

`modes` is a table: one rule a line, in the order in which `show running-config` shows them.

    [@switch | @router] [+|~|%]... word <argument> [= word <argument>] [-> mode] [!quirk]

- words before `=` are the identity of the line: typing it again with another value replaces it. Without `=`
  the whole line is its identity, so several of them stand side by side;
- `(a|b)` is a choice; `<rest>` may be empty, `<line>` may not;
- `+` the device does it by default: only its `no` form is shown; `~` accepted and never shown;
- `%` shown sorted, all rules that begin with the same word together (the lines of one neighbour);
- `-> mode` the line opens a section; `!quirk` behaviour that no table can say, in `<system>/quirks*.py`;
- `no WORDS` names a beginning that may be removed as a whole, such as every line of one neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The configuration language of one operating system.

    Attributes:
        modes: mode to its rules.
        indentation: spaces by which a section is indented when shown.
        interface_name: writes an interface name in full; None when it is no interface.
        banner: matches the line that begins a banner; its groups are the kind and, if the line goes on, the rest.
        banner_end: the line that ends a banner; empty: the character (or `^C`) that the rest begins with does.
        closing_lines: mode of a section to the line that it ends with in the running config.
        is_parted_by_word: whether a `!` stands between lines of the top level that begin with different words.
    """

    modes: Mapping[str, str]
    indentation: int
    interface_name: Callable[[str], str | None]
    banner: re.Pattern[str]
    banner_end: str
    closing_lines: Mapping[str, str]
    is_parted_by_word: bool
