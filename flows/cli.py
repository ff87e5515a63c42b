"""The command line. Each command imports what it needs when it runs: `validate` never sees Prefect."""

from __future__ import annotations

from flows.start import main

if __name__ == "__main__":  # before the rest is imported: that takes a while, and Ctrl-C may come meanwhile
    main()

import typer

from flows.commands import (
    adopt,
    approve,
    audit,
    change,
    clock,
    deliver,
    demo,
    drift,
    dry_run,
    materials,
    order,
    plan,
    rollback,
    show,
    status,
    up,
)
from flows.console import StoppableGroup

app = typer.Typer(
    name="turnup",
    cls=StoppableGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="From an approved call-off to verified configuration on devices, on time.",
    epilog="Start here: turnup validate LBHF-2026-0042, or see it all: turnup demo",
)

for command in (
    order.validate,
    approve.canonical,
    order.render,
    dry_run.dry_run,
    plan.plan,
    plan.cease,
    rollback.rollback,
    plan.save,
    materials.materials,
    adopt.adopt,
    change.change,
    approve.approve,
    deliver.deliver,
    drift.drift,
    show.show,
    status.status,
    status.hold,
    status.release,
    approve.accept,
    status.report,
    up.up,
    demo.demo,
):
    app.command()(command)
app.add_typer(clock.app, name="clock")
app.add_typer(audit.app, name="audit")

__all__ = ["app", "main"]
