"""Sentences that are made of the questionnaire: what to mend, what was sent, when it opens."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from markupsafe import Markup

from bot import strict_json
from bot.handlers.replies import fits
from bot.locales import Texts
from bot.messages.phrases import moment as in_words
from bot.questionnaire import Questionnaire
from bot.services import Services
from bot.submission import BESIDE_ANSWERS, ERROR_PARAMS

SHOWN_ERRORS = 20
# What `mistakes` leaves of a message for the line that counts the others.
ROOM_FOR_THE_REST = 100
SHOWN_PATH = 40


def mistakes(questionnaire: Questionnaire, errors: Mapping[str, Sequence[str]], texts: Texts) -> str:
    """Field by field what to mend; as many fields as fit, and how many there are beside them."""
    lines = [
        texts("mistake", label=_label(questionnaire, path, texts), mend=mend(questionnaire, path, codes[0], texts))
        for path, codes in errors.items()
    ]
    shown = _fitting(texts("mistakes") + "\n\n", lines[:SHOWN_ERRORS], room=ROOM_FOR_THE_REST)
    more = len(lines) - len(shown)
    return "\n".join([texts("mistakes"), "", *shown, *([texts("mistakes-more", count=more)] if more else [])])


def answers_as_sent(services: Services, data: bytes, texts: Texts, *, before: str) -> str:
    """The answers as they came, so that nothing typed is lost; as many lines as fit a message after `before`."""
    start = f"{before}\n\n{texts('answers-as-sent')}\n<blockquote expandable></blockquote>"
    lines = [
        f"{escape(label, quote=False)}: {escape(value, quote=False)}"
        for label, value in _pairs(services.questionnaire, data, texts)
    ]
    shown = "\n".join(_fitting(start, lines))
    return f"\n\n{texts('answers-as-sent')}\n<blockquote expandable>{shown}</blockquote>" if shown else ""


def _fitting(start: str, lines: Sequence[str], *, room: int = 0) -> list[str]:
    """The first of `lines` that fit a message which begins with `start`, with `room` units to spare."""
    shown: list[str] = []
    for line in lines:
        start += "\n" + line
        if not fits(start, room=room):
            break
        shown.append(line)
    return shown


def closed_words(questionnaire: Questionnaire, code: str, texts: Texts) -> str:
    """A kind sentence outside the time in which forms are taken."""
    moment = questionnaire.opens_at if code == "not_yet_open" else questionnaire.closes_at
    when = in_words(moment, questionnaire, texts) if moment else ""
    title = questionnaire.title[texts.language]
    return texts("questionnaire-" + code.replace("_", "-"), title=title, when=when)


def _label(questionnaire: Questionnaire, path: str, texts: Texts) -> str:
    if not path:
        return texts.plain("answers-as-a-whole")
    known = {field.path: field.label[texts.language] for field in questionnaire.fields}
    return known.get(path, path[:SHOWN_PATH])


def mend(questionnaire: Questionnaire, path: str, code: str, texts: Texts) -> Markup:
    """What to do about a wrong answer."""
    # The message is ours and its arguments are numbers of the questionnaire.
    numbers = questionnaire.error_params(path) or ERROR_PARAMS.get(path, {})
    words = texts("error-" + code.replace("_", "-"), **numbers)
    return Markup(words)  # noqa: S704 - escaped by Texts


def _pairs(questionnaire: Questionnaire, data: bytes, texts: Texts) -> Iterator[tuple[str, str]]:
    body = strict_json.parse(data, limit=strict_json.SEND_DATA_LIMIT)
    answers = body.get("form_data", body) if isinstance(body, dict) else {}
    for path, value in _leaves(answers):
        if path not in BESIDE_ANSWERS:
            yield _label(questionnaire, path, texts), _word(value, texts)


def _word(value: object, texts: Texts) -> str:
    if isinstance(value, bool):
        return texts.plain("answer-yes" if value else "answer-no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, object]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else key)
    elif value not in (None, "", []):
        yield path, value
