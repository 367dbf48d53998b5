"""Small pieces of sentences: names, times, statuses, answers, clipped so that a message always fits."""

import re
from datetime import datetime
from html import unescape

from bot.locales import Texts
from bot.questionnaire import Questionnaire
from bot.services import EventRecord, NamedEvent, UserRecord

MESSAGE_LIMIT = 4_096
LONGEST_NAME = 64
_TAG = re.compile("<[^<>]*>")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def length(text: str) -> int:
    """As Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown_length(html: str) -> int:
    """The length of HTML of ours as Telegram shows it: without tags, each entity one character."""
    return length(unescape(_TAG.sub("", html)))


def clip(text: str, most: int) -> str:
    """At most so many UTF-16 units, an ellipsis at the end if something was cut."""
    if length(text) <= most:
        return text
    return cut(text, most - 1).rstrip() + "…"


def cut(text: str, most: int) -> str:
    """The first so many UTF-16 units, no character halved."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")


def one_line(text: str, most: int) -> str:
    """The text without line breaks, clipped."""
    return clip(" ".join(text.split()), most)


def moment(when: datetime, questionnaire: Questionnaire, texts: Texts, pattern: str = "moment") -> str:
    """A time in the event's own zone; `pattern` is a message that holds a strftime pattern."""
    return when.astimezone(questionnaire.timezone).strftime(texts.plain(pattern))


def ago(since: datetime, now: datetime, texts: Texts) -> str:
    """How long ago something was, in the biggest whole unit."""
    seconds = max(int((now - since).total_seconds()), 0)
    if seconds < _MINUTE:
        return texts.plain("ago", unit="seconds", count=0)
    for unit, size, bound in (("minutes", _MINUTE, _HOUR), ("hours", _HOUR, _DAY)):
        if seconds < bound:
            return texts.plain("ago", unit=unit, count=seconds // size)
    return texts.plain("ago", unit="days", count=seconds // _DAY)


def why_lost(error: str | None, texts: Texts) -> str:
    """Why a message of the outbox never arrived."""
    return texts.plain(f"undelivered-why-{error if error in ('blocked', 'refused') else 'unreachable'}")


def status_word(status: str, texts: Texts) -> str:
    """A status in words."""
    return texts.plain(f"status-{status.replace('_', '-')}")


def status_sign(status: str, texts: Texts) -> str:
    """A status as a sign that is told apart without colour."""
    return texts.plain(f"sign-{status.replace('_', '-')}")


def user_name(user: UserRecord | None, texts: Texts, *, unknown: str = "unknown-guest") -> str:
    """First and last name as in Telegram, on one line."""
    names = [name for name in (user.first_name, user.last_name) if name] if user else []
    return one_line(" ".join(names), LONGEST_NAME) or texts.plain(unknown)


def actor_name(named: NamedEvent, texts: Texts) -> str:
    """Who did it."""
    if named.event.actor_role == "api":
        return texts.plain("through-api")
    return user_name(named.actor, texts, unknown="somebody")


def reason_words(event: EventRecord, questionnaire: Questionnaire, language: str) -> str | None:
    """Why a form was rejected: a reason of the questionnaire, or what was typed."""
    ready = questionnaire.reasons.get((event.details or {}).get("reason", ""))
    return ready[language] if ready else event.note


def consent_words(event: EventRecord, questionnaire: Questionnaire, texts: Texts) -> list[str]:
    """What was agreed to, by its question if it still is one."""
    agreed: dict[str, int] = dict((event.details or {}).get("consents") or {})
    labels = {field.path: field.label[texts.language] for field in questionnaire.fields if field.path in agreed}
    labels |= {path: path for path in agreed if path not in labels}
    return [
        texts.plain("history-consent", label=one_line(label, LONGEST_NAME), version=agreed[path])
        for path, label in labels.items()
    ]


def field_labels(paths: object, questionnaire: Questionnaire, language: str) -> str:
    """The questions at these paths; those that the questionnaire no longer has are left out."""
    wanted = paths if isinstance(paths, list) else []
    labels = [field.label[language] for field in questionnaire.fields if field.path in wanted]
    return ", ".join(labels)
