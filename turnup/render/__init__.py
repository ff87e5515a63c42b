"""From service lines to fragments: Jinja2 templates that decide nothing."""
