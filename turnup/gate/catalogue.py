"""Catalogue: products exist, parameters are typed and inside the contract's limits, charges inside the price list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from turnup.call_off import OrderLine
from turnup.findings import did_you_mean
from turnup.framework import Framework, Limit, Product
from turnup.gate.view import Report
from turnup.parameters import PARAMETERS, Parameters
from turnup.positions import FieldPath


def check_product(framework: Framework, index: int, line: OrderLine, report: Report) -> Product | None:
    """Find the product of a line and check its charges."""
    product = framework.product(line.product)
    if product is None:
        remedy = did_you_mean(line.product, (each.code for each in framework.products))
        expected = f"a product of the catalogue of {framework.reference}"
        report.add(("lines", index, "product"), "product-exists", expected, line.product, remedy)
        return None
    charges = (("one_off_gbp", line.one_off_gbp, product.one_off_gbp_max),)
    for name, charge, most in (*charges, ("monthly_gbp", line.monthly_gbp, product.monthly_gbp_max)):
        if charge > most:
            remedy = "Correct the charge; the price list is part of the contract."
            report.add(("lines", index, name), "price-list", f"at most £{most:,.2f}", f"£{charge:,.2f}", remedy)
    return product


def check_parameters(product: Product, index: int, line: OrderLine, report: Report) -> Parameters | None:
    """Type the parameters of a line and check them against the limits of the product."""
    place: FieldPath = ("lines", index, "parameters")
    model = PARAMETERS.get(product.service)
    if model is None:
        remedy = f"Order one of: {', '.join(sorted(PARAMETERS))}."
        report.add(place, "service-available", "a service that can be ordered", product.service, remedy)
        return None
    _check_limits(product, place, line.parameters, report)
    try:
        return model.model_validate(line.parameters)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            _add_problem(place, model, problem, report)
        return None


def _add_problem(place: FieldPath, model: type[BaseModel], problem: Mapping[str, Any], report: Report) -> None:
    location: FieldPath = tuple(problem["loc"])
    kind = str(problem["type"])
    expected = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    found, remedy = repr(problem.get("input"))[:80], "Correct the parameter."
    if kind == "extra_forbidden":
        expected, found = "a known parameter", str(location[-1])
        remedy = did_you_mean(found, known_fields(model, location[:-1]))
    elif kind == "missing":
        expected, found, remedy = f"the parameter {location[-1]}", "none", "Add it."
    report.add((*place, *location), f"parameter-{kind.replace('_', '-')}", expected, found, remedy)


def known_fields(model: type[BaseModel], location: FieldPath) -> list[str]:
    """Names of the parameters at a place of a parameter model."""
    names = sorted(model.model_fields)
    for step in location:
        if step == "segments":
            from turnup.parameters import Segment

            names = sorted(Segment.model_fields)
    return names


def _check_limits(product: Product, place: FieldPath, parameters: Mapping[str, Any], report: Report) -> None:
    for path, limit in product.limits.items():
        for where, value in _values_at(parameters, tuple(re.split(r"\.|(?=\[\])", path)), ()):
            words = _breach(limit, value)
            if words:
                remedy = f"The catalogue limits {path} of {product.code}; order what it allows."
                report.add((*place, *where), "catalogue-limit", words, repr(value), remedy)


def _values_at(content: Any, steps: tuple[str, ...], above: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    """Yield each value at a path such as `segments[].hosts`."""
    if not steps:
        yield above, content
    elif steps[0] == "[]":
        if isinstance(content, list | tuple):
            for index, each in enumerate(content):
                yield from _values_at(each, steps[1:], (*above, index))
    elif isinstance(content, Mapping) and steps[0] in content:
        yield from _values_at(content[steps[0]], steps[1:], (*above, steps[0]))


def _breach(limit: Limit, value: Any) -> str:
    if limit.choices and value not in limit.choices:
        return f"one of {', '.join(str(choice) for choice in limit.choices)}"
    number = len(value) if isinstance(value, list | tuple) else value
    if not isinstance(number, int):
        return ""
    if limit.minimum is not None and number < limit.minimum:
        return f"at least {limit.minimum}"
    if limit.maximum is not None and number > limit.maximum:
        return f"at most {limit.maximum}"
    return ""
