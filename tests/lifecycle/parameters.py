"""What may be ordered, field by field, and what of it differs between two orders.

A field is its path, `networks.bands`. How it can change follows from its type: what may be left out comes and goes,
a list's members do, a flag is set and taken back, all else gets another value. Members of a list that have an identity
are compared with themselves; the identity itself changes as one that comes and one that goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from turnup.model import Model
from turnup.services.landline.parameters import AnalogueLine, Ddi
from turnup.services.mobile.parameters import Sim
from turnup.services.uc.parameters import Extension, HuntGroup, Phone
from turnup.services.video.parameters import Room
from turnup.services.wireless.parameters import Account, Network

IDENTITY: dict[type[Model], str] = {
    AnalogueLine: "name",
    Ddi: "first",
    Sim: "imsi",
    Extension: "number",
    HuntGroup: "number",
    Phone: "mac",
    Room: "codec",
    Account: "login",
    Network: "name",
}
"""By what a buyer knows a member of a list again."""

Change = tuple[str, str]
"""A field, and how it changes: `comes`, `goes`, `changes`, `is set`, `is taken back`."""


def possible_changes(model: type[Model], above: str = "") -> Iterator[Change]:
    """Every way in which an order of a service may differ from its former revision."""
    for name, field in model.model_fields.items():
        where = f"{above}{name}"
        inner, is_optional, is_list = _read(field.annotation)
        is_model = isinstance(inner, type) and issubclass(inner, Model)
        if is_optional or is_list:
            yield from ((where, "comes"), (where, "goes"))
        if is_model:
            identity = IDENTITY[inner] if is_list else ""
            yield from (each for each in possible_changes(inner, f"{where}.") if each[0] != f"{where}.{identity}")
        elif inner is bool:
            yield from ((where, "is set"), (where, "is taken back"))
        elif not is_list:
            yield where, "changes"


def _read(annotation: Any) -> tuple[Any, bool, bool]:
    """The type of a value, whether it may be left out, and whether there may be several."""
    is_optional = is_list = False
    while get_origin(annotation) is not None:
        origin, inside = get_origin(annotation), get_args(annotation)
        if origin in (Union, UnionType):
            is_optional = is_optional or type(None) in inside
            (annotation,) = (each for each in inside if each is not type(None))
            continue
        assert origin in (Annotated, tuple), annotation
        is_list = is_list or origin is tuple
        annotation = inside[0]
    return annotation, is_optional, is_list


def changes_between(old: Model, new: Model, above: str = "") -> Iterator[tuple[Change, dict[str, Any]]]:
    """What differs between two orders; with each the former values with this one change alone."""
    for name in type(old).model_fields:
        was, becomes, where = getattr(old, name), getattr(new, name), f"{above}{name}"
        if was == becomes:
            continue
        for change, value in _changes(where, was, becomes):
            yield change, {**old.model_dump(mode="json", exclude_none=True), name: value}


def _changes(where: str, was: Any, becomes: Any) -> Iterator[tuple[Change, Any]]:
    if isinstance(was, tuple):
        yield from _of_members(where, was, becomes)
    elif was is None or becomes is None:
        yield (where, "comes" if was is None else "goes"), _plain(becomes)
    elif isinstance(was, Model):
        yield from changes_between(was, becomes, f"{where}.")
    elif isinstance(was, bool):
        yield (where, "is set" if becomes else "is taken back"), becomes
    else:
        yield (where, "changes"), _plain(becomes)


def _of_members(where: str, was: tuple[Any, ...], becomes: tuple[Any, ...]) -> Iterator[tuple[Change, Any]]:
    former, coming = {_name(each): each for each in was}, {_name(each): each for each in becomes}
    if new := [each for name, each in coming.items() if name not in former]:
        yield (where, "comes"), [_plain(each) for each in (*was, *new)]
    if former.keys() - coming:
        yield (where, "goes"), [_plain(each) for name, each in former.items() if name in coming]
    for name in (name for name, each in former.items() if isinstance(each, Model) and name in coming):
        for change, value in changes_between(former[name], coming[name], f"{where}."):
            yield change, [value if _name(each) == name else _plain(each) for each in was]


def _name(member: Any) -> Any:
    return getattr(member, IDENTITY[type(member)]) if isinstance(member, Model) else member


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, Model) else _as_written(value)


def _as_written(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
