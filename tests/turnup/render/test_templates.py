"""Templates: say what they are, decide nothing, and fail rather than leave something out."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from turnup.design import ServiceLine
from turnup.errors import DesignError
from turnup.render import Templates
from turnup.service.intent import DeviceIntent
from turnup.services.registry import services
from turnup.sites import Platform

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
FILES = sorted(path for path in TEMPLATES.glob("*/*.j2") if not path.parent.name.startswith("_"))
FIRST_LINE = re.compile(
    r"^\{# (?P<service>\w+) / (?P<platform>\w+) / (?P<system>[^/]*\d[^/]*) / intent: (?P<value>[\w.]+)\. .+ #\}$"
)
LINE = ServiceLine("RBKC-2026-0007/L1", "RBKC-2026-0007", "KC-TH-01", "lan", "LAN-SITE")


def intent(value: object, platform: Platform = Platform.CISCO_IOS) -> DeviceIntent:
    return DeviceIntent(LINE, "KC-TH-01", "KC-TH-01-SW1", platform, value)


def template(folder: Path, text: str) -> Templates:
    (folder / "lan").mkdir()
    (folder / "lan" / "cisco_ios.j2").write_text(text)
    return Templates(folder)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_the_first_line_names_service_platform_system_and_value(path):
    found = FIRST_LINE.match(path.read_text().splitlines()[0])
    assert found is not None
    assert (found["service"], found["platform"]) == (path.parent.name, path.stem)
    assert found["service"] in services()
    assert Platform(found["platform"])
    module, _, name = found["value"].rpartition(".")
    assert isinstance(getattr(importlib.import_module(module), name), type)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_only_loops_chooses_and_prints(path):
    words = set(re.findall(r"\{%-?\s*(\w+)", path.read_text()))
    assert words <= {"for", "endfor", "if", "elif", "else", "endif", "set", "import", "from", "macro", "endmacro"}


def test_every_service_has_a_template_for_a_platform():
    assert {path.parent.name for path in FILES} == set(services())


@pytest.mark.parametrize(
    "text", ["vlan {{ intent.vlam }}\n", "vlan {{ nothing }}\n", "{% for v in intent.vlam %}\n{% endfor %}\n"]
)
def test_a_name_without_a_value_is_an_error_and_never_an_empty_word(tmp_path, text):
    with pytest.raises(
        DesignError, match=r"KC-TH-01-SW1: RBKC-2026-0007/L1: .*templates/lan/cisco_ios\.j2.*(vlam|nothing)"
    ):
        template(tmp_path, text).render(intent(object()))


def test_a_service_without_a_template_for_the_platform_is_an_error_that_says_which(tmp_path):
    with pytest.raises(
        DesignError, match=r"expected a template templates/lan/frr\.j2; found none.*not available on frr"
    ):
        template(tmp_path, "").render(intent(object(), Platform.FRR))


def test_a_role_that_a_platform_cannot_play_is_an_error_that_says_so():
    from turnup.services.wan import WanParts

    line = ServiceLine("RBKC-2026-0007/L2", "RBKC-2026-0007", "KC-TH-01", "wan", "WAN-ETH-100")
    asked = DeviceIntent(line, "KC-TH-01", "KC-TH-01-CPE1", Platform.OVS, WanParts())
    with pytest.raises(DesignError, match=r"KC-TH-01-CPE1: .*role of KC-TH-01-CPE1: ovs may not be able to play it"):
        Templates(TEMPLATES).render(asked)


def test_blocks_leave_no_lines_and_text_is_not_escaped(tmp_path):
    text = "{# a comment #}\n{% if intent %}\nbanner {{ intent }}\n{% endif %}\n"
    assert template(tmp_path, text).render(intent("<a> & 'b'")).text == "banner <a> & 'b'\n"


def test_what_a_value_holds_is_not_a_template(tmp_path):
    made = template(tmp_path, "name {{ intent }}\n").render(intent("{{ 7 * 7 }}{% raw %}"))
    assert made.text == "name {{ 7 * 7 }}{% raw %}\n"


def test_a_fragment_knows_its_line_device_and_platform(tmp_path):
    made = template(tmp_path, "vlan 110\n").render(intent(object()))
    assert (made.service_line, made.device, made.platform) == (LINE.id, "KC-TH-01-SW1", Platform.CISCO_IOS)
