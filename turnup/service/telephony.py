"""What all telephone services of a buyer share on a session border controller: its customer number and its realm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.errors import DesignError

if TYPE_CHECKING:
    from turnup.allocation import Allocator
    from turnup.buyers import Telephony
    from turnup.positions import FieldPath
    from turnup.service.checked import CheckedLine
    from turnup.service.order import Order
    from turnup.service.view import Report, View


def telephony_of(order: Order) -> Telephony:
    """The telephony of an order's buyer.

    Raises:
        DesignError: it has none.
    """
    found = order.buyer.telephony
    if found is None:
        where, remedy = f"inventory/buyers/{order.buyer.code}.yaml", "Add `telephony` with realm, proxy and numbers."
        raise DesignError(where, "telephony", "none", remedy)
    return found


def check_telephony(view: View, ours: tuple[CheckedLine, ...], report: Report) -> None:
    """Check that a buyer who orders what registers has a realm and numbers, and can have a customer's number.

    Args:
        view: has the buyer.
        ours: the lines that order it; with none, nothing is asked.
        report: takes the findings, at the first of them.
    """
    check_customers(view, ours, report)
    if ours and view.buyer is not None and view.buyer.telephony is None:
        remedy = f"Add `telephony` to inventory/buyers/{view.buyer.code}.yaml."
        place: FieldPath = ("lines", ours[0].index, "product")
        report.add(place, "buyer-has-telephony", f"telephony of {view.buyer.code}", "none", remedy)


def check_customers(view: View, ours: tuple[CheckedLine, ...], report: Report) -> None:
    """Check that the framework gives out customers' numbers, where a line needs one.

    Args:
        view: has the framework.
        ours: the lines that need one; with none, nothing is asked.
        report: takes the finding, at the first of them.
    """
    if ours and view.framework is not None and view.framework.pools.telephone_customers is None:
        name = view.framework.reference
        remedy = f"Add pools.telephone_customers to inventory/frameworks/{name}/framework.yaml."
        place: FieldPath = ("lines", ours[0].index, "product")
        report.add(place, "framework-has-customers", f"customers' numbers in {name}", "none", remedy)


def take_customer(order: Order, allocator: Allocator, holder: str, key: str) -> int:
    """Take a customer's number on the session border controllers, of the framework's pool.

    Raises:
        PoolExhausted: none is left.
        DesignError: the framework gives none out.
    """
    name, span = order.framework.reference, order.framework.pools.telephone_customers
    if span is None:
        where = f"inventory/frameworks/{name}/framework.yaml"
        raise DesignError(where, "pools.telephone_customers", "none", "Add the first and the last number.")
    return allocator.take_number(f"customer/{name}", span, holder, key)


def customer_of(order: Order, allocator: Allocator) -> int:
    """The number of an order's buyer on the session border controllers, the same for all its services.

    Its realm is taken with it, so that no other buyer can have it.

    Raises:
        PoolExhausted: no number is left.
        DesignError: the buyer has no telephony, or another one has its realm.
    """
    owner, holder = order.framework.reference, f"buyer/{order.buyer.code}"
    allocator.claim(f"realm/{owner}", telephony_of(order).realm, holder, "realm")
    return take_customer(order, allocator, holder, "customer")


def claim_number(order: Order, allocator: Allocator, number: str, holder: str, key: str) -> str:
    """Take one telephone number: nobody else has it.

    Raises:
        DesignError: somebody else holds it.
    """
    return allocator.claim(f"number/{order.framework.reference}", number, holder, key)
