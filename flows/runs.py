"""How runs of the flows are named and tagged, so that the UI says what runs."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.runtime import flow_run
from prefect.utilities.annotations import quote

from flows.settings import workspace
from tasks.inventory.estate import Estate
from turnup.errors import TurnupError

T = TypeVar("T")


def opaque(value: T) -> T:
    """Hand a value to a step as it is: Prefect looks for futures in everything else, device by device, in every step.

    Args:
        value: what holds no future.
    """
    wrapped: Any = quote(value)  # taken off before the step sees it
    return wrapped  # type: ignore[no-any-return]


def run_name() -> str:
    """Name of a run: `deliver LBHF-2026-0042 r1`."""
    parameters: dict[str, Any] = flow_run.parameters
    source = str(parameters.get("call_off", ""))
    try:
        call_off = Estate(workspace().inventory).call_off(source).call_off
    except TurnupError:
        return f"{flow_run.flow_name} {source}"
    return f"{flow_run.flow_name} {call_off.reference} r{call_off.revision}"


def drift_run_name() -> str:
    """Name of a drift run: `drift HF-LIB-01`, or `drift of everything`."""
    return f"drift {flow_run.parameters.get('scope') or 'of everything'}"


def tag_run(tags: tuple[str, ...]) -> None:
    """Add tags to the run that is going on."""
    run_id = flow_run.get_id()
    if run_id is None:
        return
    with get_client(sync_client=True) as client:
        client.update_flow_run(UUID(str(run_id)), tags=sorted({*flow_run.tags, *tags}))
