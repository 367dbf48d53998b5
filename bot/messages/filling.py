"""The questionnaire in the chat: a question with its buttons, the summary, the list of answers to change."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2s
from typing import Any

import orjson
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.locales import Texts
from bot.messages.buttons import Row, button, in_rows, keyboard, pack_chosen
from bot.messages.cards import answers_pages
from bot.messages.guest_buttons import FillPress
from bot.messages.phrases import clip, length, one_line, status_word
from bot.questionnaire import Field, Questionnaire
from bot.services import FormRecord
from bot.services.filling import Place, Sheet
from bot.services.statuses import Status

LONGEST_BUTTON, LONGEST_VALUE = 60, 600
# What all options together may take of a question's text when their buttons cannot hold them.
ROOM_FOR_OPTIONS = 1_600
MENU_ROWS = 8
_NARROW, _MIDDLE = 8, 16


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is asked: where, of which form, in whose language."""

    questionnaire: Questionnaire
    place: Place
    sheet: Sheet
    texts: Texts

    @property
    def field(self) -> Field:
        """What is asked."""
        return self.questionnaire.field(self.place.field)

    @property
    def value(self) -> Any:  # noqa: ANN401 - any answer
        """The answer by now."""
        return self.field.given(self.sheet.answers)

    def label(self, value: Any) -> str:  # noqa: ANN401 - any answer
        """One of the ready answers, in words."""
        return self.field.option(value, self.texts.language, self.texts.plain)


@cache
def token(field: Field) -> str:
    """What tells a question from every other, and from itself after a change of the file: 8 characters."""
    return blake2s(orjson.dumps(field.describe()), digest_size=4).hexdigest()


def question_text(question: Question, words: str = "") -> str:
    """The question as HTML, `words` above it."""
    return "\n\n".join([*([words] if words else []), *_parts(question)])


def _parts(question: Question) -> Iterator[str]:
    field, texts, language = question.field, question.texts, question.texts.language
    number, rest = len(question.place.done) + 1, len(question.place.todo)
    yield "\n".join([texts("fill-number", number=str(number), total=str(number + rest)), *_heading(question)])
    optional = "" if field.required else texts("fill-optional")
    hint = [texts("fill-hint", hint=field.hint[language])] if field.hint[language] else []
    yield "\n".join([texts("fill-label", label=field.label[language]) + optional, *hint])
    if question.value is not None:
        shown = field.display(question.value, language, texts.plain)
        yield texts("fill-now", value=one_line(shown, LONGEST_VALUE))
    if _is_long(question):
        yield "\n".join(_options(question))
    yield texts(f"fill-how-{field.how}")


def _heading(question: Question) -> Iterator[str]:
    """The group's label, with its hint at its first question."""
    field, language = question.field, question.texts.language
    group = next((group for group in question.questionnaire.groups if group.key == field.group), None)
    if group is None:
        return
    yield question.texts("fill-group", label=group.label[language])
    first = next(other for other in question.questionnaire.fields if other.group == group.key)
    if first is field and group.hint[language]:
        yield question.texts("fill-hint", hint=group.hint[language])


def _is_long(question: Question) -> bool:
    return any(length(question.label(value)) > LONGEST_BUTTON for value in question.field.ready)


def _options(question: Question) -> Iterator[str]:
    room = ROOM_FOR_OPTIONS // len(question.field.ready)
    for number, value in enumerate(question.field.ready, 1):
        yield question.texts("fill-option", number=str(number), label=one_line(question.label(value), room))


def ticked(question: Question) -> frozenset[int]:
    """The places of the options that are the answer by now."""
    chosen = question.value if question.field.several else [question.value]
    return frozenset(index for index, value in enumerate(question.field.ready) if value in (chosen or ()))


def question_keyboard(question: Question, chosen: Collection[int]) -> InlineKeyboardMarkup:
    """Ready answers (those at `chosen` are ticked), and the ways back and on."""
    labels = [text for _, text in _labels(question)]
    longest = max(map(length, labels), default=0)
    width = 3 if longest <= _NARROW else 2 if longest <= _MIDDLE else 1
    done = [_button(question, "done", "fill-done", pack_chosen(chosen))] if question.field.several else []
    return keyboard([*in_rows(list(_ready(question, chosen)), width), done, list(_ways(question))])


def _labels(question: Question) -> Iterator[tuple[int, str]]:
    numbered = _is_long(question)
    for index, value in enumerate(question.field.ready):
        label = question.label(value)
        yield index, one_line(f"{index + 1}. {label}" if numbered else label, LONGEST_BUTTON)


def _ready(question: Question, chosen: Collection[int]) -> Iterator[InlineKeyboardButton]:
    several = question.field.several
    for index, label in _labels(question):
        sign = ("☑️ " if index in chosen else "◻️ ") if several else "• " if index in chosen else ""
        arg = pack_chosen(frozenset(chosen) ^ {index} if several else {index})
        yield button(sign + label, _press(question, "tick" if several else "pick", arg))


def _ways(question: Question) -> Iterator[InlineKeyboardButton]:
    if question.place.has_way_back:
        yield _button(question, "back", "fill-back")
    if not question.field.required:
        yield (
            _button(question, "skip", "fill-skip")
            if question.value is None
            else _button(question, "clear", "fill-clear")
        )
    if question.value is not None:
        yield _button(question, "keep", "fill-keep")


def _button(question: Question, verb: str, text: str, arg: str = "") -> InlineKeyboardButton:
    return button(question.texts.plain(text), _press(question, verb, arg))


def _press(question: Question, verb: str, arg: str) -> FillPress:
    # The question's own mark: a second press, or a press under an older question, is told by it.
    return FillPress(verb=verb, form=question.place.form, arg=f"{token(question.field)}.{arg}")


def contact_keyboard(texts: Texts) -> ReplyKeyboardMarkup:
    """Bot API, KeyboardButton.request_contact: only a reply keyboard can ask for it."""
    share = KeyboardButton(text=texts.plain("fill-share-phone"), request_contact=True)
    return ReplyKeyboardMarkup(keyboard=[[share]], resize_keyboard=True, one_time_keyboard=True)


def summary(
    sheet: Sheet, place: Place, questionnaire: Questionnaire, texts: Texts, page: int = 0
) -> tuple[str, InlineKeyboardMarkup]:
    """All answers to look over, page by page, and what can be done with them."""
    shown = replace(sheet.form, form_data=sheet.answers)
    pages = answers_pages(shown, questionnaire, texts)
    page = min(page, len(pages) - 1)
    send = [_plain(texts, "fill-send", FillPress(verb="send", form=place.form, arg=str(sheet.form.version)))]
    rows = [
        send if _can_be_sent(sheet.form, place) else [],
        [_plain(texts, "fill-change", FillPress(verb="menu", form=place.form))],
        list(_turns("page", place.form, page, len(pages), texts)),
        [_plain(texts, "fill-leave" if place.editing else "fill-later", FillPress(verb="later", form=place.form))],
    ]
    return f"{pages[page]}\n\n{_advice(sheet.form, place, texts)}", keyboard(rows)


def _can_be_sent(form: FormRecord, place: Place) -> bool:
    return bool(place.changes) or form.status not in (Status.SUBMITTED, Status.APPROVED)


def _advice(form: FormRecord, place: Place, texts: Texts) -> str:
    if not _can_be_sent(form, place):
        return texts("fill-nothing-changed", status=status_word(form.status, texts))
    return texts(f"fill-check-{form.status.replace('_', '-')}")


def menu(
    sheet: Sheet, place: Place, questionnaire: Questionnaire, texts: Texts, page: int = 0
) -> tuple[str, InlineKeyboardMarkup]:
    """Every question that is asked, page by page, to choose one."""
    asked = questionnaire.asked(sheet.answers)
    pages = max(-(-len(asked) // MENU_ROWS), 1)
    page = min(page, pages - 1)
    rows: list[Row] = [
        [button(one_line(field.label[texts.language], LONGEST_BUTTON), _edit(field, place))]
        for field in asked[page * MENU_ROWS : (page + 1) * MENU_ROWS]
    ]
    turns = list(_turns("menu", place.form, page, pages, texts))
    back = [_plain(texts, "fill-to-summary", FillPress(verb="page", form=place.form))]
    return texts("fill-which", page=page + 1, pages=pages), keyboard([*rows, turns, back])


def _edit(field: Field, place: Place) -> FillPress:
    return FillPress(verb="edit", form=place.form, arg=token(field))


def _turns(verb: str, form: int, page: int, pages: int, texts: Texts) -> Iterator[InlineKeyboardButton]:
    for text, other in (("button-previous-page", page - 1), ("button-next-page", page + 1)):
        if 0 <= other < pages:
            yield _plain(texts, text, FillPress(verb=verb, form=form, arg=str(other)))


def _plain(texts: Texts, text: str, press: FillPress) -> InlineKeyboardButton:
    return button(texts.plain(text), press)


def sent_text(form: FormRecord, texts: Texts) -> str:
    """What a guest reads when the form is in."""
    return texts("form-stored-submitted", number=str(form.id))


def stopped_text(place: Place, texts: Texts) -> str:
    """What is kept when a guest leaves."""
    about: Mapping[str, str] = {"number": str(place.form)}
    return texts("fill-edit-stopped" if place.editing else "fill-stopped", **about)


def phone_text(value: str | None, texts: Texts) -> str:
    """What stands above the keyboard that comes back after the question for a phone."""
    return texts("fill-phone-taken", phone=clip(value, LONGEST_BUTTON)) if value else texts("fill-phone-left")
