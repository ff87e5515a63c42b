"""A YAML loader that guesses nothing: dates, times and country codes stay the text that was written.

PyYAML follows YAML 1.1, where `16:30` is the number 990, `010` is 8 and `no` is false. Here only what YAML 1.2 calls
an integer, a float, a boolean or null becomes one (YAML 1.2.2, 10.3.2); the models judge everything else as text.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import yaml

_TAG = "tag:yaml.org,2002:"
_TYPES: tuple[tuple[str, str, str], ...] = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan", "-+.0123456789"),
)


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The quick safe loader, less what it guesses."""

    yaml_implicit_resolvers: ClassVar[dict[Any, Any]] = {}
    yaml_constructors: ClassVar[dict[Any, Any]] = {}


def _scalar(name: str) -> Any:
    construct = yaml.SafeLoader.yaml_constructors[_TAG + name]

    def constructed(loader: Loader, node: yaml.ScalarNode) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, KeyError) as error:  # a tag written out, or more digits than Python reads
            raise yaml.constructor.ConstructorError(
                None, None, f"a value that is no {name}", node.start_mark
            ) from error

    return constructed


for _name, _pattern, _first in _TYPES:
    Loader.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern})$"), list(_first))
    Loader.add_constructor(_TAG + _name, _scalar(_name))
Loader.add_implicit_resolver(_TAG + "null", re.compile(r"^$"), [""])
for _name in ("str", "seq", "map"):
    Loader.add_constructor(_TAG + _name, yaml.SafeLoader.yaml_constructors[_TAG + _name])
Loader.add_constructor(None, yaml.SafeLoader.construct_undefined)
