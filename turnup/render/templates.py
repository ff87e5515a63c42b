"""The templates of all services, compiled once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, UndefinedError

from turnup.errors import DesignError
from turnup.fragments import Fragment
from turnup.render.filters import FILTERS

if TYPE_CHECKING:
    from pathlib import Path

    from turnup.service.intent import DeviceIntent


class Templates:
    """Renders what a service line wants of a device into its fragment.

    Args:
        folder: holds `<service>/<platform>.j2`.
    """

    def __init__(self, folder: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # noqa: S701  the output is device configuration, not markup
            auto_reload=False,
        )
        self._environment.filters.update(FILTERS)

    def render(self, intent: DeviceIntent) -> Fragment:
        """Render one intent.

        Raises:
            DesignError: the service has no template for the platform, or the template no value for what it names.
        """
        name = f"{intent.line.service}/{intent.platform}.j2"
        try:
            template = self._environment.get_template(name)
        except TemplateNotFound as error:
            raise DesignError(
                f"{intent.device}: {intent.line.id}",
                f"a template templates/{name}",
                "none",
                f"The service {intent.line.service} is not available on {intent.platform}: write the template.",
            ) from error
        try:
            text = template.render(intent=intent.value, line=intent.line)
        except UndefinedError as error:
            raise DesignError(
                f"{intent.device}: {intent.line.id}",
                f"a value for everything that templates/{name} names",
                str(error),
                f"Correct the template, or the role of {intent.device}: {intent.platform} may not be able to play it.",
            ) from error
        return Fragment(intent.line.id, intent.device, intent.platform, text)
