"""The real lab from the command line: `python -m lab.real up|down|status|endpoints|exec NODE COMMAND...`."""

from __future__ import annotations

import argparse
import subprocess
import sys

from lab.real.lab import Lab
from lab.real.namespaces import LabFailed


def _say(line: str) -> None:
    print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab.real", description="Real devices in namespaces.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up", help="bring the lab up; nothing to do when it is")
    verbs.add_parser("down", help="take it down, and leave nothing")
    verbs.add_parser("status", help="say what runs")
    verbs.add_parser("endpoints", help="say where each device is reached")
    inside = verbs.add_parser("exec", help="run a command inside a device or host")
    inside.add_argument("node")
    inside.add_argument("command", nargs=argparse.REMAINDER)
    return parser


def _status(lab: Lab) -> int:
    _say("up" if lab.is_up else "down")
    return 0 if lab.is_up else 1


def main() -> int:
    """Do what was asked; 0 done, 1 refused or failed."""
    asked = _parser().parse_args()
    lab = Lab(say=_say)
    try:
        if asked.verb == "up":
            lab.up()
        elif asked.verb == "down":
            lab.down()
        elif asked.verb == "status":
            return _status(lab)
        elif asked.verb == "endpoints":
            _say(lab.endpoints_file.read_text(encoding="utf-8").rstrip("\n"))
        else:
            return subprocess.run([*lab.inside(asked.node), *asked.command], check=False).returncode
    except (LabFailed, FileNotFoundError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
