"""Catalogue: products exist, parameters are typed and inside the contract's limits, charges inside the price list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from turnup.call_off import OrderLine
from turnup.findings import did_you_mean
from turnup.framework import Framework, Limit, Product
from turnup.model import Model
from turnup.positions import FieldPath
from turnup.service.view import Report
from turnup.services.registry import orderable, services
from turnup.wording import findings_of, shown


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


def check_parameters(product: Product, index: int, line: OrderLine, report: Report) -> Model | None:
    """Type the parameters of a line and check them against the limits of the product."""
    place: FieldPath = ("lines", index, "parameters")
    service = services().get(product.service)
    model = service.parameters if service is not None else None
    if model is None:
        remedy = f"Order one of: {', '.join(sorted(orderable()))}."
        report.add(place, "service-available", "a service that can be ordered", product.service, remedy)
        return None
    try:
        parameters = model.model_validate(line.parameters)
    except ValidationError as error:
        report.extend(findings_of(error, model, report.positions, below=place, noun="parameter"))
        _check_limits(product, place, line.parameters, report)
        return None
    # As typed, not as written: `"900"` is 900, and what is left out has its default.
    _check_limits(product, place, parameters.model_dump(), report)
    return parameters


def _check_limits(product: Product, place: FieldPath, parameters: Mapping[str, Any], report: Report) -> None:
    for path, limit in product.limits.items():
        for where, value in _values_at(parameters, tuple(re.split(r"\.|(?=\[\])", path)), ()):
            words = _breach(limit, value)
            if words:
                remedy = f"The catalogue limits {path} of {product.code}; order what it allows."
                report.add((*place, *where), "catalogue-limit", words, shown(value), remedy)


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
    if value is None:
        return ""
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
