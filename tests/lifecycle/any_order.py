"""Orders by chance, scene by scene: whatever the gate lets a buyer ask for, within the numbers that the scene has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

Order = dict[str, Any]
BARRED = ("premium", "international", "directory", "mobile")
PREFIXES = (None, "9", "8")


def some(draw: st.DrawFn, values: Sequence[Any], least: int = 0, most: int | None = None) -> list[Any]:
    """A few of these, each once, in an order by chance."""
    most = len(values) if most is None else most
    return draw(st.lists(st.sampled_from(values), unique=True, min_size=least, max_size=most))


def given_or_not(order: Order) -> Order:
    """An order as it is written: what is not asked for is left out."""
    return {key: value for key, value in order.items() if value is not None}


def number(place: int) -> str:
    return f"+44207946{place:04}"


@st.composite
def trunks(draw: st.DrawFn, pbxs: tuple[str, ...], first: int, last: int, ports: int = 0) -> Order:
    ends = sorted(draw(st.lists(st.integers(first, last), unique=True, min_size=2, max_size=6)))
    ranges = list(zip(ends[::2], ends[1::2], strict=False))
    places = (None, {"uprn": 10033000105, "postcode": "W9 2BE"}, {"uprn": 10033000106, "postcode": "W9 2BF"})
    numbers = [
        {"first": number(low), "last": number(high)} | (draw(st.sampled_from(places)) or {}) for low, high in ranges
    ]
    own = [number(each) for low, high in ranges for each in range(low, high + 1)]
    names = some(draw, ("LIFT", "ALARM", "DOOR", "FAX"), most=min(ports, len(own)))
    analogue = [{"name": name, "number": each} for name, each in zip(names, draw(st.permutations(own)), strict=False)]
    return given_or_not(
        {
            "pbx": draw(st.sampled_from(pbxs)),
            "pbx_port": draw(st.sampled_from((5060, 5070))),
            "main_number": draw(st.sampled_from(own)),
            "channels": draw(st.sampled_from((2, 30))),
            "outside_prefix": draw(st.sampled_from(PREFIXES)),
            "barred": some(draw, BARRED),
            "numbers": numbers,
            "analogue": analogue if ports else None,
        }
    )


@st.composite
def telephones(draw: st.DrawFn) -> Order:
    length = draw(st.sampled_from((4, 5)))
    inside = [f"20{each:0{length - 2}}" for each in (*range(10, 22), 31)]
    ddis = iter(draw(st.permutations([number(each) for each in range(161, 180)])))
    chosen = [*inside[:10]] if draw(st.booleans()) else some(draw, inside, 1, 5)

    def ddi() -> str | None:
        return next(ddis) if draw(st.booleans()) else None

    extensions = [
        given_or_not(
            {
                "number": each,
                "name": draw(st.sampled_from(("Desk", "Office"))),
                "secret": f"env:TURNUP_SECRET_{each}@{draw(st.integers(1, 2))}",
                "ddi": ddi(),
                "voicemail": draw(st.booleans()),
            }
        )
        for each in chosen
    ]
    groups = [
        given_or_not(
            {
                "number": f"29{each:0{length - 2}}",
                "name": "Everybody",
                "members": some(draw, chosen, 1, 3),
                "ddi": ddi(),
                "voicemail": draw(st.booleans()),
            }
        )
        for each in some(draw, (1, 2))
    ]
    phones = [
        {
            "mac": f"00-00-5E-00-53-0{each}",
            "make": draw(st.sampled_from(("yealink", "snom"))),
            "extension": draw(st.sampled_from(chosen)),
        }
        for each in some(draw, (1, 2, 3))
    ]
    return given_or_not(
        {
            "main_number": draw(st.sampled_from((number(160), number(180)))),
            "extension_length": length,
            "outside_prefix": draw(st.sampled_from(PREFIXES)),
            "voicemail_number": draw(st.sampled_from((None, f"28{0:0{length - 2}}"))),
            "barred": some(draw, BARRED),
            "extensions": extensions,
            "hunt_groups": groups,
            "phones": phones,
        }
    )


@st.composite
def rooms(draw: st.DrawFn) -> Order:
    inside = iter(draw(st.permutations(["5150", "5151", "5152", "5160"])))
    outside = iter(draw(st.permutations([number(each) for each in range(190, 194)])))

    def reached(name: str) -> Order:
        secret = f"env:TURNUP_SECRET_{name}@{draw(st.integers(1, 2))}"
        return {"number": next(inside), "ddi": next(outside), "secret": secret}

    codecs = some(draw, ("WCC-LIB-08-CX1", "WCC-LIB-08-CX2", "WCC-LIB-08-CX3"), 1)
    names = st.sampled_from(("Meeting room", "Board room"))
    return given_or_not(
        {
            "outside_prefix": draw(st.sampled_from(PREFIXES)),
            "rooms": [{"codec": each, "name": draw(names)} | reached(each[-3:]) for each in codecs],
            "bridge": reached("BRIDGE") if draw(st.booleans()) else None,
        }
    )


NETWORKS = {"corp": "corporate", "old": "corporate", "guest": "guest", "makers": "guest", "roam": "roaming"}
SEGMENTS = ("STAFF", "VISITORS", "DEVICES", "ROAMERS")


@st.composite
def networks(draw: st.DrawFn) -> Order:
    def network(name: str) -> Order:
        purpose = NETWORKS[name] if name == "roam" else draw(st.sampled_from(("corporate", "guest")))
        ssid = draw(st.sampled_from(("govroam", "eduroam") if name == "roam" else (f"The {name}", f"{name} 2")))
        word = f"env:TURNUP_SECRET_{name.upper()}@{draw(st.integers(1, 2))}"
        return given_or_not(
            {
                "name": name,
                "purpose": purpose,
                "ssid": ssid,
                "segment": draw(st.sampled_from(SEGMENTS)),
                "security": draw(st.sampled_from(("wpa2", "wpa2-wpa3", "wpa3"))),
                "passphrase": word if purpose == "guest" and draw(st.booleans()) else None,
                "bands": some(draw, ("2.4", "5")),
            }
        )

    def account(name: str, realm: str) -> Order:
        return given_or_not(
            {
                "login": f"{name}@{realm}",
                "password": f"env:TURNUP_SECRET_{name.upper()}@{draw(st.integers(1, 2))}",
                "segment": draw(st.sampled_from((None, *SEGMENTS))),
                "barred": draw(st.booleans()),
            }
        )

    ordered = [network(each) for each in some(draw, tuple(NETWORKS), 1, 4)]
    if all(each["purpose"] == "guest" for each in ordered):
        return {"networks": ordered}
    realm = draw(st.sampled_from(("library.example", "people.library.example")))
    return {
        "networks": ordered,
        "realm": realm,
        "radius_key": f"env:TURNUP_SECRET_RADIUS@{draw(st.integers(1, 2))}",
        "accounts": [account(each, realm) for each in some(draw, ("librarian", "kiosk", "leaver"))],
    }


CARDS = ("8901001000000000216", "8901001000000000224", "8901001000000000232", "8901001000000000240")


@st.composite
def sims(draw: st.DrawFn) -> Order:
    cards, lines = draw(st.permutations(CARDS)), draw(st.permutations(range(121, 125)))
    return {
        "sims": [
            {
                "iccid": card,
                "imsi": f"0010100000000{each}",
                "msisdn": f"+447700900{line}",
                "barred": draw(st.booleans()),
            }
            for each, card, line in zip(some(draw, (21, 22, 23, 24), 1), cards, lines, strict=False)
        ]
    }


CAMERAS = st.builds(
    lambda name, cameras, recorders: {"name": name, "cameras": cameras, "recorders": recorders},
    st.sampled_from(("CCTV", "ENTRANCES")),
    st.integers(1, 4),
    st.integers(1, 2),
)

ANY_ORDER: Mapping[str, Callable[[], st.SearchStrategy[Order]]] = {
    "landline/depot": lambda: trunks(("203.0.113.74", "203.0.113.75"), 100, 159),
    "landline/museum": lambda: trunks(("10.80.160.10", "10.80.160.11"), 200, 249, ports=4),
    "uc/library": telephones,
    "video/library": rooms,
    "mobile/depot": sims,
    "wireless/library": networks,
    "wireless/controlled": networks,
    "cctv/ios": lambda: CAMERAS,
    "cctv/eos": lambda: CAMERAS,
    "cctv/junos": lambda: CAMERAS,
    "cctv/ovs": lambda: CAMERAS,
}
"""Orders of each scene of `orders.yaml`."""
