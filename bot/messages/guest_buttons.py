"""Buttons of guests and what they carry."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData

MyVerb = Literal["list", "form", "cancel", "cancelled", "delete", "deleted"]
ForgetVerb = Literal["file", "sure", "forget", "leave"]


class FillPress(CallbackData, prefix="q"):
    """A button of the questionnaire in the chat; `arg`: a question and a choice, a page, a version."""

    verb: str
    form: int = 0
    arg: str = ""


class MyPress(CallbackData, prefix="m"):
    """A button of `/my`; `arg` is a page of the form's answers, or a place in the list."""

    verb: MyVerb
    form: int = 0
    arg: str = ""


class LanguagePress(CallbackData, prefix="g"):
    """A language; "" is Telegram's own."""

    language: str


class ForgetPress(CallbackData, prefix="x"):
    """A button of `/forget`."""

    verb: ForgetVerb
