"""What a guest sees of their own forms: the list, one form with what can be done with it."""

from collections.abc import Iterator, Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from bot.locales import Texts
from bot.messages.buttons import Row, button, in_rows, keyboard, pack_position
from bot.messages.cards import answers_pages
from bot.messages.guest_buttons import FillPress, MyPress, MyVerb
from bot.messages.pages import page_address
from bot.messages.phrases import clip, field_labels, moment, reason_words, status_sign, status_word
from bot.questionnaire import Questionnaire
from bot.services import FormRecord, ListPage, OwnForm
from bot.services.statuses import Status
from bot.submission import NOTE_LENGTH

NUMBERS_IN_A_ROW = 4


def list_text(page: ListPage, questionnaire: Questionnaire, texts: Texts) -> str:
    """The guest's forms, one a line."""
    if not page.total:
        return texts("my-none")
    lines = (_line(form, questionnaire, texts) for form in page.items)
    return "\n".join([texts("my-title", total=page.total), "", *lines])


def _line(form: FormRecord, questionnaire: Questionnaire, texts: Texts) -> str:
    when = moment(form.submitted_at or form.created_at, questionnaire, texts)
    sign, status = status_sign(form.status, texts), status_word(form.status, texts)
    return texts("my-line", sign=sign, number=str(form.id), status=status, when=when)


def list_keyboard(page: ListPage, texts: Texts) -> InlineKeyboardMarkup:
    """The page's forms by number, and the neighbouring pages."""
    numbers = [
        button(f"{status_sign(form.status, texts)} № {form.id}", MyPress(verb="form", form=form.id))
        for form in page.items
    ]
    ways = (
        ("button-previous-page", f"<{pack_position(page.before)}" if page.before else ""),
        ("button-next-page", f">{pack_position(page.after)}" if page.after else ""),
    )
    turns = [button(texts.plain(text), MyPress(verb="list", arg=arg)) for text, arg in ways if arg]
    return keyboard([*in_rows(numbers, NUMBERS_IN_A_ROW), turns])


def form_pages(own: OwnForm, questionnaire: Questionnaire, texts: Texts) -> list[str]:
    """All of a form, in as many messages as Telegram needs."""
    status = {"sign": status_sign(own.form.status, texts), "status": status_word(own.form.status, texts)}
    title = texts("my-form-title", number=str(own.form.id), **status)
    return answers_pages(own.form, questionnaire, texts, title=title, start=list(_start(own, questionnaire, texts)))


def _start(own: OwnForm, questionnaire: Questionnaire, texts: Texts) -> Iterator[str]:
    if own.form.submitted_at is not None:
        yield texts("my-submitted", when=moment(own.form.submitted_at, questionnaire, texts))
    if own.decision is not None:
        details, language = own.decision.details or {}, texts.language
        if fields := field_labels(details.get("fields"), questionnaire, language):
            yield texts("notice-fields", fields=fields)
        if own.form.status == Status.REJECTED and (reason := reason_words(own.decision, questionnaire, language)):
            yield texts("notice-reason", reason=reason)
        elif own.decision.note:
            yield texts("notice-note", note=clip(own.decision.note, NOTE_LENGTH))
    if own.can_edit and own.form.status == Status.APPROVED:
        yield texts("my-approved")


def form_keyboard(own: OwnForm, page: int, pages: int, page_url: str, texts: Texts) -> InlineKeyboardMarkup:
    """Through the pages, and what the form's status allows."""
    number = own.form.id
    turns = [
        button(texts.plain(text), MyPress(verb="form", form=number, arg=str(other)))
        for text, other in (("button-previous-page", page - 1), ("button-next-page", page + 1))
        if 0 <= other < pages
    ]
    cancel = [button(texts.plain("my-button-cancel"), MyPress(verb="cancel", form=number))] if own.can_cancel else []
    delete = button(texts.plain("my-button-delete"), MyPress(verb="delete", form=number))
    edit = edit_rows(own.form, page_url, texts) if own.can_edit else []
    return keyboard([turns, *edit, [*cancel, delete], to_list(texts)])


def edit_rows(form: FormRecord, page_url: str, texts: Texts) -> Sequence[Row]:
    """The ways to change a form: its page, and for clients that cannot open one, the chat."""
    begun = form.status == Status.DRAFT
    text = "my-button-continue" if begun else "button-edit-form"
    return [page_row(form.id, page_url, texts, text=text), chat_row(form.id, texts, begun=begun)]


def page_row(form_id: int, page_url: str, texts: Texts, *, text: str) -> Row:
    """The button that opens the form's page, where there is one (Bot API, InlineKeyboardButton.web_app)."""
    if not page_url:
        return ()
    address = page_address(page_url, form=str(form_id), lang=texts.language)
    return [InlineKeyboardButton(text=texts.plain(text), web_app=WebAppInfo(url=address))]


def chat_row(form_id: int, texts: Texts, *, begun: bool = False) -> Row:
    """The button that goes through the form question by question; it is a draft that was `begun`, or is changed."""
    text = "button-continue-in-chat" if begun else "button-edit-in-chat"
    return [button(texts.plain(text), FillPress(verb="open", form=form_id))]


def to_list(texts: Texts) -> Row:
    """The way back to the list."""
    return [button(texts.plain("my-button-list"), MyPress(verb="list"))]


def question_text(own: OwnForm, what: str, texts: Texts) -> str:
    """Whether the guest is sure; `what` is `cancel` or `delete`."""
    return texts(f"my-sure-{what}", number=str(own.form.id), told=own.form.status)


def question_keyboard(form_id: int, what: str, yes: MyVerb, texts: Texts) -> InlineKeyboardMarkup:
    """Yes, or back to the form."""
    sure = button(texts.plain(f"my-button-sure-{what}"), MyPress(verb=yes, form=form_id))
    return keyboard([[sure], [button(texts.plain("my-button-leave"), MyPress(verb="form", form=form_id))]])
