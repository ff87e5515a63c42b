"""Buyers: who may call off, and who may sign for them."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated

from pydantic import Field, model_validator

from turnup.dialplan.numbers import NumberRange
from turnup.framework import BuyerClass, CodeText, Pounds
from turnup.model import Model
from turnup.scalars import ApnText, LineText, Msisdn, RealmText
from turnup.windows import Freeze

Principal = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._+-]*@[a-z0-9.-]+$")]
"""Who somebody is, as a role address such as `head-of-ict@lbhf.example`."""


PublicKey = Annotated[
    str, Field(pattern=r"^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-[a-z0-9@.-]+) [A-Za-z0-9+/=]+( [ -~]*)?$")
]
"""An OpenSSH public key line: one line, or it could bring a second signatory into the allowed-signers file."""


VrfName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]{0,11}$")]
"""Name of a VRF. Names made from it go on with a hyphen, so it has none: `NHS` can never mean a list of `NHS-NWL`."""


class EligibleBuyer(Model):
    """One entry of the framework's list of bodies that may call off.

    Attributes:
        identifier: official identifier: a GSS code for a borough (`E09000013`), else the scheme's own.
        region: code of the region in which it is (`E12000007` is London).
    """

    code: CodeText
    name: LineText
    buyer_class: BuyerClass
    identifier: str
    region: str


class Signatory(Model):
    """Who may approve for a buyer, up to a limit, with one public key.

    Attributes:
        limit_gbp: highest worst-case value of a call-off that this person may approve.
        public_key: OpenSSH public key line.
        valid_from, valid_until: London dates between which the key holds, both inside.
    """

    principal: Principal
    role: LineText
    limit_gbp: Pounds
    public_key: PublicKey
    valid_from: date
    valid_until: date


class PrivateApn(Model):
    """A buyer's own network for its SIMs.

    Attributes:
        apn: its access point name; no other buyer's.
        addresses: every SIM gets one of these; inside the buyer's aggregate and apart from its sites.
    """

    apn: ApnText
    addresses: IPv4Network


class NumberBlock(Model):
    """Telephone numbers of a buyer, from the first to the last, both inside (ITU-T E.164, with + and country code)."""

    first: Msisdn
    last: Msisdn

    @model_validator(mode="after")
    def _in_order(self) -> NumberBlock:
        if fault := self.range.fault:
            raise ValueError(fault)
        return self

    @property
    def range(self) -> NumberRange:
        """The same as a range."""
        return NumberRange(self.first, self.last)


class Telephony(Model):
    """A buyer on the provider's session border controllers, the same for its trunks, telephones and rooms.

    Attributes:
        realm: domain of its SIP addresses; no other buyer's.
        proxy: where its telephones and rooms register.
        numbers: the ranges that were given to it; no other buyer's.
    """

    realm: RealmText
    proxy: IPv4Address
    numbers: tuple[NumberBlock, ...] = ()

    def has(self, number: str) -> bool:
        """Whether a number lies in one of its ranges."""
        return any(each.range.has(number) for each in self.numbers)


class Buyer(Model):
    """A buyer that Turnup delivers to.

    Attributes:
        vrf: name of the buyer's VRF on provider devices: 1 to 12 letters and digits.
        aggregate: all site LANs of the buyer lie inside it.
        freezes: when none of its sites is changed, such as an election night or school exams.
        private_apn: where its SIMs are; none: it orders none.
        telephony: where its telephones are; none: it orders no telephony.
        realms: what stands behind the @ of its users when they ask for a network; no other buyer's.
    """

    code: CodeText
    name: LineText
    vrf: VrfName
    aggregate: IPv4Network
    private_apn: PrivateApn | None = None
    telephony: Telephony | None = None
    realms: tuple[RealmText, ...] = ()
    signatories: tuple[Signatory, ...]
    freezes: tuple[Freeze, ...] = ()

    def signatory(self, principal: str) -> Signatory | None:
        """Find a signatory by principal."""
        return next((one for one in self.signatories if one.principal == principal), None)
