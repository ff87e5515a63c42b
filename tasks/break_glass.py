"""Who may break the glass, and with what reason: the only way past a change window or a freeze."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.inventory.estate import Estate
from turnup.errors import ApprovalRefused
from turnup.findings import in_one_line

if TYPE_CHECKING:
    from tasks.workspace import Workspace

SHORTEST, LONGEST = 20, 300
"""Characters of a reason: a word is none, and a report reads it in one line."""


def check_break_glass(workspace: Workspace, reference: str, reason: str) -> str:
    """Let somebody past windows and freezes who may do so and says why; the plan has to be approved all the same.

    Returns:
        the reason, without blanks around it.

    Raises:
        ApprovalRefused: the executor is not on the provider's list, or the reason says too little.
        FileRefused: the provider's file is missing or malformed.
    """
    words, where = reason.strip(), f"break-glass for {reference}"
    if in_one_line(words) != words:
        raise ApprovalRefused(where, "a reason in one line", in_one_line(words), "Write it as plain text.")
    if not SHORTEST <= len(words) <= LONGEST:
        expected = f"a reason of {SHORTEST} to {LONGEST} characters"
        remedy = "Say what cannot wait, and who agreed: it stands in the audit for good."
        raise ApprovalRefused(where, expected, f"{len(words)}", remedy)
    may = Estate(workspace.inventory).provider().break_glass
    if workspace.executor not in may:
        listed = ", ".join(may) or "nobody yet"
        remedy = "Have one of them run it (TURNUP_EXECUTOR), or add who may to `break_glass` in provider.yaml."
        raise ApprovalRefused(where, f"an executor who may: {listed}", workspace.executor, remedy)
    return words
