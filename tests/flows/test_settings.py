"""Settings come from the environment, are checked, and hold wherever a command is typed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from flows.prefect_runs import quiet_prefect
from flows.settings import CHECKOUT, settle_prefect, workspace
from turnup.errors import TurnupError


@pytest.mark.parametrize("name", ["TURNUP_WORKERS", "TURNUP_REVERT_SECONDS"])
@pytest.mark.parametrize("words", ["many", "0", "-1", "1.5", "9" * 5000, "²", " "])
def test_a_number_that_is_none_is_refused_with_its_range(name, words):
    with pytest.raises(TurnupError) as caught:
        workspace({name: words})
    assert caught.value.where == f"setting {name}"
    assert "a whole number from" in caught.value.expected


def test_an_empty_variable_is_none():
    unset = workspace({})
    names = ("TURNUP_WORKERS", "TURNUP_REVERT_SECONDS", "TURNUP_INVENTORY", "TURNUP_TEMPLATES")
    assert workspace(dict.fromkeys(names, "")) == unset
    assert (unset.workers, unset.revert_seconds, unset.inventory) == (100, 120, CHECKOUT / "inventory")


def test_a_wrong_setting_ends_with_words_and_1(turnup):
    answer = turnup("validate", "LBHF-2026-0042", TURNUP_WORKERS="many")
    assert answer.returncode == 1
    assert answer.stderr.startswith("error setting TURNUP_WORKERS: expected a whole number from 1 to 1000")


def test_prefect_keeps_its_settings_in_any_folder_and_sends_nothing_home(tmp_path):
    program = (
        "import sys; sys.argv = ['turnup', '--help']\n"
        "from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "from prefect.settings import get_current_settings\n"
        "server = get_current_settings().server\n"
        "print(server.analytics_enabled, server.ephemeral.startup_timeout_seconds, file=sys.stderr)"
    )
    here = {**os.environ, "PREFECT_HOME": str(tmp_path)}
    words = (sys.executable, "-c", program)
    answer = subprocess.run(words, cwd=tmp_path, env=here, capture_output=True, text=True, timeout=120, check=True)
    assert answer.stderr.split() == ["False", "120"]


def test_what_the_environment_says_of_prefect_stands():
    environment = {"PREFECT_LOGGING_LEVEL": "DEBUG"}
    settle_prefect(environment)
    assert environment["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_the_server_behind_a_command_does_not_print_its_troubles_between_our_lines(monkeypatch):
    for name in ("PREFECT_LOGGING_ROOT_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    with quiet_prefect("Delivering"):
        assert os.environ["PREFECT_LOGGING_ROOT_LEVEL"] == os.environ["PREFECT_SERVER_LOGGING_LEVEL"] == "CRITICAL"
