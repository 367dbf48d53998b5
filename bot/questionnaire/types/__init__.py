"""The field types: one class each. A new one is a class here, its line in `FIELD_TYPES` and a template of the page."""

from bot.questionnaire.field import Field
from bot.questionnaire.types.choices import Choice, MultiChoice
from bot.questionnaire.types.contacts import Email, Phone
from bot.questionnaire.types.values import Boolean, Consent, Date, Integer, LongText, Text

FIELD_TYPES: dict[str, type[Field]] = {
    field_type.type: field_type
    for field_type in (Text, LongText, Email, Phone, Integer, Choice, MultiChoice, Boolean, Date, Consent)
}
