"""What the templates of a SIP trunk get."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from turnup.dialplan import Rule


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """Numbers that begin alike, with the place from which their calls come.

    Attributes:
        prefix: what all of them begin with.
        expression: a regular expression for exactly these.
        free: how many digits follow the prefix.
    """

    prefix: str
    expression: str
    free: int
    uprn: int
    postcode: str


@dataclass(frozen=True, slots=True)
class LandlineSbc:
    """The trunk on the provider's SBC.

    Attributes:
        dialplan: number of its dialplan, gateways and addresses.
        peer: to whom its calls go and from whom they come: the PBX, or the voice gateway before it.
        main_number: what others see of a caller who gives no number of the trunk.
        channels: calls at once, to and from it; emergency calls are none of them.
        rules: how its calls go, the emergency services first.
    """

    dialplan: int
    name: str
    peer: IPv4Address
    peer_port: int
    main_number: str
    channels: int
    blocks: tuple[PlacedBlock, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class AnaloguePort:
    """An analogue line on its port of the voice gateway.

    Attributes:
        peer: number of its dial peer.
    """

    peer: int
    name: str
    number: str
    port: str


@dataclass(frozen=True, slots=True)
class Translation:
    """What becomes of a number before its dial peer is looked for: the first that fits, in the gateway's own words."""

    match: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A dial peer towards the provider.

    Attributes:
        peer: its number.
        is_emergency: never refused, however many calls there are.
    """

    peer: int
    pattern: str
    words: str
    is_emergency: bool = False


@dataclass(frozen=True, slots=True)
class LandlineGateway:
    """The trunk on the site's own voice gateway, between the PBX and the provider's SBC.

    Attributes:
        number: of its classes; its dial peers begin with it.
        patterns: of the trunk's own numbers.
    """

    number: int
    name: str
    sbc: IPv4Address
    pbx: IPv4Address
    pbx_port: int
    channels: int
    patterns: tuple[str, ...]
    translations: tuple[Translation, ...]
    outgoing: tuple[Outgoing, ...]
    analogue: tuple[AnaloguePort, ...]


@dataclass(frozen=True, slots=True)
class LandlineParts:
    """What the template gets: the part that this device plays, the other empty."""

    sbc: LandlineSbc | None = None
    gateway: LandlineGateway | None = None
