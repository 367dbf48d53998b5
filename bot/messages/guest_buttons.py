"""Buttons of guests and what they carry."""

from aiogram.filters.callback_data import CallbackData


class FillPress(CallbackData, prefix="q"):
    """A button of the questionnaire in the chat; `arg`: a question and a choice, a page, a version."""

    verb: str
    form: int = 0
    arg: str = ""
