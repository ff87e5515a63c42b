"""Runs a fleet in the foreground: `python -m lab.simulated FLEET.yaml`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from lab.simulated.faults import fault_from_text
from lab.simulated.fleet_file import FleetRefused, load_fleet, write_endpoints

EXAMPLE = """\
example of FLEET.yaml (without startup or startup_file a device boots as found on site):

  minute_seconds: 60          # how long a minute of the revert timer lasts
  devices:
    - name: HF-LIB-01-SW1
      kind: switch            # or router, eos_switch, junos_switch, junos_router, room_codec
      serial: FOC2500A001
      username: env:LAB_USERNAME
      password: env:LAB_PASSWORD
      startup_file: startup/HF-LIB-01-SW1.cfg

  export LAB_USERNAME=turnup LAB_PASSWORD=...
  python -m lab.simulated FLEET.yaml --state .lab --ready .lab/endpoints.yaml \\
      --fault HF-LIB-01-SW1:drop_at_line:12

faults: reject_line:PATTERN accept_but_ignore:PATTERN drop_at_line:N|PATTERN drop_after_line:N|PATTERN
  hang_at:PATTERN slow_login:SECONDS refuse_login lose_confirm[:drop] reboot:SECONDS wrong_hostname:NAME
  wrong_serial:SERIAL full_flash another_operator_in_config_mode[:USER] unreachable
"""


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m lab.simulated",
        description="Run simulated IOS-XE and EOS devices on 127.0.0.1 until SIGTERM or SIGINT.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("fleet", type=Path, metavar="FLEET.yaml")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep configurations and host keys here")
    parser.add_argument("--ready", type=Path, metavar="FILE", help="write the endpoints here once all listen")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME:KIND[:ARG]", help="let something go wrong"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run until told to stop; 0 after a clean end, 1 when the fleet cannot be made."""
    arguments = _arguments(argv)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        fleet = load_fleet(arguments.fleet, arguments.state)
        faults = [(name, fault_from_text(kind)) for name, _, kind in map(_split, arguments.fault)]
        unknown = [name for name, _ in faults if name not in fleet.names]
        if unknown:
            raise ValueError(f"--fault: no device {', '.join(unknown)}; there are {', '.join(fleet.names)}")
    except (FleetRefused, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    with fleet:
        for name, fault in faults:
            fleet.inject(name, fault)
        if arguments.ready:
            write_endpoints(fleet, arguments.ready)
        print(f"{len(fleet.names)} devices listen on 127.0.0.1", flush=True)
        stopped.wait()
    return 0


def _split(text: str) -> tuple[str, str, str]:
    return text.partition(":")


if __name__ == "__main__":
    sys.exit(main())
