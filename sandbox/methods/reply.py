"""What a method gives back."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """`result`, and the `description` that a few methods add."""

    result: Any = True
    description: str = ""
