"""How the answers of a device end: told by a text that nothing else holds, without compiling a pattern for each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.devices.messages import mended, without_messages


@dataclass(frozen=True, slots=True)
class Ending:
    """What the last of an answer looks like.

    The marker is looked for as it is. A pattern with the marker in it would be another one for every answer, and
    compiling one costs as much as reading the answer.

    Attributes:
        then: what follows the marker up to the end; with no marker, what is there at the end.
        marker: a text that no other answer holds.
        prompt: what the first group of `then` has to begin with.
    """

    then: re.Pattern[str]
    marker: str = ""
    prompt: str = ""

    def found(self, printed: str) -> bool:
        """Whether what was printed ends so; messages that the device printed meanwhile are no part of it."""
        printed = mended(printed, self.marker) if self.marker else printed
        printed = without_messages(printed) if "%" in printed else printed
        if not self.marker:
            return self.then.search(printed) is not None
        at = printed.rfind(self.marker)
        match = self.then.match(printed, at + len(self.marker)) if at >= 0 else None
        if match is None or not self.prompt or match.group(1).startswith(self.prompt):
            return match is not None
        # The device was renamed meanwhile: what the marker was typed at is what came after it.
        return printed[:at].rpartition("\n")[2].strip() == match.group(1)


_AGAIN = r"(?:\s*\n\1)*\s*$"
"""Some terminals show their prompt more than once."""

ANY_PROMPT = re.compile(r"[>#]\s*$")
_ABOVE = r"(?:(?:# commit confirmed|\[edit|\{)[^\n]*\n\s*)*"
"""What Junos prints above a prompt: a commit that waits, the place in the configuration, the member of a chassis."""
AT_PROMPT = re.compile(rf"\s*\n{_ABOVE}(\S*[>#]){_AGAIN}")
AT_ANY_PROMPT = re.compile(rf"\s*\n{_ABOVE}([^\n]*[>#]){_AGAIN}")
AT_PRIVILEGED_PROMPT_OF_JUNOS = re.compile(rf"\s*\n{_ABOVE}([^\n]*#){_AGAIN}")
AT_PRIVILEGED_PROMPT = re.compile(rf"\s*\n([^\n]*#){_AGAIN}")
AT_EXEC_PROMPT = re.compile(rf"\s*\n([^\n]*[^)\s]#){_AGAIN}")
"""What follows a marker: the prompt that is known, any, a privileged one, and one outside configuration mode."""

_PROMPT = re.compile(r"\S+[>#] ?")
_LINE_ENDS = re.compile(r"\r+\n|\n\r|\r")


def with_newlines(printed: str) -> str:
    """Make line ends the same everywhere, of devices too that send a carriage return and nothing else."""
    printed = printed.replace("\r\n", "\n")
    return _LINE_ENDS.sub("\n", printed) if "\r" in printed else printed


def without_prompt(answer: str) -> str:
    """Take the prompt off that stands at the end of an answer, where the next command was typed, however often."""
    before, found, prompt = answer.rpartition("\n")
    if not _PROMPT.fullmatch(prompt):
        return answer
    while before.endswith(f"\n{prompt}"):
        before = before.removesuffix(f"\n{prompt}")
    return f"{before}{found}"
