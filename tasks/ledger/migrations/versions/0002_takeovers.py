"""takeovers: what stood where ours stands now"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from turnup.canonical import text_hash

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    takeovers = op.create_table(
        "takeovers",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("path_hash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("former", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("device", "path_hash", name=op.f("pk_takeovers")),
    )
    found = {}
    for device, kept in op.get_bind().execute(sa.text("SELECT device, kept FROM owned")):
        for path in json.loads(kept):
            words = json.dumps(path)
            found[device, words] = {
                "device": device,
                "path_hash": text_hash(words),
                "path": words,
                "former": path[-1],
            }
    op.bulk_insert(takeovers, list(found.values()))
    with op.batch_alter_table("owned") as table:
        table.drop_column("kept")


def downgrade() -> None:
    with op.batch_alter_table("owned") as table:
        table.add_column(sa.Column("kept", sa.Text(), nullable=False, server_default="[]"))
    op.drop_table("takeovers")
