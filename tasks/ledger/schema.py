"""The tables of the ledger. Instants are UTC in ISO 8601; money is pence; long texts are compressed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _text(name: str, *, empty: bool = False) -> Column[str]:
    return Column(name, Text, nullable=empty)


events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    _text("actor"),
    _text("kind"),
    _text("subject"),
    _text("body"),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

call_offs = Table(
    "call_offs",
    metadata,
    Column("reference", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    _text("framework"),
    _text("buyer"),
    _text("author"),
    Column("content_hash", String(64), nullable=False),
    _text("content"),
    Column("recorded_at", String(40), nullable=False),
    PrimaryKeyConstraint("reference", "revision"),
)

lot_values = Table(
    "lot_values",
    metadata,
    Column("reference", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("lot", String(40), nullable=False),
    Column("committed_pence", BigInteger, nullable=False),  # £21.4m is all that 32 bits of pence hold
    Column("worst_case_pence", BigInteger, nullable=False),
    PrimaryKeyConstraint("reference", "revision", "lot"),
    ForeignKeyConstraint(["reference", "revision"], ["call_offs.reference", "call_offs.revision"]),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject_hash", String(64), nullable=False),
    _text("signatory"),
    _text("fingerprint"),
    _text("signature"),
    _text("statement"),
    Column("ledger_head", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    ForeignKeyConstraint(["reference", "revision"], ["call_offs.reference", "call_offs.revision"]),
)

plans = Table(
    "plans",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("reference", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stored", Integer, nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
    ForeignKeyConstraint(["reference", "revision"], ["call_offs.reference", "call_offs.revision"]),
)

service_lines = Table(
    "service_lines",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("reference", String(40), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("site", String(20), nullable=False, index=True),
    Column("service", String(20), nullable=False),
    Column("product", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("lead_time_working_days", Integer, nullable=False),
    Column("customer_required_date", String(10)),
    Column("day_zero", String(10)),
    Column("initial_contracted_date", String(10)),
    Column("contracted_date", String(10)),
    Column("calendar_version", Text),
)

milestones = Table(
    "milestones",
    metadata,
    Column("service_line", String(80), nullable=False),
    Column("milestone", String(20), nullable=False),
    Column("at", String(40), nullable=False),
    _text("actor"),
    _text("evidence"),
    PrimaryKeyConstraint("service_line", "milestone"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String(40), nullable=False, index=True),
    Column("service_line", String(80)),
    _text("cause"),
    Column("starts", String(10), nullable=False),
    Column("ends", String(10)),
    _text("actor"),
)

allocations = Table(
    "allocations",
    metadata,
    Column("pool", String(60), nullable=False),
    Column("value", String(80), nullable=False),
    _text("holder"),
    _text("key"),
    Column("state", String(12), nullable=False),
    Column("until", String(40)),
    PrimaryKeyConstraint("pool", "value"),
    Index("ix_allocations_holder", "holder"),
)

intentions = Table(
    "intentions",
    metadata,
    Column("device", String(64), nullable=False),
    Column("site", String(20), nullable=False),
    Column("plan_hash", String(64), nullable=False),
    Column("token", String(60), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("before_hash", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    PrimaryKeyConstraint("device", "site", "plan_hash"),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String(40), nullable=False, index=True),
    Column("plan_hash", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("site", String(20), nullable=False),
    Column("device", String(64), nullable=False),
    Column("outcome", String(20), nullable=False),
    _text("detail"),
    Column("lines_pushed", Integer, nullable=False),
    _text("timeline"),
    Column("at", String(40), nullable=False),
)

owned = Table(
    "owned",
    metadata,
    Column("device", String(64), nullable=False),
    Column("service_line", String(80), nullable=False),
    Column("platform", String(20), nullable=False),
    _text("text"),
    Column("plan_hash", String(64), nullable=False),
    PrimaryKeyConstraint("device", "service_line"),
)

takeovers = Table(
    "takeovers",
    metadata,
    Column("device", String(64), nullable=False),
    Column("path_hash", String(64), nullable=False),  # a banner's path is too long for an index
    _text("path"),
    _text("former"),
    PrimaryKeyConstraint("device", "path_hash"),
)

backups = Table(
    "backups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("device", String(64), nullable=False, index=True),
    Column("plan_hash", String(64), nullable=False),
    Column("moment", String(10), nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
    Column("site", String(20)),
    Column("attempt", Integer),
)

transcripts = Table(
    "transcripts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("device", String(64), nullable=False, index=True),
    Column("site", String(20), nullable=False),
    Column("plan_hash", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("resource", String(80), primary_key=True),
    _text("holder"),
    Column("epoch", Integer, nullable=False),
    Column("expires_at", String(40), nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("reference", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("plan_hash", String(64), nullable=False),
    _text("executor"),
    Column("at", String(40), nullable=False),
    UniqueConstraint("reference", "number"),
)
