"""`turnup demo`: the main job in front of you."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    home: Annotated[Path | None, typer.Option(help="folder of the demo's ledger, keys and devices")] = None,
    call_off: Annotated[str, typer.Option(help="which example is delivered")] = "RBKC-2026-0007",
    endpoints: Annotated[
        Path | None,
        typer.Option(help="YAML file: where devices that run already are reached, instead of simulated ones"),
    ] = None,
) -> int:
    """Deliver the example call-off to simulated devices: validate, plan, approve, deliver, accept, deliver again.

    Example: turnup demo
    """
    from flows.demo import run_demo
    from flows.settings import CHECKOUT

    return run_demo((home or CHECKOUT / ".turnup" / "demo").resolve(), call_off, endpoints)
