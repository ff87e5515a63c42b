"""`turnup change`: the engine on two texts, without order, ledger or device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.order import JsonOption
from flows.console import FAILED, OK, print_findings, print_json
from turnup.findings import errors_of
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange


def change(
    running: Annotated[Path, typer.Argument(help="what the device has")],
    intended: Annotated[Path, typer.Argument(help="what shall be ours of it")],
    platform: Annotated[Platform, typer.Option(help="whose language the texts are written in")],
    owned: Annotated[
        Path | None, typer.Option(help="what of the running configuration is ours; all of it unless given")
    ] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="print the commands of the way back instead")] = False,
    json: JsonOption = False,
) -> int:
    """Print the commands that lead from one configuration to another, and nothing that is not ours in between.

    With an empty file as `--owned`, what is intended is added and nothing of the running configuration goes.

    Example: turnup change running.cfg intended.cfg --platform cisco_ios --owned ours.cfg
    """
    made = _planned(running, intended, platform, owned)
    if json:
        print_json(
            {
                "remediation": made.remediation.splitlines(),
                "rollback": made.rollback.splitlines(),
                "findings": [str(finding) for finding in made.findings],
            }
        )
    else:
        print_findings(made.findings)
        typer.echo(made.rollback if rollback else made.remediation, nl=False)
    return FAILED if errors_of(made.findings) else OK


def _planned(running: Path, intended: Path, platform: Platform, owned: Path | None) -> DeviceChange:
    from turnup.change.device_change import plan_device
    from turnup.change.ownership import OwnedConfig
    from turnup.fragments import Fragment
    from turnup.scalars import DeviceName, SiteCode

    device, here = DeviceName(running.stem), _text(running)
    ours = Fragment(intended.stem, device, platform, here if owned is None else _text(owned))
    wanted = Fragment(intended.stem, device, platform, _text(intended))
    return plan_device(SiteCode("-"), device, platform, here, OwnedConfig((ours,)), (wanted,))


def _text(path: Path) -> str:
    from tasks.saved import read_text

    return read_text(path, "readable", "a configuration in UTF-8", "Give another file.")
