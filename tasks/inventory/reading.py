"""Read a YAML file into a model, with every finding in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from tasks.inventory.yaml_loader import Loader
from turnup.errors import FileRefused
from turnup.findings import Finding, did_you_mean
from turnup.positions import FieldPath, Positions, dotted
from turnup.wording import findings_of, plain

MAXIMUM_BYTES = 4 * 1024 * 1024
MAXIMUM_DEPTH = 20

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_yaml(path: Path, shown: str = "") -> tuple[Any, Positions]:
    """Read one YAML document and where its fields stand.

    Args:
        path: the file.
        shown: its name in findings; the path unless given.

    Raises:
        FileRefused: missing, unreadable, too large, not UTF-8, malformed, with duplicate keys or with aliases.
    """
    notes = _Notes(shown or str(path))
    loader = None
    try:
        loader = Loader(read_text(path, notes.file))
        node = loader.get_single_node()
        if node is None:
            return None, Positions(notes.file)
        notes.take(node, ())
        if notes.findings:
            raise FileRefused(notes.file, tuple(notes.findings))
        return loader.construct_document(node), Positions(notes.file, notes.lines)
    except yaml.YAMLError as error:
        raise _malformed(notes.file, error) from None
    finally:
        if loader is not None:
            loader.dispose()


def refuse(positions: Positions, path: FieldPath, rule: str, expected: str, found: str, remedy: str) -> FileRefused:
    """Make the error for one thing that is wrong with a file."""
    finding = Finding(*positions.place_of(path), dotted(path), rule, expected, plain(found), remedy)
    return FileRefused(positions.file, (finding,))


def read_model(model: type[ModelT], content: Any, positions: Positions) -> ModelT:
    """Make a model of what a file holds.

    Raises:
        FileRefused: with a finding for each thing that is wrong.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise FileRefused(positions.file, findings_of(error, model, positions)) from None


_WORDS = {"found ": "", "but found ": "", "did not find expected ": "something else than "}
"""How libyaml begins to say what it found, and how it goes on after our `found`."""


def _malformed(shown: str, error: yaml.YAMLError) -> FileRefused:
    mark = getattr(error, "problem_mark", None)
    words = str(getattr(error, "problem", "") or error).splitlines()[0]
    words = re.sub(r"^(but )?found |^did not find expected ", lambda start: _WORDS[start.group()], words)
    positions = Positions(shown, {(): mark.line + 1} if mark is not None else {})
    return refuse(positions, (), "yaml", "well-formed YAML", words, "Mend it there.")


def read_text(path: Path, shown: str) -> str:
    """Read a text file that is not too large.

    Raises:
        FileRefused: missing, unreadable, too large or not UTF-8.
    """
    here = Positions(shown)
    try:
        with path.open("rb") as file:  # a device or pipe has no size: read no more than is allowed
            content = file.read(MAXIMUM_BYTES + 1)
        if len(content) > MAXIMUM_BYTES:
            raise refuse(here, (), "file-size", f"at most {MAXIMUM_BYTES} bytes", "more", "Split it.")
        return content.decode("utf-8")
    except FileNotFoundError:
        near = sorted(each.name for each in path.parent.glob(f"*{path.suffix}")) if path.parent.is_dir() else []
        remedy = did_you_mean(path.name, near) if near else f"Create it, or correct the name: {path}."
        raise refuse(here, (), "file-exists", "a file", "none", remedy) from None
    except UnicodeDecodeError as error:
        words = f"another byte at offset {error.start}"
        raise refuse(here, (), "utf-8", "text in UTF-8", words, "Save it as UTF-8.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        words = str(getattr(error, "strerror", "") or error)
        raise refuse(here, (), "readable", "a readable file", words, "Check its name, kind and permissions.") from None


@dataclass(slots=True)
class _Notes:
    """Where the fields of a file stand, and what YAML allows but an inventory does not."""

    file: str
    lines: dict[FieldPath, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def take(self, node: yaml.Node, path: FieldPath) -> None:
        """Note a node and all below it; each node once, so that aliases cannot multiply."""
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self.seen:
            self._find(line, path, "no-alias", "values written out", "an alias", "Write the value out again.")
            return
        if len(path) > MAXIMUM_DEPTH:
            self._find(line, path[:3], "depth", f"at most {MAXIMUM_DEPTH} levels", "more", "Make it flatter.")
            return
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            self._take_fields(node, path)
        elif isinstance(node, yaml.SequenceNode):
            for index, each in enumerate(node.value):
                self.take(each, (*path, index))

    def _take_fields(self, node: yaml.MappingNode, path: FieldPath) -> None:
        names: set[str] = set()
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            here = (*path, name)
            if name in names:
                self._find(line, here, "unique-key", "each key once", "it again", "Remove one of the two.")
            names.add(name)
            self.lines[here] = line
            self.take(value, here)

    def _find(self, line: int, path: FieldPath, rule: str, expected: str, found: str, remedy: str) -> None:
        self.findings.append(Finding(self.file, line, dotted(path), rule, expected, found, remedy))
