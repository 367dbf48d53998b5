"""A decision on a form and what its message shows then: in review, the next one that waits."""

from dataclasses import replace

from bot.errors import BalBotError, FormNotFound, TransitionNotAllowed, VersionStale
from bot.handlers.desk import Desk
from bot.messages import cards
from bot.messages.buttons import keyboard
from bot.messages.phrases import actor_name, ago, status_word
from bot.services import Card, Decision, FormFilter, Position
from bot.services.clock import utc_now
from bot.services.statuses import Status


async def decide(desk: Desk, form_id: int, decision: Decision) -> str | None:
    """Decide; the pressed message shows it at once, the outbox edits every other card and tells the guest."""
    place = cards.Place.of(await desk.about())
    card = await desk.services.review.decide(desk.actor, desk.user, form_id, decision, desk.message)
    if place.mode == "review":
        return await advance(desk, place.name, Position(form_id, card.form.submitted_at), decided=card)
    await _show(desk, card, place)
    return desk.own.plain(f"decided-{decision.status.replace('_', '-')}", number=str(form_id))


async def decide_below(desk: Desk, form_id: int, decision: Decision, message_id: int) -> bool:
    """Decide by words that were written under a card, the message `message_id`.

    A review goes on below them, in a new message; whether it was one.
    """
    above = replace(desk, message_id=message_id)
    about = await above.about()
    place = cards.Place.of(about)
    wanted = await desk.services.lists.load(desk.actor, place.name) if place.mode == "review" else None
    if about is None or about.form_id != form_id or wanted is None:
        await desk.services.review.decide(desk.actor, desk.user, form_id, decision)
        return False
    # The outbox edits it from now on as a card like any other: the review stands in one place.
    await remember_place(above, form_id, cards.Place())
    try:
        card = await desk.services.review.decide(desk.actor, desk.user, form_id, decision)
    except BalBotError:
        await remember_place(above, form_id, place)
        raise
    await advance(await desk.in_own_message(), place.name, Position(form_id, card.form.submitted_at), decided=card)
    return True


async def remember_place(desk: Desk, form_id: int, place: cards.Place) -> None:
    """The pressed message shows this form's card, and is kept up to date from now on."""
    in_list = place.mode != "card"
    await desk.remember(form_id, "review" if in_list else "card", place.state() if in_list else None)


async def undo(desk: Desk, form_id: int, name: str) -> str | None:
    """Take the decision back; in review, of the list `name`, its form is shown again."""
    card = await desk.services.review.undo(desk.actor, form_id, desk.message)
    in_review = bool(name) and await desk.services.lists.load(desk.actor, name) is not None
    place = cards.Place("review", name) if in_review else cards.Place.of(await desk.about())
    await _show(desk, card, place)
    return desk.own.plain("undone", number=str(form_id))


async def waiting_card(desk: Desk, form_id: int) -> Card:
    """The card of a form that waits for a decision; raises FormNotFound, TransitionNotAllowed."""
    card = await desk.services.review.card(desk.actor, form_id)
    if card.form.status != Status.SUBMITTED:
        raise TransitionNotAllowed(card.form.status, Status.SUBMITTED)
    return card


async def show_card(desk: Desk, form_id: int, place: cards.Place) -> str | None:
    """Put the form's card in place of the pressed message, which from now on is kept up to date."""
    return await _show(desk, await desk.services.review.card(desk.actor, form_id), place)


async def _show(desk: Desk, card: Card, place: cards.Place) -> str | None:
    await remember_place(desk, card.form.id, place)
    text = cards.card_text(card, desk.questionnaire, desk.texts)
    return await _put(desk, card, text, place)


async def _put(desk: Desk, card: Card, text: str, place: cards.Place) -> str | None:
    said = await desk.show(text, cards.card_keyboard(card, desk.texts, place))
    await desk.services.review.shown(desk.actor, card, desk.message if said is None else None)
    return said


async def advance(desk: Desk, name: str, after: Position | None, decided: Card | None = None) -> str | None:
    """Show the form that waits next, round and round, until none does."""
    wanted = await desk.services.lists.load(desk.actor, name)
    if wanted is None:
        return desk.own.plain("filter-expired")
    lists = desk.services.lists
    form = await lists.next_waiting(desk.actor, wanted, after) or await lists.next_waiting(desk.actor, wanted, None)
    if form is None:
        return await _all_done(desk, name, decided)
    if after is not None and form.id == after.id:
        return desk.own.plain("review-last")
    return await _show_next(desk, name, wanted, form.id, decided)


async def _show_next(desk: Desk, name: str, wanted: FormFilter, form_id: int, decided: Card | None) -> str | None:
    try:
        card = await desk.services.review.card(desk.actor, form_id)
    except FormNotFound:
        return desk.own.plain("form-gone")
    place = cards.Place("review", name).after(decided)
    await remember_place(desk, form_id, place)
    left = await desk.services.lists.waiting(desk.actor, wanted)
    text = cards.card_text(card, desk.questionnaire, desk.texts)
    lines = [*_flash(desk, decided), desk.texts("review-left", count=left), "", text]
    return await _put(desk, card, "\n".join(lines), place)


async def _all_done(desk: Desk, name: str, decided: Card | None) -> str | None:
    await desk.forget()
    undo = [cards.undo_row(decided.form.id, name, desk.texts)] if decided else []
    markup = keyboard([*undo, cards.list_row(name, desk.texts)])
    return await desk.show("\n".join([*_flash(desk, decided), desk.texts("review-done")]), markup)


def _flash(desk: Desk, decided: Card | None) -> list[str]:
    if decided is None:
        return []
    status = decided.form.status.replace("_", "-")
    return [desk.texts(f"flash-{status}", number=str(decided.form.id))]


async def decided_by_oneself(desk: Desk, form_id: int) -> str | None:
    """What to say of a second press after a decision just made: whatever the message shows by now, it stays."""
    try:
        card = await desk.services.review.card(desk.actor, form_id)
    except FormNotFound:
        return None
    if card.undo_until is None or card.decision is None or card.decision.event.actor_id != desk.actor.id:
        return None
    return desk.own.plain("already-yours", number=str(form_id), status=status_word(card.form.status, desk.own))


async def already(desk: Desk, form_id: int, error: TransitionNotAllowed | VersionStale) -> str:
    """Who was quicker, and how long ago; the message that was pressed, if one was, is brought up to date."""
    try:
        card = await desk.services.review.card(desk.actor, form_id)
    except FormNotFound:
        return await card_is_gone(desk, form_id)
    about = await desk.about()
    if desk.message_id and (about is None or about.form_id == form_id):
        await show_card(desk, form_id, cards.Place.of(about))
    words = {"number": str(form_id), "status": status_word(card.form.status, desk.own)}
    waiting = card.form.status == Status.SUBMITTED
    if waiting and isinstance(error, VersionStale):
        return desk.own.plain("changed-meanwhile", **words)
    if waiting or card.decision is None:
        return desk.own.plain("stands-otherwise", **words)
    since = ago(card.decision.event.at, utc_now(), desk.own)
    return desk.own.plain("already", who=actor_name(card.decision, desk.own), ago=since, **words)


async def card_is_gone(desk: Desk, form_id: int) -> str:
    """Say that the form was deleted, in place of its card."""
    if await desk.about() is not None:
        await desk.show(cards.deleted_text(form_id, desk.texts), cards.deleted_keyboard(form_id, desk.texts))
    return desk.own.plain("form-gone")
