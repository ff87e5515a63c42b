"""`turnup clock due` as an engineer or a contract manager types it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent
FORTY = ("--from", "2026-11-02T09:00", "--working-days", "40")
HELD = (*FORTY, "--hold", "2026-11-16..2026-11-27")
BARE = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "NO_COLOR": "1"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the program without any setting of a workspace."""
    return subprocess.run(
        (sys.executable, *words), cwd=CHECKOUT, env=BARE, capture_output=True, text=True, timeout=120, check=False
    )


def due(*words: str) -> subprocess.CompletedProcess[str]:
    return run("-m", "flows.cli", "clock", "due", *words)


def dates(*words: str) -> dict[str, object]:
    answer = due(*words, "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    return json.loads(answer.stdout)


def shown(text: str) -> dict[str, str]:
    return dict(re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if line.strip())


def complaints(answer: subprocess.CompletedProcess[str]) -> str:
    """What a refused command said: exit code 1, words on standard error only, no traceback, no talk of a defect."""
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "Traceback" not in answer.stderr
    assert "defect" not in answer.stderr
    return answer.stderr


def test_the_answer_is_a_table_of_day_zero_due_relief_and_adjusted_due():
    answer = due("--from", "2026-12-24T16:30", "--working-days", "10")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert shown(answer.stdout) == {
        "day zero": "2026-12-29",
        "due": "2027-01-13",
        "relief working days": "0",
        "adjusted due": "2027-01-13",
    }


def test_with_a_completion_day_the_table_tells_gross_net_and_late():
    answer = due(*HELD, "--completed", "2027-01-18")
    assert shown(answer.stdout) == {
        "day zero": "2026-11-02",
        "due": "2026-12-30",
        "relief working days": "10",
        "adjusted due": "2027-01-14",
        "gross": "52",
        "net": "42",
        "late": "2",
        "late against original": "12",
    }


def test_json_and_table_tell_the_same_in_the_same_order():
    words = (*HELD, "--completed", "2027-01-18")
    as_json = {name.replace("_", " "): str(value) for name, value in dates(*words).items()}
    assert list(as_json.items()) == list(shown(due(*words).stdout).items())


def test_json_has_whole_numbers_of_days_and_no_more_names_than_were_asked_for():
    answer = dates(*HELD)
    assert list(answer) == ["day_zero", "due", "relief_working_days", "adjusted_due"]
    assert answer["relief_working_days"] == 10


def test_the_cut_off_moves_day_zero_and_is_four_o_clock_unless_given():
    evening = ("--from", "2026-11-03T16:30", "--working-days", "5")
    assert dates(*evening)["day_zero"] == "2026-11-04"
    assert dates(*evening, "--cut-off", "16:00")["day_zero"] == "2026-11-04"
    assert dates(*evening, "--cut-off", "16:30")["day_zero"] == "2026-11-03"
    assert dates(*evening, "--cut-off", "17:00")["day_zero"] == "2026-11-03"


def test_holds_may_be_repeated_and_overlap():
    answer = dates(
        *("--from", "2026-11-02T10:00", "--working-days", "10"),
        *("--hold", "2026-11-09..2026-11-11", "--hold", "2026-11-10..2026-11-12"),
    )
    assert (answer["relief_working_days"], answer["adjusted_due"]) == (4, "2026-11-20")


def test_an_open_hold_leaves_no_adjusted_date_and_says_so():
    words = ("--from", "2026-11-02T10:00", "--working-days", "10", "--hold", "2026-11-09..")
    assert dates(*words)["adjusted_due"] is None
    assert shown(due(*words).stdout)["adjusted due"] == "none while on hold"


@pytest.mark.parametrize(
    ("words", "zero"),
    [
        pytest.param("2026-07-01T23:30Z", "2026-07-02", id="half past eleven in UTC is the next day in summer"),
        pytest.param("2026-07-02T00:30", "2026-07-02", id="the same without offset is London time"),
        pytest.param("2026-07-01T15:30+00:00", "2026-07-02", id="half past three in UTC is after a summer cut-off"),
        pytest.param("2026-12-01T15:30+00:00", "2026-12-01", id="and before it in winter"),
        pytest.param("2026-11-03T20:00+05:00", "2026-11-03", id="eight in the evening elsewhere"),
        pytest.param("2026-10-25T01:30", "2026-10-26", id="a Sunday hour that comes twice"),
        pytest.param("2026-11-03", "2026-11-03", id="a day alone is its first minute"),
    ],
)
def test_a_time_may_have_an_offset_and_is_london_time_without(words, zero):
    assert dates("--from", words, "--working-days", "1")["day_zero"] == zero


WRONG = [
    pytest.param(("--from", "Christmas"), "--from: [option] expected ISO 8601", id="no time"),
    pytest.param(("--from", "2026-02-30T10:00"), "found '2026-02-30T10:00'", id="a day that does not exist"),
    pytest.param(("--from", "2026-03-29T01:30"), "a time that London's clocks show", id="an hour that does not exist"),
    pytest.param(("--from", "0001-01-01T00:00+14:00"), "--from: [option] expected ISO 8601", id="before the year 1"),
    pytest.param(("--working-days", "-1"), "--working-days: [option] expected 0 or more; found -1", id="negative days"),
    pytest.param(("--working-days", "ten"), "--working-days", id="days that are no number"),
    pytest.param(("--working-days", "99999999"), "expected a day from 2020 to 2045", id="more days than are known"),
    pytest.param(
        ("--working-days", "9" * 30), "--working-days: [option] expected at most", id="more than can be counted"
    ),
    pytest.param(("--cut-off", "25:00"), "--cut-off: [option] expected a time such as 16:00", id="no time of day"),
    pytest.param(("--cut-off", "16:00+01:00"), "Leave the offset out", id="a cut-off with an offset"),
    pytest.param(
        ("--hold", "2026-11-27..2026-11-16"), "an end from 2026-11-27 on; found 2026-11-16", id="reversed hold"
    ),
    pytest.param(("--hold", "2026-11-16"), "--hold: [option] expected FROM..TO", id="half a hold"),
    pytest.param(("--completed", "soon"), "--completed: [option] expected a date", id="no date"),
    pytest.param(("--completed", "2026-10-30"), "a date from day 0 on, 2026-11-02", id="completed before it began"),
    pytest.param(("--no-such-option",), "--no-such-option", id="an option that does not exist"),
]


@pytest.mark.parametrize(("words", "expected"), WRONG)
def test_what_is_wrong_is_said_clearly(words, expected):
    assert expected in complaints(due(*FORTY, *words))


def test_everything_that_is_wrong_is_said_at_once():
    said = complaints(
        due(
            *("--from", "2026-03-29T01:30", "--working-days", "-4", "--cut-off", "teatime", "--completed", "soon"),
            *("--hold", "2026-11-27..2026-11-16", "--hold", "November", "--json"),
        )
    )
    options = re.findall(r"turnup clock due: (--[a-z-]+): \[option\]", said)
    assert options == ["--from", "--working-days", "--cut-off", "--hold", "--hold", "--completed"]
    assert "6 findings" in said


@pytest.mark.parametrize("left_out", ["--from", "--working-days"])
def test_an_option_that_is_needed_is_asked_for(left_out):
    words = {"--from": "2026-11-02T09:00", "--working-days": "40"}
    words.pop(left_out)
    assert left_out in complaints(due(*(word for pair in words.items() for word in pair)))


_LOADED = """
import sys
sys.argv = ["turnup", "clock", "due", "--from", "2026-11-02T09:00", "--working-days", "40"]
from flows.cli import app
from flows.console import run_command
code = run_command(app)
print("LOADED", code, *sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_the_command_loads_no_orchestrator_no_database_and_no_device_library():
    answer = run("-c", _LOADED)
    _, code, *loaded = answer.stdout.splitlines()[-1].split()
    assert code == "0", answer.stderr
    assert {"turnup", "holidays"} <= set(loaded)
    heavy = {"prefect", "sqlalchemy", "alembic", "nornir", "netmiko", "paramiko", "hier_config", "fastapi", "asyncssh"}
    assert heavy & set(loaded) == set()


def test_the_page_about_the_clock_shows_what_the_command_prints():
    page = (CHECKOUT / "docs" / "delivery-clock.md").read_text()
    examples = re.findall(r"^\$ turnup clock due (.+)\n((?:[^$`].*\n|\n)+)", page, re.MULTILINE)
    assert len(examples) >= 3
    for words, printed in examples:
        answer = due(*words.split())
        assert shown(printed) == shown(answer.stdout), words
