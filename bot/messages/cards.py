"""A form's card: its text and its buttons, all answers, its history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from aiogram.types import InlineKeyboardMarkup

from bot.locales import Texts
from bot.messages.buttons import (
    FormPress,
    FormVerb,
    ListPress,
    Row,
    button,
    in_rows,
    keyboard,
    pack_chosen,
    pack_position,
)
from bot.messages.phrases import (
    MESSAGE_LIMIT,
    actor_name,
    clip,
    consent_words,
    cut,
    field_labels,
    length,
    moment,
    one_line,
    reason_words,
    shown_length,
    status_sign,
    status_word,
    user_name,
)
from bot.questionnaire import DisplayRow, Questionnaire
from bot.services import Card, EventRecord, FormMessage, FormRecord, NamedEvent, Position
from bot.services.clock import utc_now
from bot.services.statuses import Status

LONGEST_ANSWER, LONGEST_NOTE = 160, 300
# A question as the card, and as a button shows it.
LONGEST_LABEL, LONGEST_BOX = 80, 28
# What a page of answers leaves for its title and its page number.
ROOM = 300
# A card is short: the rest stands under "all answers".
MOST_ROWS = 12
SHOWN_EVENTS = 25


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands: alone, or in a list (`name` is its filter) that is read or reviewed form by form.

    `undo` is the form before it in a review, whose decision can be taken back here until `undo_until`.
    """

    mode: str = "card"
    name: str = ""
    undo: int = 0
    undo_until: datetime | None = None

    @classmethod
    def of(cls, message: FormMessage | None) -> Self:
        """As the message's state tells."""
        if message is None or message.purpose != "review":
            return cls()
        state = message.state
        until = datetime.fromisoformat(state["undo_until"]) if state.get("undo") else None
        return cls(str(state.get("mode", "list")), str(state.get("name", "")), state.get("undo", 0), until)

    def after(self, decided: Card | None) -> Self:
        """The place of the form that follows a decided one."""
        if decided is None or decided.undo_until is None:
            return replace(self, undo=0, undo_until=None)
        return replace(self, undo=decided.form.id, undo_until=decided.undo_until)

    def state(self) -> dict[str, Any]:
        """As `of` reads it."""
        state: dict[str, Any] = {"mode": self.mode, "name": self.name}
        if self.undo_until is not None:
            state |= {"undo": self.undo, "undo_until": self.undo_until.isoformat()}
        return state


def card_text(card: Card, questionnaire: Questionnaire, texts: Texts) -> str:
    """The card as HTML."""
    return "\n".join(_lines(card, questionnaire, texts))


def deleted_text(number: int, texts: Texts) -> str:
    """What is left of a card whose form was deleted."""
    return texts("card-deleted", number=str(number))


def _lines(card: Card, questionnaire: Questionnaire, texts: Texts) -> Iterator[str]:
    form = card.form
    title = {"sign": status_sign(form.status, texts), "status": status_word(form.status, texts)}
    yield texts("card-title", number=str(form.id), **title)
    yield ""
    yield from _answers(_card_rows(card, questionnaire, texts), texts)
    yield ""
    yield _sent(card, questionnaire, texts)
    if card.change and "changed" in (card.change.details or {}):
        yield _change(card.change, questionnaire, texts)
    if card.decision:
        yield from _decision(card.decision, questionnaire, texts)
    if card.guest and card.guest.blocked:
        yield texts("card-guest-blocked")
    elif card.undelivered:
        yield texts("card-undelivered", count=card.undelivered)


def _card_rows(card: Card, questionnaire: Questionnaire, texts: Texts) -> list[DisplayRow]:
    """The answers that were changed, then those that matter."""
    changed = set(_changed(card.change))
    wanted = {field.path for field in questionnaire.fields if field.card} | changed
    rows = questionnaire.display(card.form.form_data, texts.language, texts.plain)
    shown = [row for row in rows if row.path in wanted]
    # Where all fit, the questionnaire's order reads best.
    return shown if len(shown) <= MOST_ROWS else sorted(shown, key=lambda row: row.path not in changed)


def _answers(rows: Sequence[DisplayRow], texts: Texts) -> Iterator[str]:
    for row in rows[:MOST_ROWS]:
        label = clip(row.label, LONGEST_LABEL)
        yield texts("card-answer", label=label, value=one_line(row.value, LONGEST_ANSWER))
    if len(rows) > MOST_ROWS:
        yield texts("card-answers-more", count=len(rows) - MOST_ROWS)


def _changed(event: EventRecord | None) -> Sequence[str]:
    return (event.details or {}).get("changed", ()) if event else ()


def _change(event: EventRecord, questionnaire: Questionnaire, texts: Texts) -> str:
    labels = field_labels(_changed(event), questionnaire, texts.language) or texts.plain("card-nothing-changed")
    when, was = moment(event.at, questionnaire, texts), str(event.from_status).replace("_", "-")
    return texts("card-changed", when=when, fields=clip(labels, LONGEST_NOTE), was=was)


def _sent(card: Card, questionnaire: Questionnaire, texts: Texts) -> str:
    guest = user_name(card.guest, texts)
    if card.guest and card.guest.username:
        guest += f" (@{card.guest.username})"
    if card.form.submitted_at is None:
        return texts("card-draft", guest=guest)
    return texts("card-submitted", when=moment(card.form.submitted_at, questionnaire, texts), guest=guest)


def _decision(decision: NamedEvent, questionnaire: Questionnaire, texts: Texts) -> Iterator[str]:
    event = decision.event
    status = str(event.to_status).replace("_", "-")
    when = moment(event.at, questionnaire, texts)
    yield texts(f"card-decided-{status}", who=actor_name(decision, texts), when=when)
    if event.to_status == Status.REJECTED:
        if reason := reason_words(event, questionnaire, texts.language):
            yield texts("card-reason", reason=one_line(reason, LONGEST_NOTE))
        return
    if labels := field_labels((event.details or {}).get("fields"), questionnaire, texts.language):
        yield texts("card-fields", fields=clip(labels, LONGEST_NOTE))
    if event.note:
        yield texts("card-note", note=one_line(event.note, LONGEST_NOTE))


def card_keyboard(card: Card, texts: Texts, place: Place) -> InlineKeyboardMarkup:
    """The buttons that the form's status allows, and those of the place where the card stands."""
    number, waiting, seen = card.form.id, card.form.status == Status.SUBMITTED, card.form.version
    decide: Row = _form_buttons(number, texts, "approve", "reject", seen=seen) if waiting else ()
    change: Row = _form_buttons(number, texts, "changes", seen=seen) if waiting else ()
    undo: Row = _form_buttons(number, texts, "undo") if card.undo_until else ()
    rows = [
        decide,
        undo,
        [*change, *_form_buttons(number, texts, "answers")],
        _form_buttons(number, texts, "history", "ask"),
        _place_row(card, texts, place),
    ]
    if place.undo_until is not None and utc_now() < place.undo_until:
        rows.append(undo_row(place.undo, place.name, texts))
    return keyboard(rows)


_TEXTS: dict[FormVerb, str] = {
    "approve": "button-approve",
    "reject": "button-reject",
    "changes": "button-changes",
    "undo": "button-undo",
    "answers": "button-answers",
    "history": "button-history",
    "ask": "button-word",
    "card": "button-back",
}


def _form_buttons(number: int, texts: Texts, *verbs: FormVerb, seen: int | None = None) -> Row:
    return [button(texts.plain(_TEXTS[verb]), FormPress(verb=verb, form=number, seen=seen)) for verb in verbs]


def _place_row(card: Card, texts: Texts, place: Place) -> Row:
    if place.mode == "list":
        return list_row(place.name, texts)
    if place.mode != "review":
        return ()
    here = pack_position(Position(card.form.id, card.form.submitted_at))
    text = "button-skip" if card.form.status == Status.SUBMITTED else "button-next"
    following = ListPress(verb="skip", name=place.name, arg=here)
    stop = ListPress(verb="page", name=place.name)
    return [button(texts.plain(text), following), button(texts.plain("button-stop"), stop)]


def list_row(name: str, texts: Texts) -> Row:
    """The way back to the list."""
    return [button(texts.plain("button-to-list"), ListPress(verb="page", name=name))]


def undo_row(number: int, name: str, texts: Texts) -> Row:
    """The button that takes back the decision on the form before this one, in the review of a list."""
    text = texts.plain("button-undo-number", number=str(number))
    return [button(text, FormPress(verb="undo", form=number, arg=name))]


def reasons_keyboard(card: Card, questionnaire: Questionnaire, texts: Texts) -> InlineKeyboardMarkup:
    """Ready-made reasons, an own one, and the way back."""
    number, seen = card.form.id, card.form.version
    ready: list[Row] = [
        [button(one_line(text[texts.language], 60), FormPress(verb="because", form=number, arg=key, seen=seen))]
        for key, text in questionnaire.reasons.items()
    ]
    typed = button(texts.plain("button-typed-reason"), FormPress(verb="typed", form=number, seen=seen))
    return keyboard([*ready, [typed], _form_buttons(number, texts, "card")])


def fields_keyboard(
    card: Card, chosen: frozenset[int], questionnaire: Questionnaire, texts: Texts
) -> InlineKeyboardMarkup:
    """A tick box for each question that this guest was asked; what is ticked travels in every button."""
    number, seen = card.form.id, card.form.version
    asked = {field.path for field in questionnaire.asked(card.form.form_data)}
    boxes = [
        button(
            ("☑️ " if index in chosen else "◻️ ") + one_line(field.label[texts.language], LONGEST_BOX),
            FormPress(verb="changes", form=number, arg=pack_chosen(chosen ^ {index}), seen=seen),
        )
        for index, field in enumerate(questionnaire.fields)
        if field.path in asked
    ]
    ticked = pack_chosen(chosen)
    send = button(texts.plain("button-send-changes"), FormPress(verb="send", form=number, arg=ticked, seen=seen))
    words = button(texts.plain("button-word-changes"), FormPress(verb="words", form=number, arg=ticked, seen=seen))
    return keyboard([*in_rows(boxes, 2), [send, words] if chosen else [words], _form_buttons(number, texts, "card")])


def answers_pages(
    form: FormRecord, questionnaire: Questionnaire, texts: Texts, *, title: str = "", start: Sequence[str] = ()
) -> list[str]:
    """Every answer as HTML, in as many messages as Telegram needs; a long answer runs over several.

    Each page begins with `title`, the first goes on with `start`.
    """
    title = title or texts("answers-title", number=str(form.id))
    parts: list[str] = []
    heading: str | None = None
    for row in questionnaire.display(form.form_data, texts.language, texts.plain):
        if row.group_label != heading:
            heading = row.group_label
            parts += [texts("group-heading", label=heading)] if heading else []
        parts += _answer_parts(row, texts)
    pages = _paged([*start, *(parts or [texts("no-answers")])])
    return [f"{title}\n{page}{_page_number(index, len(pages), texts)}" for index, page in enumerate(pages)]


def _answer_parts(row: DisplayRow, texts: Texts) -> list[str]:
    """One answer, cut where a message could not hold it."""
    most = (MESSAGE_LIMIT - ROOM) // 2
    pieces, rest = [], row.value
    while length(rest) > most:
        piece = cut(rest, most)
        pieces.append(piece)
        rest = rest[len(piece) :]
    first, *more = [*pieces, rest]
    return [texts("answer-row", label=row.label, value=first), *(texts("answer-rest", value=part) for part in more)]


def _paged(parts: Sequence[str]) -> list[str]:
    """Parts joined to pages; what counts is their length as Telegram shows it."""
    pages: list[str] = []
    room = 0
    for part in parts:
        size = shown_length(part) + 1
        if not pages or size > room:
            pages.append("")
            room = MESSAGE_LIMIT - ROOM
        pages[-1] += "\n" + part
        room -= size
    return pages


def _page_number(index: int, pages: int, texts: Texts) -> str:
    return "" if pages == 1 else "\n\n" + texts("card-answers-page", page=str(index + 1), pages=str(pages))


def answers_keyboard(number: int, page: int, pages: int, texts: Texts) -> InlineKeyboardMarkup:
    """Through the pages, and back to the card."""
    turns = [
        button(texts.plain(text), FormPress(verb="answers", form=number, arg=str(other)))
        for text, other in (("button-previous-page", page - 1), ("button-next-page", page + 1))
        if 0 <= other < pages
    ]
    return keyboard([turns, _form_buttons(number, texts, "card")])


def history_text(number: int, events: Sequence[NamedEvent], questionnaire: Questionnaire, texts: Texts) -> str:
    """Who did what and when, oldest first; the newest that fit."""
    lines = [_history_line(named, questionnaire, texts) for named in events][-SHOWN_EVENTS:]
    while shown_length("\n".join(lines)) > MESSAGE_LIMIT - ROOM:
        lines = lines[1:]
    hidden = len(events) - len(lines)
    earlier = [texts("history-earlier", count=hidden)] if hidden else []
    return "\n".join([texts("history-title", number=str(number)), "", *earlier, *lines])


def _history_line(named: NamedEvent, questionnaire: Questionnaire, texts: Texts) -> str:
    event = named.event
    what = _deed(event, texts)
    details = event.details or {}
    if labels := field_labels(details.get("changed") or details.get("fields"), questionnaire, texts.language):
        what[0] = texts.plain("history-of-fields", what=what[0], fields=clip(labels, LONGEST_NOTE))
    if note := reason_words(event, questionnaire, texts.language):
        what.append(texts.plain("history-note", note=one_line(note, LONGEST_ANSWER)))
    what += consent_words(event, questionnaire, texts)
    when = moment(event.at, questionnaire, texts)
    return texts("history-line", when=when, who=actor_name(named, texts), what=", ".join(what))


def _deed(event: EventRecord, texts: Texts) -> list[str]:
    """What was done, and the status that came of it where that says more."""
    if event.from_status in (None, Status.DRAFT) and event.to_status == Status.SUBMITTED:
        return [texts.plain("history-submitted")]
    if event.action == "created":
        return [texts.plain("history-begun")]
    deed = [] if event.action == "moved" else [texts.plain(f"history-{event.action}")]
    moved = event.action == "moved" or (event.action == "edited" and event.from_status != event.to_status)
    return [*deed, *([status_word(str(event.to_status), texts)] if moved else [])]


def deleted_keyboard(number: int, texts: Texts) -> InlineKeyboardMarkup:
    """Of a deleted form only the history is left."""
    return keyboard([_form_buttons(number, texts, "history")])


def back_keyboard(number: int, texts: Texts) -> InlineKeyboardMarkup:
    """The way back to the card."""
    return keyboard([_form_buttons(number, texts, "card")])
