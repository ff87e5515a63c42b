"""The on-device agents as modules: programs without an ending, beside the two modules that they share."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ON_DEVICE = Path(__file__).resolve().parents[3] / "tasks" / "devices" / "on_device"


def load_agent(server: str) -> ModuleType:
    """Load `turnup-SERVER` as the module `turnup_SERVER`, for this process."""
    sys.path.insert(0, str(ON_DEVICE))
    try:
        loader = importlib.machinery.SourceFileLoader(f"turnup_{server}", str(ON_DEVICE / f"turnup-{server}"))
        module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
        sys.modules[loader.name] = module
        loader.exec_module(module)
    finally:
        sys.path.remove(str(ON_DEVICE))
    return module
