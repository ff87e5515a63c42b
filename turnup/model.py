"""The base of everything that is read from a file or the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError


class Model(BaseModel):
    """A frozen value that knows all of its fields: an unknown one is refused, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _truth_is_no_number(cls, value: Any, field: ValidationInfo) -> Any:
        """Python counts `true` as 1; whoever orders `revision: true` meant something else."""
        if isinstance(value, bool):
            annotation = cls.model_fields[str(field.field_name)].annotation
            kinds = {annotation, *get_args(annotation)}
            if bool not in kinds and int in kinds:
                raise PydanticKnownError("int_type")
            if Decimal in kinds:
                raise PydanticKnownError("decimal_type")
        return value
