"""What rooms have to fit: codecs at their site, numbers of the buyer's, and a way to 999 and 112."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.dialplan import emergency_strings, lost_emergency_calls
from turnup.findings import did_you_mean
from turnup.service.telephony import check_telephony
from turnup.service.view import Report, View, site_file
from turnup.services.video.dial_plan import dial_rules
from turnup.services.video.parameters import Bridge, Room, VideoParameters
from turnup.sites import DeviceRole

if TYPE_CHECKING:
    from turnup.positions import FieldPath
    from turnup.service.checked import CheckedLine

NAME = "video"


def check_video(view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check that each room has a codec at its site, numbers of the buyer's, and a way to 999 and 112."""
    ours = tuple(line for line in lines if line.orders(NAME))
    check_telephony(view, ours, report)
    for line in ours:
        if line.site is not None and NAME not in line.site.served_by:
            remedy = f"Describe served_by.{NAME} in {site_file(line.site)}."
            expected = "session border controllers for the site"
            report.add(("lines", line.index, "site"), "video-ready", expected, f"no served_by.{NAME}", remedy)
        if isinstance(line.parameters, VideoParameters):
            _check_rooms(view, line, line.parameters, report)


def _check_rooms(view: View, line: CheckedLine, asked: VideoParameters, report: Report) -> None:
    above: FieldPath = ("lines", line.index, "parameters")
    devices = line.site.devices if line.site is not None else ()
    codecs = tuple(device.name for device in devices if device.role is DeviceRole.CODEC)
    named: list[tuple[FieldPath, Room | Bridge]] = [
        ((*above, "rooms", at), each) for at, each in enumerate(asked.rooms)
    ]
    if asked.bridge is not None:
        named.append(((*above, "bridge"), asked.bridge))
    seen: set[str] = set()
    for place, each in named:
        if isinstance(each, Room) and line.site is not None and each.codec not in codecs:
            remedy = (
                did_you_mean(each.codec, codecs)
                if codecs
                else f"Add it to inventory/sites/{line.site.code}/hosts.yaml."
            )
            report.add((*place, "codec"), "codec-exists", f"a codec of {line.site.code}", each.codec, remedy)
        if view.buyer is not None and view.buyer.telephony is not None and not view.buyer.telephony.has(each.ddi):
            expected = f"a number of {view.buyer.code}'s ranges"
            report.add((*place, "ddi"), "number-of-buyer", expected, each.ddi, "Take one of its own.")
        for field, value in (("number", each.number), ("ddi", each.ddi), *_codec_of(each)):
            if value in seen:
                report.add((*place, field), "video-unique", f"each {field} once", f"{value} again", "Change one.")
            seen.add(value)
        if each.number in emergency_strings(asked.outside_prefix or ""):
            expected = "a number that is not dialled in an emergency"
            report.add((*place, "number"), "emergency-free", expected, each.number, "Order another number.")
    for lost in lost_emergency_calls(dial_rules(asked, "realm"), asked.outside_prefix or ""):
        expected = f"{lost.dialled} to reach the emergency services"
        report.add((*above, "rooms"), "emergency-reachable", expected, lost.found, "Change the number that hides it.")


def _codec_of(each: Room | Bridge) -> tuple[tuple[str, str], ...]:
    return (("codec", each.codec),) if isinstance(each, Room) else ()
