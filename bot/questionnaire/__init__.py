"""The questionnaire: read from a TOML file, asked on every face, checked in one place.

`load` reads the file; everything else is asked of the `Questionnaire` that it gives.
"""

from bot.questionnaire.codes import CODES, Code
from bot.questionnaire.field import Column, Condition, DisplayRow, Field, Kind, Value, Words
from bot.questionnaire.loader import load
from bot.questionnaire.model import Availability, Group, Questionnaire
from bot.questionnaire.texts import Texts, searchable
from bot.questionnaire.types import FIELD_TYPES

__all__ = [
    "CODES",
    "FIELD_TYPES",
    "Availability",
    "Code",
    "Column",
    "Condition",
    "DisplayRow",
    "Field",
    "Group",
    "Kind",
    "Questionnaire",
    "Texts",
    "Value",
    "Words",
    "load",
    "searchable",
]
