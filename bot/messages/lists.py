"""The list of forms: its first screen, its pages, its filters, what was not delivered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aiogram.types import InlineKeyboardMarkup

from bot.locales import Texts
from bot.messages.buttons import ListPress, Row, button, in_rows, keyboard, pack_position, unpack_number
from bot.messages.cards import list_row
from bot.messages.phrases import moment, one_line, status_sign, status_word, why_lost
from bot.questionnaire import Questionnaire
from bot.services import Counts, Digest, FormFilter, FormRecord, ListPage, OutboxRecord
from bot.services.lists import is_waiting
from bot.services.statuses import Status

LONGEST_TITLE, LONGEST_QUERY = 60, 60
NUMBERS_IN_A_ROW = 4
PERIODS: Mapping[str, int] = {"today": 0, "week": 6, "month": 29}
"""What the date filter offers → how many days before today it begins."""
APART = "apart"
"""The argument of a button that leaves its message as it is and opens a new one."""

STATUS, TICKET, DATE = "s", "t", "d"
"""What a filter's button changes; its argument follows: `s2` is the third status, `s` any."""


def home_text(counts: Counts, texts: Texts) -> str:
    """What `/forms` says."""
    total = sum(counts.by_status.values())
    return texts("forms-home", total=total) if total else texts("forms-empty")


def home_keyboard(counts: Counts, names: Mapping[str | None, str], texts: Texts) -> InlineKeyboardMarkup:
    """Every status with its count; `names` are the saved filters of the statuses, None's of all forms."""
    statuses = [
        button(_status_count(status, counts, texts), ListPress(verb="page", name=names[status]))
        for status in Status
        if counts.by_status.get(status)
    ]
    total, waiting = sum(counts.by_status.values()), counts.by_status.get(Status.SUBMITTED, 0)
    everything = button(texts.plain("button-all", count=total), ListPress(verb="page", name=names[None]))
    review = button(
        texts.plain("button-review-count", count=waiting), ListPress(verb="review", name=names[Status.SUBMITTED])
    )
    lost = button(texts.plain("button-undelivered", count=counts.undelivered), ListPress(verb="lost"))
    export = button(texts.plain("button-export"), ListPress(verb="export", name=names[None]))
    return keyboard(
        [
            [review] if waiting else (),
            *in_rows(statuses, 2),
            [everything, export] if total else (),
            [lost] if counts.undelivered else (),
        ]
    )


def _status_count(status: Status, counts: Counts, texts: Texts) -> str:
    sign, word = status_sign(status, texts), status_word(status, texts)
    return texts.plain("button-status-count", sign=sign, status=word, count=counts.by_status[status])


def filter_words(wanted: FormFilter, questionnaire: Questionnaire, texts: Texts) -> str:
    """What the list shows, in words."""
    parts = list(_filter_parts(wanted, questionnaire, texts))
    return ", ".join(parts) or texts.plain("list-everything")


def _filter_parts(wanted: FormFilter, questionnaire: Questionnaire, texts: Texts) -> Iterator[str]:
    if wanted.status:
        yield status_word(wanted.status, texts)
    if wanted.ticket_type and questionnaire.ticket_field:
        yield questionnaire.ticket_field.display(wanted.ticket_type, texts.language, texts.plain)
    if wanted.since:
        day = wanted.since.astimezone(questionnaire.timezone).strftime(texts.plain("day"))
        yield texts.plain("list-since", day=day)
    if query := " ".join(wanted.words) or (f"№ {wanted.number}" if wanted.number is not None else ""):
        yield texts.plain("list-search", query=one_line(query, LONGEST_QUERY))


def page_text(page: ListPage, wanted: FormFilter, questionnaire: Questionnaire, texts: Texts) -> str:
    """A page of the list as HTML."""
    what = filter_words(wanted, questionnaire, texts)
    title = texts("list-title", what=what[:1].upper() + what[1:], total=page.total)
    if not page.items:
        return f"{title}\n\n{texts('list-nothing')}"
    hint = [texts("list-hint-oldest")] if is_waiting(wanted) else []
    lines = (form_line(form, questionnaire, texts) for form in page.items)
    return "\n".join([title, *hint, "", *lines])


def form_line(form: FormRecord, questionnaire: Questionnaire, texts: Texts) -> str:
    """One form on one line: what its card shows first, and when it came."""
    shown = {field.path for field in questionnaire.fields if field.card and field.group is None}
    rows = questionnaire.display(form.form_data, texts.language, texts.plain)
    title = " · ".join(one_line(row.value, LONGEST_TITLE) for row in rows if row.path in shown)
    return texts(
        "list-line",
        sign=status_sign(form.status, texts),
        number=str(form.id),
        title=one_line(title, 2 * LONGEST_TITLE),
        when=moment(form.submitted_at or form.created_at, questionnaire, texts, "moment-short"),
    )


def page_keyboard(
    page: ListPage, name: str, wanted: FormFilter, questionnaire: Questionnaire, texts: Texts
) -> InlineKeyboardMarkup:
    """The page's forms by number, the neighbouring pages, filters, and what can be done with all of them."""
    numbers = [button(f"№ {form.id}", ListPress(verb="open", name=name, arg=str(form.id))) for form in page.items]
    return keyboard(
        [
            *in_rows(numbers, NUMBERS_IN_A_ROW),
            _turns(page, name, texts),
            _filters(name, questionnaire, texts),
            _waiting_ones(page, name, wanted, texts),
            [*_export(page, name, texts), button(texts.plain("button-home"), ListPress(verb="home"))],
        ]
    )


def _turns(page: ListPage, name: str, texts: Texts) -> Row:
    before = f"<{pack_position(page.before)}" if page.before else None
    after = f">{pack_position(page.after)}" if page.after else None
    ways = (("button-previous-page", before), ("button-next-page", after))
    return [button(texts.plain(text), ListPress(verb="page", name=name, arg=arg)) for text, arg in ways if arg]


def _filters(name: str, questionnaire: Questionnaire, texts: Texts) -> Row:
    ticket = questionnaire.ticket_field
    label = one_line(ticket.label[texts.language], 20) if ticket else ""
    row = [button(texts.plain("button-filter-status"), ListPress(verb="status", name=name))]
    if ticket:
        row.append(button(texts.plain("button-filter-ticket", label=label), ListPress(verb="ticket", name=name)))
    return [*row, button(texts.plain("button-filter-date"), ListPress(verb="date", name=name))]


def _waiting_ones(page: ListPage, name: str, wanted: FormFilter, texts: Texts) -> Row:
    if not page.items or not is_waiting(wanted):
        return ()
    review = button(texts.plain("button-review"), ListPress(verb="review", name=name))
    everyone = button(texts.plain("button-approve-all", count=page.total), ListPress(verb="bulk", name=name))
    return [review, everyone]


def _export(page: ListPage, name: str, texts: Texts) -> Row:
    return [button(texts.plain("button-export"), ListPress(verb="export", name=name))] if page.items else ()


def choices(what: str, questionnaire: Questionnaire, texts: Texts) -> list[tuple[str, str]]:
    """What a filter can be set to: (words, argument of the button)."""
    options = {
        "status": [(f"{status_sign(status, texts)} {status_word(status, texts)}", STATUS) for status in Status],
        "ticket": [(label, TICKET) for label in ticket_labels(questionnaire, texts.language)],
        "date": [(texts.plain(f"filter-{period}"), DATE) for period in PERIODS],
    }[what]
    letter = {"status": STATUS, "ticket": TICKET, "date": DATE}[what]
    return [*((words, f"{letter}{index}") for index, (words, _) in enumerate(options)),
            (texts.plain("filter-any"), letter)]  # fmt: skip


def ticket_labels(questionnaire: Questionnaire, language: str) -> Sequence[str]:
    """The choices by which the list is filtered, in words."""
    return [label[language] for label in questionnaire.ticket_types.values()]


def filter_keyboard(name: str, what: str, questionnaire: Questionnaire, texts: Texts) -> InlineKeyboardMarkup:
    """One button for each setting of a filter."""
    buttons = [
        button(one_line(words, 40), ListPress(verb="set", name=name, arg=arg))
        for words, arg in choices(what, questionnaire, texts)
    ]
    return keyboard([*in_rows(buttons, 2), list_row(name, texts)])


def changed(wanted: FormFilter, arg: str, questionnaire: Questionnaire, now: datetime) -> FormFilter:
    """The filter with one thing set as a button's argument says; as it is for an argument that says nothing."""
    letter, index = arg[:1], unpack_number(arg[1:])
    if letter == STATUS:
        return replace(wanted, status=_at(list(Status), index))
    if letter == TICKET:
        return replace(wanted, ticket_type=_at(list(questionnaire.ticket_types), index))
    if letter == DATE:
        days = _at(list(PERIODS.values()), index)
        return replace(wanted, since=None if days is None else _midnight(now, days, questionnaire))
    return wanted


def _at[T](options: Sequence[T], index: int | None) -> T | None:
    return options[index] if index is not None and index < len(options) else None


def _midnight(now: datetime, days: int, questionnaire: Questionnaire) -> datetime:
    today = now.astimezone(questionnaire.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days)


def bulk_keyboard(name: str, count: int, snapshot: str, texts: Texts) -> InlineKeyboardMarkup:
    """Yes, of the forms that were counted (`snapshot` is their filter); or back."""
    yes = ListPress(verb="yes", name=snapshot, arg=str(count))
    return keyboard([[button(texts.plain("button-bulk-yes", count=count), yes)], list_row(name, texts)])


def export_keyboard(name: str, texts: Texts) -> InlineKeyboardMarkup:
    """Which kind of file."""
    kinds = [
        button(texts.plain(f"button-{kind}"), ListPress(verb="file", name=name, arg=kind)) for kind in ("xlsx", "csv")
    ]
    return keyboard([kinds, list_row(name, texts)])


def digest_text(digest: Digest, texts: Texts) -> str:
    """What a digest says."""
    return texts("digest", count=digest.count, first=str(digest.first), last=str(digest.last))


def digest_keyboard(name: str, texts: Texts) -> InlineKeyboardMarkup:
    """To the list of those who wait, page by page or one by one."""
    opened = button(texts.plain("button-open-list"), ListPress(verb="page", name=name, arg=APART))
    return keyboard([[opened, button(texts.plain("button-review"), ListPress(verb="review", name=name, arg=APART))]])


def undelivered_text(count: int, records: Sequence[OutboxRecord], admins: Sequence[int], texts: Texts) -> str:
    """What did not arrive, to whom and why."""
    if not count:
        return texts("undelivered-none")
    lines = [_lost_line(record, admins, texts) for record in records]
    more = count - len(records)
    rest = [texts("undelivered-more", count=more)] if more else []
    return "\n".join([texts("undelivered-title", count=count), "", *lines, *rest])


def _lost_line(record: OutboxRecord, admins: Sequence[int], texts: Texts) -> str:
    number = texts.plain("undelivered-form", number=str(record.form_id)) if record.form_id else ""
    chat = "admins" if record.chat_id in admins else "guest"
    return texts(
        "undelivered-line",
        what=texts.plain(f"undelivered-{record.kind}"),
        number=number,
        chat=texts.plain(f"undelivered-chat-{chat}"),
        why=why_lost(record.last_error, texts),
    )


def undelivered_keyboard(count: int, texts: Texts) -> InlineKeyboardMarkup:
    """Try again, or hide."""
    buttons = [
        button(texts.plain("button-retry"), ListPress(verb="retry")),
        button(texts.plain("button-hide"), ListPress(verb="hide")),
    ]
    home = button(texts.plain("button-home"), ListPress(verb="home"))
    return keyboard([buttons if count else (), [home]])


def hide_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Yes, or back."""
    yes = button(texts.plain("button-hide-all"), ListPress(verb="dismiss"))
    return keyboard([[yes, button(texts.plain("button-back"), ListPress(verb="lost"))]])
