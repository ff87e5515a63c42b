"""Ctrl-C at any moment: one line, and exit code 130."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.console import StoppableGroup, run_command
from flows.interrupts import STOPPED

CHECKOUT = Path(__file__).resolve().parents[2]

_AT = """
import os, runpy, signal, sys
class Watch:
    '''Ctrl-C when a certain module is looked for.'''
    def find_spec(self, name, path=None, target=None):
        if name == MODULE:
            os.kill(os.getpid(), signal.SIGINT)
MODULE = sys.argv[1]
sys.meta_path.insert(0, Watch())
sys.argv = ["turnup", "plan", "LBHF-2026-0042"]
if sys.stdin.readline() == "script\\n":
    from flows.start import main
    main()
else:
    runpy.run_module("flows.cli", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("way", ["script", "module"])
@pytest.mark.parametrize("moment", ["typer", "flows.commands.status", "flows.plan", "prefect", "sqlalchemy"])
def test_ctrl_c_says_the_same_at_every_moment(environment, moment, way):
    answer = subprocess.run(
        (sys.executable, "-c", _AT, moment),
        env=environment, cwd=CHECKOUT, input=f"{way}\n", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (answer.returncode, answer.stdout) == (130, "")
    assert answer.stderr == f"{STOPPED}\n"


def test_the_console_script_starts_where_ctrl_c_is_known():
    import tomllib

    scripts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"turnup": "flows.start:main"}


def test_a_command_that_is_stopped_says_so_and_gives_130(capsys):
    import typer

    app = typer.Typer(cls=StoppableGroup)

    @app.command()
    def wait() -> None:
        signal.raise_signal(signal.SIGINT)

    @app.command()
    def other() -> None:
        """So that there is a group."""

    assert run_command(app, ["wait"]) == 130
    assert capsys.readouterr().err == f"{STOPPED}\n"


_COMPLAINT = """
import flows.deliver
from flows.prefect_runs import quiet_prefect
from prefect._internal.concurrency import logger
with quiet_prefect("Delivering"):
    logger.error("Service %r failed with %s pending items.", "EventsWorker", 2)
"""


def test_what_prefects_services_were_left_with_is_not_told(environment):
    words = (sys.executable, "-c", _COMPLAINT)
    answer = subprocess.run(words, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
