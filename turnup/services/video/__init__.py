"""Video: rooms with a codec each, that register as one number, and the number of the bridge at which they meet."""

from turnup.service.contract import Service
from turnup.services.video.checks import video_checks
from turnup.services.video.design import VideoDesign, design_video
from turnup.services.video.dial_plan import dial_rules
from turnup.services.video.intents import VideoCodec, VideoParts, video_intents
from turnup.services.video.parameters import VideoParameters
from turnup.services.video.rules import NAME, check_video

__all__ = [
    "NAME",
    "SERVICE",
    "VideoCodec",
    "VideoDesign",
    "VideoParameters",
    "VideoParts",
    "dial_rules",
]

SERVICE = Service(
    name=NAME,
    value=VideoParts,
    intents=video_intents,
    parameters=VideoParameters,
    check=check_video,
    design=design_video,
    checks=video_checks,
)
