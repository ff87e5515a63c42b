"""Every line of a golden has a source in the vendor's documentation, and every source a line that needs it.

`docs/sources/<platform>.yaml` says for each form of a line in which document of the vendor it is described.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOURCES = sorted((ROOT / "docs" / "sources").glob("*.yaml"))
TEXTS = ("candidate.txt", "running.txt", "remediation.txt", "rollback.txt")


@dataclass(frozen=True)
class Line:
    """A command with the headers of the sections that it stands in, outermost first."""

    path: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Form:
    """How a line may look in its section, and what says so."""

    path: tuple[str, ...]
    document: str

    def fits(self, path: tuple[str, ...]) -> bool:
        """Tell whether a line has this form: each pattern matches a whole command, the headers above it too."""
        return len(path) == len(self.path) and all(map(re.fullmatch, self.path, path))


@dataclass(frozen=True)
class Sources:
    """What a platform's file says: its forms, and how its texts are cut into lines."""

    forms: tuple[Form, ...]
    documents: frozenset[str]
    undo: tuple[str, str]
    between: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]

    def forms_of(self, line: Line) -> list[Form]:
        """Return the forms of a line as it stands, else of what it takes back."""
        *section, command = line.path
        undone = re.sub(f"^{self.undo[0]}$", self.undo[1], command)
        as_is = [form for form in self.forms if form.fits(line.path)]
        return as_is or [form for form in self.forms if undone != command and form.fits((*section, undone))]


@cache
def read(path: Path) -> Sources:
    told = yaml.safe_load(path.read_text())

    def pattern(form: str) -> str:
        return re.sub(r"\{([a-z]\w*)\}", lambda match: told["values"][match.group(1)], form)

    return Sources(
        tuple(
            Form(tuple(map(pattern, line.split(" > "))), entry["document"])
            for entry in told["forms"]
            for line in entry["lines"]
        ),
        frozenset(told["documents"]),
        tuple(told["undo"]),
        tuple(told["between"]),
        tuple(map(tuple, told["texts"])),
    )


def lines_of(text: str, where: str, sources: Sources) -> Iterator[Line]:
    """Give the commands of a text, those of each section under its header; what stands in a banner is none."""
    section: list[tuple[int, str]] = []
    end = None
    for number, raw in enumerate(text.splitlines(), 1):
        command, depth = raw.strip(), len(raw) - len(raw.lstrip())
        if end is not None:
            end = None if command == end else end
            continue
        if not command or any(re.fullmatch(word, command) for word in sources.between):
            continue
        section = [header for header in section if header[0] < depth] + [(depth, command)]
        yield Line(tuple(each for _, each in section), f"{where}:{number}")
        begun = (re.fullmatch(begin, command) and re.sub(begin, last, command) for begin, last in sources.texts)
        end = next(filter(None, begun), None)


def goldens(platform: str) -> list[Path]:
    return sorted(path for name in TEXTS for path in HERE.glob(f"*/{platform}/*/{name}"))


@cache
def lines(path: Path) -> tuple[Line, ...]:
    sources = read(path)
    return tuple(
        line
        for golden in goldens(path.stem)
        for line in lines_of(golden.read_text(), str(golden.relative_to(HERE)), sources)
    )


def name_of(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_line_of_a_golden_has_its_source(path):
    sources, known = read(path), set[tuple[str, ...]]()
    orphans = []
    for line in lines(path):
        if line.path not in known and not sources.forms_of(line):
            orphans.append(f"{line.where}: {' > '.join(line.path)}")
        known.add(line.path)
    assert orphans == [], "name the vendor's document for these lines in docs/sources"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_source_has_a_line_that_needs_it(path):
    sources = read(path)
    unique = {line.path: line for line in lines(path)}.values()
    used = {form for line in unique for form in sources.forms_of(line)}
    assert [form for form in sources.forms if form not in used] == []
    assert sources.documents == {form.document for form in sources.forms}


def lines_of_templates(platform: str) -> Iterator[tuple[str, str]]:
    """Give each line that a template types, as where it stands and a pattern: what is put in may be anything."""
    for template in sorted((ROOT / "templates").glob(f"*/{platform}*.j2")):
        bare = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", template.read_text())
        for number, line in enumerate(bare.splitlines(), 1):
            said = [re.escape(part) for part in re.split(r"\{\{.*?\}\}", line.strip())]
            if any(part.strip() for part in said):
                yield f"{template.relative_to(ROOT)}:{number}", ".+".join(said)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_line_of_a_template_stands_in_a_golden(path):
    typed = "\n".join({line.strip() for golden in goldens(path.stem) for line in golden.read_text().splitlines()})
    patterns = lines_of_templates(path.stem)
    assert [f"{where}: {line}" for where, line in patterns if not re.search(f"(?m)^(?:{line})$", typed)] == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_line_that_no_document_knows_is_seen(path):
    line = next(line for line in lines(path) if len(line.path) == 1)
    assert read(path).forms_of(line)
    assert not read(path).forms_of(Line((f"{line.path[0]} frobnicate", "of"), line.where))
    assert not read(path).forms_of(Line((f"frobnicate {line.path[0]}",), line.where))
