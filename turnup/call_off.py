"""The call-off, as ordered: frozen, revision by revision, before any rule has been checked."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue
from rfc8785 import CanonicalizationError

from turnup.buyers import Principal
from turnup.canonical import canonical_bytes, content_hash
from turnup.framework import CodeText, Pounds
from turnup.model import Model
from turnup.scalars import CallOffRefField, LineText, SiteCodeField


def _can_be_signed(value: Any) -> Any:
    try:
        canonical_bytes(value)
    except (ValueError, CanonicalizationError) as error:
        raise ValueError("numbers of at most 15 digits and text: what has one canonical form (RFC 8785)") from error
    return value


class Option(Model):
    """A right to extend the term.

    Attributes:
        months: length of the extension.
        exercised: whether the buyer has taken it; then it is committed value.
    """

    name: LineText
    months: Annotated[int, Field(ge=1, le=120)]
    exercised: bool = False


class OrderLine(Model):
    """One item of a call-off: one product at one site.

    Attributes:
        id: name of the line inside the call-off, such as `L1`; never given to another line.
        parameters: what the product needs to know, checked against the catalogue by the gate.
        customer_required_date: the buyer's CRD for this line, London date.
    """

    id: Annotated[str, Field(pattern=r"^L[0-9]{1,4}$")]
    product: CodeText
    site: SiteCodeField
    one_off_gbp: Pounds
    monthly_gbp: Pounds
    customer_required_date: date | None = None
    parameters: dict[str, Annotated[JsonValue, AfterValidator(_can_be_signed)]]


class CallOff(Model):
    """An order placed under a framework.

    Attributes:
        revision: 1 for the first; a variation is the next revision of the same reference.
        author: who drew the call-off up; may neither approve nor execute it.
        ordered_at: instant at which the buyer placed it.
        award_date: London date of the award; must lie inside the framework's term.
        starts: London date on which its own term starts.
        initial_term_months: months that are signed for.
    """

    reference: CallOffRefField
    revision: Annotated[int, Field(ge=1, le=9999)]
    framework: CodeText
    buyer: CodeText
    title: LineText
    author: Principal
    ordered_at: AwareDatetime
    award_date: date
    starts: date
    initial_term_months: Annotated[int, Field(ge=1, le=240)]
    options: tuple[Option, ...] = ()
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1)]

    def canonical(self) -> bytes:
        """The bytes that a signatory signs: RFC 8785 of the content, defaults filled in, money as strings."""
        return canonical_bytes(self.model_dump(mode="json"))

    def hash(self) -> str:
        """SHA-256 of the canonical bytes."""
        return content_hash(self.model_dump(mode="json"))
