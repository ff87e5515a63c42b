"""The deployments: the flows of the command line, to be started and watched from the Prefect UI."""

from __future__ import annotations

import contextlib

POOL = "turnup"
DRIFT_CRON = "0 6 * * *"
DRIFT_TIMEZONE = "Europe/London"
"""When everything is compared with what was delivered: daily, before the working day."""


def deploy_all() -> tuple[str, ...]:
    """Register the work pool and the flows with the server of `PREFECT_API_URL`; safe to repeat.

    Returns:
        names of the deployments.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.deployments.runner import RunnerDeployment
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.deliver import deliver
    from flows.drift import drift
    from flows.plan import plan

    with get_client(sync_client=True) as client, contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    daily = Cron(DRIFT_CRON, timezone=DRIFT_TIMEZONE)
    for flow, schedule in ((plan, None), (deliver, None), (drift, daily)):
        deployment: RunnerDeployment = flow.to_deployment(  # type: ignore[assignment]  # not awaited: sync
            POOL,
            work_pool_name=POOL,
            entrypoint_type=EntrypointType.MODULE_PATH,
            schedule=schedule,
            description=(flow.description or "").strip(),
        )
        deployment.apply()
    return (f"plan/{POOL}", f"deliver/{POOL}", f"drift/{POOL}")
