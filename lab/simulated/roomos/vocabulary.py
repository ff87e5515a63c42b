"""The language of RoomOS: one kind of line, `xConfiguration PATH: VALUE`; which paths there are is in `settings.py`."""

from __future__ import annotations

import re

from lab.simulated.vocabulary import Vocabulary

ROOMOS = Vocabulary(
    modes={"config": "%xConfiguration <line> !setting\n~hostname = <line>"},
    indentation=1,
    interface_name=lambda _text: None,
    banner=re.compile(r"(?!)"),
    banner_end="",
    closing_lines={},
    is_parted_by_word=False,
)
"""RoomOS."""
