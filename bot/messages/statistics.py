"""`/stats` in words, and as the picture that is drawn of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.charts import DAILY_AT_MOST, Bars, Picture, Timeline
from bot.locales import Texts
from bot.messages.phrases import MESSAGE_LIMIT, moment, one_line, shown_length, status_sign, status_word
from bot.questionnaire import Questionnaire
from bot.services import Statistics
from bot.services.statistics import Answers
from bot.services.statuses import Status

MOST_ANSWERS, MOST_BARS = 6, 8
LONGEST_ANSWER, LONGEST_TITLE = 60, 80
WEEK = 7
LONGEST_SUMMARY = MESSAGE_LIMIT - 100  # what a line before it may need


def summary(statistics: Statistics, questionnaire: Questionnaire, texts: Texts, now: datetime) -> str:
    """Everything in words, as HTML."""
    if not statistics.started:
        return texts("stats-nothing")
    lines = list(_lines(statistics, questionnaire, texts, now))
    while shown_length("\n".join(lines)) > LONGEST_SUMMARY:
        lines.pop()
    return "\n".join(lines)


def _lines(statistics: Statistics, questionnaire: Questionnaire, texts: Texts, now: datetime) -> Iterator[str]:
    yield texts("stats-title", when=moment(now, questionnaire, texts))
    yield ""
    for status in Status:
        if count := statistics.by_status.get(status):
            words = {"sign": status_sign(status, texts), "status": status_word(status, texts)}
            yield texts("stats-line", count=count, **words)
    yield ""
    yield _funnel(statistics, texts)
    yield _days(statistics, texts)
    yield ""
    yield texts("stats-counted")
    for field, sums in statistics.sums:
        approved, waiting = sums.get(Status.APPROVED, 0), sums.get(Status.SUBMITTED, 0)
        yield texts("stats-sum", label=field.label[texts.language], approved=approved, waiting=waiting)
    for answers in statistics.answers:
        if told := counted(answers, texts, MOST_ANSWERS):
            yield _field(answers, told, texts)


def _funnel(statistics: Statistics, texts: Texts) -> str:
    return texts(
        "stats-funnel",
        started=statistics.started,
        submitted=statistics.submitted,
        approved=statistics.approved,
        submitted_share=_percent(statistics.submitted, statistics.started),
        approved_share=_percent(statistics.approved, statistics.submitted),
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _days(statistics: Statistics, texts: Texts) -> str:
    numbers = [number for _, number in statistics.days]
    return texts("stats-days", today=numbers[-1] if numbers else 0, week=sum(numbers[-WEEK:]))


def _field(answers: Answers, told: Sequence[tuple[str, int]], texts: Texts) -> str:
    parts = [texts.plain("stats-answer", answer=answer, count=count) for answer, count in told]
    return texts("stats-field", label=answers.field.label[texts.language], answers="; ".join(parts))


def counted(answers: Answers, texts: Texts, most: int) -> list[tuple[str, int]]:
    """The most frequent answers in words, the rest as one; "no" and the like, of a free text, is no answer."""
    field = answers.field
    none = set() if field.choices else {word.strip() for word in texts.plain("stats-none").split(",")}
    shown = [
        (one_line(field.display(answer, texts.language, texts.plain), LONGEST_ANSWER), number)
        for answer, number in answers.counts
        if str(answer).strip(" .!").casefold() not in none
    ]
    rest = sum(number for _, number in shown[most:])
    return shown[:most] + ([(texts.plain("stats-rest"), rest)] if rest else [])


def picture(statistics: Statistics, questionnaire: Questionnaire, texts: Texts) -> Picture:
    """What is drawn: submissions over time, then the answers that are counted."""
    title = one_line(questionnaire.title[texts.language], LONGEST_TITLE)
    subtitle = texts.plain("chart-subtitle", submitted=statistics.submitted, approved=statistics.approved)
    bars = [
        Bars(one_line(answers.field.label[texts.language], LONGEST_TITLE), counted(answers, texts, MOST_BARS))
        for answers in statistics.answers
    ]
    over_time = texts.plain("chart-days" if len(statistics.days) <= DAILY_AT_MOST else "chart-weeks")
    return Picture(title, subtitle, [Timeline(over_time, statistics.days), *bars])
