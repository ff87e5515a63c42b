"""The end of an answer: after our own marker, at the prompt, whatever messages come in between."""

from __future__ import annotations

import pytest

from tasks.devices.ending import AT_ANY_PROMPT, AT_EXEC_PROMPT, AT_PRIVILEGED_PROMPT, AT_PROMPT, Ending, without_prompt

MARKER = "!turnup-0a1b2c"
MESSAGE = "*Nov 25 21:00:00.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan110, changed state to up\n"
KNOWN = Ending(AT_PROMPT, MARKER, "HF-LIB-01-SW1")


@pytest.mark.parametrize(
    ("ending", "printed", "ends"),
    [
        (KNOWN, f"HF-LIB-01-SW1#{MARKER}\nHF-LIB-01-SW1#", True),
        (KNOWN, f"HF-LIB-01-SW1#{MARKER}\nHF-LIB-01-SW1(config)# ", True),
        (KNOWN, f"HF-LIB-01-SW1#{MARKER}\nHF-LIB-01-SW1", False),
        (KNOWN, f"HF-LIB-01-SW1#{MARKER}\n", False),
        (KNOWN, "HF-LIB-01-SW1#!turnup-000000\nHF-LIB-01-SW1#", False),
        (KNOWN, f"HF-LIB-01-SW1#{MARKER}\nOTHER#", False),
        # What is typed ahead is printed back at once by some; only behind the last one the answer ends.
        (KNOWN, f"show clock\n{MARKER}\n12:00\nHF-LIB-01-SW1#", False),
        (KNOWN, f"show clock\n{MARKER}\n12:00\nHF-LIB-01-SW1#{MARKER}\nHF-LIB-01-SW1#", True),
        (KNOWN, f"HF-LIB-01-SW1#{MARKER}\n{MESSAGE}HF-LIB-01-SW1#", True),
        (KNOWN, f"HF-LIB-01-SW1#{MARKER}\nHF-LIB-01-SW1#\n{MESSAGE}", True),
        (Ending(AT_ANY_PROMPT, MARKER), f"{MARKER}\nWelcome back >", True),
        (Ending(AT_PRIVILEGED_PROMPT, MARKER), f"{MARKER}\nSW1(config-if)#", True),
        (Ending(AT_PRIVILEGED_PROMPT, MARKER), f"{MARKER}\nSW1>", False),
        (Ending(AT_EXEC_PROMPT, MARKER), f"{MARKER}\nSW1(config-if)#", False),
        (Ending(AT_EXEC_PROMPT, MARKER), f"{MARKER}\nSW1#", True),
    ],
)
def test_an_answer_ends_at_the_prompt_behind_its_marker(ending, printed, ends):
    assert ending.found(printed) is ends


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ("12:00\nHF-LIB-01-SW1#", "12:00\n"),
        ("12:00\nHF-LIB-01-SW1(config)# ", "12:00\n"),
        ("hostname HF-LIB-01-SW1\n", "hostname HF-LIB-01-SW1\n"),
        ("", ""),
    ],
)
def test_the_prompt_at_the_end_of_an_answer_is_no_part_of_it(answer, rest):
    assert without_prompt(answer) == rest
