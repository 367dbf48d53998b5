"""How to reach the guest: e-mail and phone."""

import unicodedata
from typing import Any, override

import phonenumbers
from email_validator import validate_email

from bot.questionnaire.codes import AnswerError
from bot.questionnaire.field import Condition, Field
from bot.questionnaire.table import Table, did_you_mean
from bot.questionnaire.texts import one_line

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
LONGEST_PHONE = 60


class Contact(Field):
    """One line that is checked by somebody else's library."""

    longest: int

    @override
    def accept(self, value: object) -> str | None:
        """Raises AnswerError: not_text, bad_characters, too_long, or the type's own."""
        text = one_line(value)
        if len(text) > self.longest:
            raise AnswerError("too_long")
        return self.normalized(text) if text else None

    def normalized(self, text: str) -> str:
        """As it is stored."""
        raise NotImplementedError

    @override
    def limits(self) -> dict[str, int | str]:
        return {"max_length": self.longest}

    @override
    def schema(self) -> dict[str, Any]:
        return super().schema() | {"type": "string", "maxLength": self.longest}


class Email(Contact):
    """An address, checked by its form alone (no DNS)."""

    type = "email"
    longest = LONGEST_EMAIL

    @override
    def normalized(self, text: str) -> str:
        """Raises AnswerError: invalid_email."""
        try:
            return validate_email(text, check_deliverability=False).normalized
        except ValueError as error:  # EmailNotValidError, and idna's own beneath it
            raise AnswerError("invalid_email") from error

    @override
    def schema(self) -> dict[str, Any]:
        return super().schema() | {"format": "email", "examples": ["ivan@example.com"]}

    @override
    def search(self, value: object) -> str:
        return str(value)


class Phone(Contact):
    """A number in any common way of writing it; a national one is of `region` (ISO 3166-1). E.164 stored."""

    type = "phone"
    longest = LONGEST_PHONE
    how = "phone"
    takes_contact = True

    def __init__(self, table: Table, show_if: Condition | None) -> None:
        super().__init__(table, show_if)
        self.region = table.take("region", str, "RU", 'two capital letters, for example "RU"')
        if self.region not in phonenumbers.SUPPORTED_REGIONS:
            near = did_you_mean(self.region.upper(), sorted(phonenumbers.SUPPORTED_REGIONS))
            table.report(f"no phones are known in the region «{self.region}»; {near}", "region")
        # The region's rules are read from disk once, now and not under a guest's form.
        phonenumbers.PhoneMetadata.metadata_for_region(self.region)

    @override
    def normalized(self, text: str) -> str:
        """Raises AnswerError: invalid_phone."""
        try:
            number = self._read(unicodedata.normalize("NFKC", text))
        except phonenumbers.NumberParseException as error:
            raise AnswerError("invalid_phone") from error
        if not phonenumbers.is_valid_number(number):
            raise AnswerError("invalid_phone")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def _read(self, text: str) -> phonenumbers.PhoneNumber:
        if text.startswith("00"):  # the international prefix of most countries, though not of every region's rules
            text = f"+{text[2:]}"
        try:
            return phonenumbers.parse(text, self.region)
        except phonenumbers.NumberParseException as error:
            if error.error_type != phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
                raise
            # There is no such country: "+8 999 …" is a national number with a plus too many.
            return phonenumbers.parse(text.lstrip("+"), self.region)

    @override
    def limits(self) -> dict[str, int | str]:
        return super().limits() | {"region": self.region}

    @override
    def schema(self) -> dict[str, Any]:
        return super().schema() | {"examples": ["+79991234567"]}

    @override
    def search(self, value: object) -> str:
        return str(value).removeprefix("+")
