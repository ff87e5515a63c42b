"""`turnup up`: server, deployments and worker on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.console import out

DEFAULT_PORT = 4200


def up(
    port: Annotated[int, typer.Option(help="TCP port of the UI on 127.0.0.1")] = DEFAULT_PORT,
    home: Annotated[Path | None, typer.Option(help="folder of its database and logs")] = None,
) -> None:
    """Start a Prefect server, the deployments and a worker here; stop with Ctrl-C.

    Example: turnup up --port 4200, then open http://127.0.0.1:4200 and run `deliver/turnup`.
    """
    from flows.deployments import POOL
    from flows.server import prefect_server, running, wait_for_server
    from flows.settings import CHECKOUT

    home = (home or CHECKOUT / ".turnup" / "prefect").resolve()
    with prefect_server(home, port) as environment:
        out.print(f"Prefect server on http://127.0.0.1:{port} (log: {home / 'server.log'})")
        wait_for_server(port, home / "server.log")
        _register(environment)
        worker = (sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process")
        told = {**environment, "PREFECT_LOGGING_LEVEL": "INFO"}  # prefect.toml keeps the command line quiet
        with running(worker, told, home / "worker.log") as process:
            out.print(f"Worker started (log: {home / 'worker.log'})")
            out.print(f"Runs of this shell show there with: export PREFECT_API_URL=http://127.0.0.1:{port}/api")
            out.print("Stop with Ctrl-C.")
            try:
                process.wait()
            except KeyboardInterrupt:
                out.print("Stopping.")


def _register(environment: dict[str, str]) -> None:
    """Register in a process of its own: Prefect reads its settings once, at import."""
    program = "from flows.deployments import deploy_all; print(*deploy_all(), sep='\\n')"
    answer = subprocess.run(
        (sys.executable, "-c", program), env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise typer.BadParameter(f"the deployments could not be registered:\n{answer.stderr}")
    out.print(f"Deployments: {', '.join(answer.stdout.split())}")
