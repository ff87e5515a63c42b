"""Read a YAML file into a model, with every finding in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from turnup.errors import FileRefused
from turnup.findings import Finding, did_you_mean
from turnup.positions import FieldPath, Positions, dotted

MAXIMUM_BYTES = 4 * 1024 * 1024


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The quick safe loader, but dates stay text: the models judge them, with their place in the file."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_yaml(path: Path, shown: str = "") -> tuple[Any, Positions]:
    """Read one YAML document and where its fields stand.

    Args:
        path: the file.
        shown: its name in findings; the path unless given.

    Raises:
        FileRefused: missing, unreadable, too large, not UTF-8, malformed, with duplicate keys or with aliases.
    """
    shown = shown or str(path)
    text = _read_text(path, shown)
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            lines: dict[FieldPath, int] = {}
            repeated: list[Finding] = []
            if node is not None:
                _note_lines(node, (), lines, repeated, shown, set())
            if repeated:
                raise FileRefused(shown, tuple(repeated))
            content = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 0
        words = str(getattr(error, "problem", "") or error).splitlines()[0]
        raise FileRefused(
            shown, (Finding(shown, line, "(whole file)", "yaml", "well-formed YAML", words, "Mend it there."),)
        ) from error
    return content, Positions(shown, lines)


def _read_text(path: Path, shown: str) -> str:
    def refused(rule: str, expected: str, found: str, remedy: str) -> FileRefused:
        return FileRefused(shown, (Finding(shown, 0, "(whole file)", rule, expected, found, remedy),))

    try:
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            raise refused("file-size", f"at most {MAXIMUM_BYTES} bytes", f"{size} bytes", "Split it.")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        near = sorted(each.name for each in path.parent.glob("*")) if path.parent.is_dir() else []
        remedy = did_you_mean(path.name, near) if near else f"Create it, or correct the name: {path}."
        raise refused("file-exists", "a file", "none", remedy) from error
    except UnicodeDecodeError as error:
        raise refused("utf-8", "text in UTF-8", f"another byte at {error.start}", "Save it as UTF-8.") from error
    except OSError as error:
        raise refused("readable", "a readable file", str(error.strerror), "Check its kind and permissions.") from error


def _note_lines(
    node: yaml.Node,
    path: FieldPath,
    lines: dict[FieldPath, int],
    repeated: list[Finding],
    shown: str,
    seen: set[int],
) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in seen and not isinstance(node, yaml.ScalarNode):
        line = node.start_mark.line + 1
        repeated.append(Finding(shown, line, dotted(path), "no-alias", "values written out", "an alias", "Repeat it."))
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            here = (*path, name)
            if name in keys:
                line = key.start_mark.line + 1
                remedy = "Remove one of the two."
                repeated.append(Finding(shown, line, dotted(here), "unique-key", "each key once", "it again", remedy))
            keys.add(name)
            lines[here] = key.start_mark.line + 1
            _note_lines(value, here, lines, repeated, shown, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(value, (*path, index), lines, repeated, shown, seen)


def read_model(model: type[ModelT], content: Any, positions: Positions) -> ModelT:
    """Make a model of what a file holds.

    Raises:
        FileRefused: with a finding for each thing that is wrong.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise FileRefused(positions.file, findings_of(error, model, positions)) from error


def findings_of(
    error: ValidationError, model: type[BaseModel], positions: Positions, prefix: FieldPath = ()
) -> tuple[Finding, ...]:
    """Turn what pydantic found into findings with lines, rules and remedies."""
    return tuple(
        _finding(problem, model, positions, prefix) for problem in error.errors(include_url=False, include_context=True)
    )


def _finding(problem: Any, model: type[BaseModel], positions: Positions, prefix: FieldPath) -> Finding:
    location: FieldPath = tuple(problem["loc"])
    path = (*prefix, *location)
    kind = str(problem["type"])
    expected, found, remedy = str(problem["msg"]), _shown(problem.get("input")), "Correct the value."
    if kind == "extra_forbidden":
        expected, found = "a known field", str(location[-1])
        remedy = did_you_mean(str(location[-1]), _fields_at(model, location[:-1]))
    elif kind == "missing":
        expected, found, remedy = f"the field {location[-1]}", "none", "Add it."
    elif kind == "enum":
        remedy = did_you_mean(str(problem.get("input")), _choices(problem))
    expected = expected.removeprefix("Value error, ").removeprefix("Input should be ")
    return Finding(
        positions.file, positions.line_of(path), dotted(path), kind.replace("_", "-"), expected, found, remedy
    )


def _choices(problem: Any) -> list[str]:
    words = str(problem.get("ctx", {}).get("expected", ""))
    return [word.strip(" '") for word in words.replace(" or ", ", ").split(",") if word.strip(" '")]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _fields_at(model: type[BaseModel], location: FieldPath) -> list[str]:
    """Names of the fields that are known at a place of a model."""
    here: Any = model
    for step in location:
        if isinstance(step, int):
            continue
        known = here.model_fields.get(step) if isinstance(here, type) and issubclass(here, BaseModel) else None
        if known is None:
            return []
        here = _model_in(known.annotation)
    return sorted(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
