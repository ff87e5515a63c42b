"""The framework: the umbrella agreement, its lots, term, rules, catalogue and provider pools.

Everything marked (c) in the contract is data in the framework's file, never a constant in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field

from turnup.model import Model
from turnup.scalars import Asn, LineText


def _to_the_penny(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


Pounds = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2), AfterValidator(_to_the_penny)]
"""Pounds sterling without VAT, to the penny; `1250` and `1250.00` are one value with one spelling."""

CodeText = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{1,23}$")]
"""A code of the contract: framework, lot, product, buyer."""


ServiceText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,23}$")]
"""The name of a service."""


class BuyerClass(StrEnum):
    """The classes of public body that may call off."""

    BOROUGH = "borough"
    NHS = "nhs"
    SCHOOL = "school"
    TRANSPORT = "transport"
    POLICE = "police"
    LANDLORD = "landlord"
    WASTE = "waste"


class OverCeiling(StrEnum):
    """What happens to a call-off that would pass a ceiling."""

    BLOCK = "block"
    WARN = "warn"


class DayCount(StrEnum):
    """From when days late are counted for a delay payment."""

    FROM_MILESTONE = "from_milestone"
    AFTER_MILESTONE = "after_milestone"


class Term(Model):
    """First and last London date of a term, both inside it."""

    starts: date
    ends: date


class Lot(Model):
    """A division of the framework with a ceiling of its own."""

    code: CodeText
    title: LineText
    ceiling_gbp: Pounds


class Limit(Model):
    """What the contract allows of one parameter of a product; each bound may be absent."""

    choices: tuple[int | str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


class Product(Model):
    """One thing that may be ordered.

    Attributes:
        lead_time_working_days: net working days after day 0, up to and including completion.
        longer_with: working days that are added where an order has a parameter, such as `port`.
        limits: bounds by parameter path, such as `rate_mbps` or `segments[].hosts`.
        one_off_gbp_max: highest one-off charge of the price list.
        monthly_gbp_max: highest monthly charge of the price list.
    """

    code: CodeText
    title: LineText
    lot: CodeText
    service: ServiceText
    lead_time_working_days: Annotated[int, Field(ge=1, le=400)]
    longer_with: dict[str, Annotated[int, Field(ge=1, le=400)]] = Field(default_factory=dict)
    limits: dict[str, Limit] = Field(default_factory=dict)
    one_off_gbp_max: Pounds
    monthly_gbp_max: Pounds

    def lead_time_with(self, parameters: Mapping[str, object]) -> int:
        """Net working days for an order with these parameters."""
        more = (days for name, days in self.longer_with.items() if parameters.get(name) not in (None, (), []))
        return self.lead_time_working_days + sum(more)


class DelayPayment(Model):
    """What is paid for each working day late, up to a cap, and how days are counted."""

    rate_gbp_per_day: Pounds
    cap_gbp: Pounds
    day_count: DayCount


def _growing(sizes: tuple[int, ...]) -> tuple[int, ...]:
    if sizes[:1] != (1,) or list(sizes) != sorted(sizes):
        raise ValueError("numbers of sites that begin with 1 (the canary) and do not shrink, such as [1, 5, 25, 100]")
    return sizes


class Rules(Model):
    """The contract's parameters.

    Attributes:
        eligible_classes: classes of buyer that may call off.
        eligible_region: code of the region in which a buyer must be.
        cut_off: London time after which an acknowledgement counts for the next working day.
        call_off_may_outlast_term: whether a call-off's own term may end after the framework's.
        maximum_call_off_months: longest term of a call-off with all its options.
        over_ceiling: refuse or warn.
        approval_valid_days: days for which an approval holds.
        right_first_time_days: days after acceptance in which a fault counts against it.
        quarantine_days: days for which a ceased value rests before it is given out again.
        wave_sites: how many sites the first, second, ... wave has, the canary's 1 first; the last number goes on.
        soak_minutes: how long the canary is left alone before the second wave begins.
        failure_budget: devices that may fail before no further site is begun; a count.
        failure_budget_percent: the same as a share of the plan's device changes; the smaller of the two wins.
    """

    eligible_classes: tuple[BuyerClass, ...]
    eligible_region: str
    cut_off: time
    call_off_may_outlast_term: bool
    maximum_call_off_months: Annotated[int, Field(ge=1, le=240)]
    over_ceiling: OverCeiling
    approval_valid_days: Annotated[int, Field(ge=1, le=3650)]
    right_first_time_days: Annotated[int, Field(ge=0, le=365)]
    quarantine_days: Annotated[int, Field(ge=0, le=365)]
    wave_sites: Annotated[tuple[Annotated[int, Field(ge=1, le=10_000)], ...], AfterValidator(_growing)] = (
        1,
        5,
        25,
        100,
    )
    soak_minutes: Annotated[float, Field(ge=0, le=10_080)] = 0
    failure_budget: Annotated[int, Field(ge=0, le=1000)]
    failure_budget_percent: Annotated[float, Field(ge=0, le=100)] = 100
    delay_payment: DelayPayment


def _of_customers(span: tuple[int, int]) -> tuple[int, int]:
    """Numbers below 1000 are the operator's own on an SBC: the carrier, emergency calls, voicemail."""
    first, last = span
    if not 1000 <= first <= last <= 999_999:
        raise ValueError("first and last of a span from 1000 to 999999; lower ones are the operator's own")
    return span


class ProviderPools(Model):
    """What the provider allocates from across all buyers.

    Attributes:
        provider_asn: ASN of the provider edge.
        customer_asns: first and last ASN given to sites.
        access_links: prefix from which each access tail takes a /31 (RFC 3021).
        route_distinguishers: first and last number N of `provider_asn:N`, one for each buyer.
        telephone_customers: first and last number of a customer on the session border controllers, one for each trunk
            and one for each buyer with telephones or rooms; none: the framework has no telephone services.
    """

    provider_asn: Asn
    customer_asns: tuple[Asn, Asn]
    access_links: IPv4Network
    route_distinguishers: tuple[int, int]
    telephone_customers: Annotated[tuple[int, int], AfterValidator(_of_customers)] | None = None


class Framework(Model):
    """The umbrella agreement."""

    reference: CodeText
    title: LineText
    supplier: LineText
    ocid: str
    term: Term
    ceiling_gbp: Pounds
    lots: tuple[Lot, ...]
    rules: Rules
    products: tuple[Product, ...]
    pools: ProviderPools

    def product(self, code: str) -> Product | None:
        """Find a product of the catalogue by its code."""
        return next((product for product in self.products if product.code == code), None)

    def lot(self, code: str) -> Lot | None:
        """Find a lot by its code."""
        return next((lot for lot in self.lots if lot.code == code), None)
