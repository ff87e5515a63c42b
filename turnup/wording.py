"""Words for what a model refuses: pydantic's problems as findings that say what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from turnup.findings import Finding, did_you_mean
from turnup.positions import FieldPath, Positions, dotted
from turnup.scalars import LOGIN_PATTERN, MAC_PATTERN, REALM_PATTERN, SLOT_PATTERN

_PATTERNS = {
    r"^[A-Z][A-Z0-9-]{1,15}$": "2 to 16 capitals, digits and hyphens, such as HF-LIB-01",
    r"^[A-Za-z][A-Za-z0-9-]{0,62}$": "the name of a device: letters, digits and hyphens, such as HF-LIB-01-SW1",
    r"^[A-Z]{2,8}-\d{4}-\d{4}$": "a reference such as LBHF-2026-0042",
    r"^L[0-9]{1,4}$": "L and a number, such as L1",
    r"^[a-z0-9][a-z0-9._+-]*@[a-z0-9.-]+$": "a role address in lower case, such as head-of-ict@lbhf.example",
    r"^[A-Z][A-Z0-9-]{1,23}$": "a code of 2 to 24 capitals, digits and hyphens",
    r"^[A-Za-z][A-Za-z0-9]{0,11}$": "a name of 1 to 12 letters and digits that begins with a letter",
    r"^[A-Z][A-Z0-9]{0,11}$": "a name of 1 to 12 capitals and digits that begins with a letter",
    r"^[A-Za-z][A-Za-z0-9_-]*$": "a name of letters, digits, _ and - that begins with a letter",
    MAC_PATTERN: "a hardware address such as 0000.5e00.5301",
    LOGIN_PATTERN: "a name and a realm in lower case, such as reader@wcc.example",
    r"^[a-z][a-z0-9]{0,7}$": "a name of 1 to 8 letters and digits in lower case that begins with a letter",
    SLOT_PATTERN: "a secret by reference and version: env:TURNUP_SECRET_NAME@1 or file:secrets/NAME@1",
    r"^[0-9]{15}$": "15 digits, such as 001010000000001",
    r"^89[0-9]{17,18}$": "19 or 20 digits that begin with 89, in quotes",
    r"^[1-9][0-9]{2,5}$": '3 to 6 digits of which the first is not 0, in quotes, such as "2001"',
    r"^[0-9]{1,2}$": "one or two digits, in quotes",
    r"^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}$": "a MAC address, such as 00-00-5E-00-53-01",
    REALM_PATTERN: "a domain name in lower case, such as wcc.voice.example",
    r"^\+[1-9][0-9]{6,14}$": "+, country code and number, in quotes, such as +447700900123",
    r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$": "a postcode in capitals, such as W6 7AT",
}

_KINDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "string_pattern_mismatch": lambda bound: _PATTERNS.get(bound["pattern"], f"text that matches {bound['pattern']}"),
    "string_too_short": lambda bound: f"at least {bound['min_length']} characters",
    "string_too_long": lambda bound: f"at most {bound['max_length']} characters",
    "string_type": lambda _: "text",
    "too_short": lambda bound: f"at least {bound['min_length']}",
    "too_long": lambda bound: f"at most {bound['max_length']}",
    "tuple_type": lambda _: "a list",
    "dict_type": lambda _: "fields with values",
    "model_type": lambda _: "fields with values",
    "int_type": lambda _: "a whole number",
    "int_parsing": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "greater_than_equal": lambda bound: f"at least {bound['ge']}",
    "less_than_equal": lambda bound: f"at most {bound['le']}",
    "decimal_parsing": lambda _: 'an amount in pounds, such as "4200.00"',
    "decimal_type": lambda _: 'an amount in pounds, such as "4200.00"',
    "decimal_max_places": lambda _: "an amount to the penny",
    "timezone_aware": lambda _: "an instant with its offset, such as 2026-11-23T10:15:00+00:00",
    "datetime_from_date_parsing": lambda _: "an instant with its offset, such as 2026-11-23T10:15:00+00:00",
    "date_from_datetime_parsing": lambda _: "a date that exists, as YYYY-MM-DD",
    "date_from_datetime_inexact": lambda _: "a date without a time, as YYYY-MM-DD",
    "invalid_key": lambda _: "a name that is text",
}


def findings_of(
    error: ValidationError,
    model: type[BaseModel],
    positions: Positions,
    *,
    below: FieldPath = (),
    noun: str = "field",
) -> tuple[Finding, ...]:
    """Turn all that pydantic refused into findings, in the order of the file.

    Args:
        error: what the model raised.
        model: the model, for the names that it knows.
        positions: where the fields stand.
        below: path of the model's content inside the file.
        noun: what its fields are called: `field` or `parameter`; other than `field` it also leads the rule.
    """
    problems = [problem for problem in error.errors(include_url=False) if not _is_echo(problem)]
    findings = (_finding(problem, model, positions, below, noun) for problem in problems)
    return tuple(sorted(findings, key=lambda finding: (finding.file != positions.file, finding.file, finding.line)))


def _is_echo(problem: Mapping[str, Any]) -> bool:
    """Pydantic calls a list too short whose members it refused itself: the members' findings are enough."""
    value = problem.get("input")
    return problem["type"] == "too_short" and isinstance(value, list) and len(value) >= problem["ctx"]["min_length"]


def _finding(
    problem: Mapping[str, Any], model: type[BaseModel], positions: Positions, below: FieldPath, noun: str
) -> Finding:
    location: FieldPath = tuple(problem["loc"])
    kind = str(problem["type"])
    expected, found, remedy = _expected(problem), shown(problem.get("input")), f"Correct the {noun}."
    if kind == "extra_forbidden":
        expected, found = f"a known {noun}", plain(location[-1])
        remedy = did_you_mean(found, known_fields(model, location[:-1]))
    elif kind == "missing":
        expected, found, remedy = f"the {noun} {location[-1]}", "none", "Add it."
    elif (problem.get("ctx") or {}).get("pattern") == SLOT_PATTERN:
        found = "another form"  # it may be the secret itself
        remedy = "An order names a secret and never holds it: if this was one, give both ends another."
    elif kind == "enum":
        remedy = did_you_mean(plain(problem.get("input")), _choices(str(problem["ctx"]["expected"])))
    path = (*below, *location)
    rule = kind.replace("_", "-") if noun == "field" else f"{noun}-{kind.replace('_', '-')}"
    return Finding(*positions.place_of(path), dotted(path), rule, expected, found, remedy)


def _expected(problem: Mapping[str, Any]) -> str:
    worded = _KINDS.get(str(problem["type"]))
    if worded is not None:
        return worded(problem.get("ctx") or {})
    message = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return plain(message[:1].lower() + message[1:])


def _choices(expected: str) -> list[str]:
    """The words of an enum, from pydantic's `'a', 'b' or 'c'`."""
    return [word.strip(" '") for word in expected.replace(" or ", ", ").split(",") if word.strip(" '")]


def shown(value: object) -> str:
    """Show a value in at most 80 characters of one line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def plain(value: object) -> str:
    """Show a word as it is, unless it holds what could break out of its line or paint a terminal."""
    text = str(value)
    return text if text.isprintable() and len(text) <= 80 else shown(text)


def known_fields(model: type[BaseModel], location: FieldPath) -> list[str]:
    """Names of the fields at a place of a model; none where it has no model."""
    here: type[BaseModel] | None = model
    for step in location:
        if isinstance(step, int) or here is None:
            continue
        known = here.model_fields.get(step)
        here = _model_in(known.annotation) if known is not None else None
    return sorted(here.model_fields) if here is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in get_args(annotation))
    return next((found for found in inner if found is not None), None)
