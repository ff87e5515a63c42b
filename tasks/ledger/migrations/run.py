"""Run the migrations on an engine that is open already."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

_one_at_a_time = threading.Lock()
"""Alembic keeps the migration that runs in variables of its modules: two at once in one process mix them up."""


def upgrade(engine: Engine) -> None:
    """Bring a database to the newest schema; does nothing when it is."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with _one_at_a_time, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
