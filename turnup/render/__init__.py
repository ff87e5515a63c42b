"""From service lines to fragments: Jinja2 templates that decide nothing."""

from turnup.render.templates import Templates

__all__ = ["Templates"]
