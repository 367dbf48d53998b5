"""What the bot writes by itself: decisions and words to a guest, a guest's answer to the admins."""

from collections.abc import Iterator

from aiogram.types import ForceReply, InlineKeyboardMarkup

from bot.locales import Texts
from bot.messages.buttons import FormPress, button, keyboard
from bot.messages.own_forms import chat_row, page_row
from bot.messages.phrases import clip, field_labels, user_name, why_lost
from bot.questionnaire import Questionnaire
from bot.services import Card, FormRecord, KnownUser, OutboxRecord
from bot.services.statuses import Status

LONGEST_WORDS, LONGEST_FIELDS = 2_000, 1_000


def notice_text(record: OutboxRecord, questionnaire: Questionnaire, texts: Texts) -> str:
    """What became of the guest's form."""
    return "\n\n".join(_notice(record, questionnaire, texts))


def tells(record: OutboxRecord, card: Card) -> bool:
    """Whether the notice says what the form stands under now."""
    params = record.params
    if params["about"] == "undone":
        return card.form.status == Status.SUBMITTED
    event = card.decision.event if card.decision else None
    if event is None or event.to_status != params["about"] or card.form.status != params["about"]:
        return False
    return (event.note, event.details or {}) == (params.get("note"), params.get("details") or {})


def _notice(record: OutboxRecord, questionnaire: Questionnaire, texts: Texts) -> Iterator[str]:
    params, language = record.params, texts.language
    about = str(params["about"]).replace("_", "-")
    event = {"date": questionnaire.date[language], "place": questionnaire.place[language]}
    yield texts(f"notice-{about}", number=str(record.form_id), **(event if about == "approved" else {}))
    details = params.get("details") or {}
    reason = questionnaire.reasons.get(details.get("reason", ""))
    if reason:
        yield texts("notice-reason", reason=reason[language])
    if fields := field_labels(details.get("fields"), questionnaire, language):
        yield texts("notice-fields", fields=clip(fields, LONGEST_FIELDS))
    if note := params.get("note"):
        yield texts("notice-note", note=clip(note, LONGEST_WORDS))


def notice_keyboard(record: OutboxRecord, page_url: str, texts: Texts) -> InlineKeyboardMarkup | None:
    """Where something is to change: the ways to do it."""
    number = record.form_id
    if record.params["about"] != "needs_changes" or number is None:
        return None
    return keyboard([page_row(number, page_url, texts, text="button-edit-form"), chat_row(number, texts)])


def reminder_text(draft: FormRecord, questionnaire: Questionnaire, texts: Texts) -> str:
    """A gentle word about a draft that was left."""
    return texts("reminder", number=str(draft.id), title=questionnaire.title[texts.language])


def word_text(record: OutboxRecord, texts: Texts) -> str:
    """An admin's word to a guest."""
    return texts("word-to-guest", number=str(record.form_id), text=clip(record.params["text"], LONGEST_WORDS))


def answer_text(record: OutboxRecord, guest: KnownUser | None, texts: Texts) -> str:
    """A guest's answer to the admins, or why their word to the guest was lost."""
    if lost := record.params.get("lost"):
        return texts("word-lost", number=str(record.form_id), guest=user_name(guest, texts), why=why_lost(lost, texts))
    text = clip(record.params["text"], LONGEST_WORDS)
    return texts("answer-from-guest", number=str(record.form_id), guest=user_name(guest, texts), text=text)


def answer_keyboard(record: OutboxRecord, texts: Texts) -> InlineKeyboardMarkup:
    """To the form that the answer is about."""
    number = record.form_id or 0
    text = texts.plain("button-open-form", number=str(number))
    return keyboard([[button(text, FormPress(verb="card", form=number))]])


def ask_for_reply(texts: Texts) -> ForceReply:
    """The client opens its reply by itself."""
    return ForceReply(force_reply=True, selective=True, input_field_placeholder=texts.plain("prompt-placeholder"))
