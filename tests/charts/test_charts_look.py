"""What the picture shows: real PNGs, looked at pixel by pixel, and the parts that decide what stands where."""

from itertools import pairwise

import pytest
from charts_parts import HOSTILE, QUESTION, days, lengths, painted, picture, pixels
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import ImageColor

from bot.charts import DAILY_AT_MOST, Bars, Picture, Timeline, bars, colours, draw, drawing, timeline
from bot.charts.lettering import NOTHING, Letters, number
from bot.charts.page import INNER_LEFT, INNER_WIDTH

FIFTY = Bars(QUESTION, [(f"Ответ номер {place}, длинный и подробный", 50_000 // (place + 1)) for place in range(50)])
TOO_MANY = Bars(QUESTION, [(label * 9, 50_000) for label in HOSTILE * 60])
PICTURES = {
    "nothing at all": Picture("", "", []),
    "no form yet": picture(Bars("По статусу", []), Timeline("По дням", []), Timeline("По дням", days(9, 0))),
    "one form": picture(Bars("По статусу", [("Принята", 1)]), Timeline("По дням", days(2, 1)[1:])),
    "many forms": picture(Timeline("По неделям", days(365, 900)), FIFTY),
    "more than a page": Picture(QUESTION, QUESTION, [TOO_MANY] * 6),
}


@pytest.mark.parametrize("name", PICTURES)
def test_telegram_takes_every_picture_and_nothing_runs_over_its_edge(name: str) -> None:
    png = drawing.png(PICTURES[name])
    height, width, _ = pixels(png).shape
    assert width + height <= 10_000
    assert height <= 20 * width
    assert width == 1080 or height > 8_000
    edge = width // 36
    assert painted(png, colours.PAGE)[:, [*range(edge), *range(-edge, 0)]].all()


async def test_bars_are_as_long_as_their_counts() -> None:
    png = await draw(picture(Bars("", [("a", 50_000), ("b", 25_000), ("c", 12_500), ("d", 1), ("e", 0)])))
    first, *others = lengths(png, colours.BAR)
    assert first > 0.7 * 1080
    assert [round(length / first, 2) for length in others] == [0.5, 0.25, 0.01]


async def test_columns_are_as_high_as_their_counts() -> None:
    counts = [8, 4, 2, 0, 8]
    png = await draw(picture(Timeline("", [(day, count) for (day, _), count in zip(days(5), counts, strict=True)])))
    heights = [int(height) for height in painted(png, colours.COLUMN).sum(axis=0) if height]
    high, half, quarter = (max(heights) * share for share in (1, 0.5, 0.25))
    assert {round(height / quarter) for height in heights} == {round(part / quarter) for part in (high, half, quarter)}


# Words


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        ("$\\frac{1}{", "$\\frac{1}{"),
        ("a\x00\x1b[31m\n\tb\u202e", "a[31m b"),
        ("\ud800\udfff", NOTHING),
        ("🎉 Без орехов 🥜", "Без орехов"),
        ("Z\u0337\u0322a\u0334", "Za"),
        ("и\u0306од", "йод"),
        ("", NOTHING),
    ],
)
def test_only_what_the_font_can_draw_is_left(given: str, drawn: str) -> None:
    assert Letters(12).clean(given) == drawn


def test_a_formula_would_break_the_picture_if_it_were_read_as_one() -> None:
    figure = Figure()
    figure.text(0, 0, "$\\frac{1}{$", parse_math=True)
    with pytest.raises(ValueError, match="frac"):
        figure.draw_without_rendering()  # type: ignore[no-untyped-call]  # matplotlib's gap
    drawing.png(picture(Bars("$\\frac{1}{$", [("$\\frac{1}{$", 1)])))


@settings(max_examples=50, deadline=None)
@given(st.text(), st.floats(20, 300))
def test_words_fit_into_their_line(text: str, width: float) -> None:
    letters = Letters(12, bold=True)
    assert letters.width(letters.fit(letters.clean(text), width)) <= width
    assert all(letters.width(line) <= width for line in letters.lines(text, width, 3))


def test_a_long_question_takes_three_lines_and_no_more() -> None:
    lines = Letters(14).lines(QUESTION, 300, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert Letters(14).lines("Два слова", 300, 3) == ["Два слова"]


def test_thousands_are_set_apart() -> None:
    assert [number(count) for count in (0, 999, 50_000)] == ["0", "999", "50\u202f000"]


def test_the_rest_of_too_many_bars_stands_together() -> None:
    assert bars.shortened([("a", 4), ("b", 3), ("c", 2)], 3) == [("a", 4), ("b", 3), ("c", 2)]
    assert bars.shortened([("a", 4), ("b", 3), ("c", 2)], 2) == [("a", 4), ("…", 5)]


# Time


def test_a_long_time_is_told_in_weeks_that_end_today() -> None:
    daily = timeline.columns(days(DAILY_AT_MOST))
    assert all(column.first == column.last for column in daily)
    weekly = timeline.columns(days(365))
    assert len(weekly) == 53
    assert sum(column.count for column in weekly) == sum(count for _, count in days(365))
    assert {(column.last - column.first).days for column in weekly[1:]} == {6}
    assert (weekly[0].first, weekly[-1].last) == (days(1)[0][0], days(365)[-1][0])
    assert weekly[-1].dates("%d.%m") == "28.09–04.10"


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9, 12, 20, 45, 60, 61, 365, 800, 3000])
def test_dates_and_numbers_stand_apart_and_inside(count: int) -> None:
    row = timeline.Row(timeline.columns(days(count, 900)[-count:]))
    width = timeline.DATE.width(row.columns[-1].dates("%d.%m.%y"))
    dated = [(row.start(index, width), row.start(index, width) + width) for index in timeline.dated(row, width)]
    counted = sorted(timeline._span(row, index) for index in timeline.counted(row))
    for spans in (dated, counted):
        assert all(end < start for (_, end), (start, _) in pairwise(spans))
        assert all(start >= INNER_LEFT and end <= INNER_LEFT + INNER_WIDTH + 0.01 for start, end in spans)


def test_the_highest_column_bears_its_number_and_an_empty_one_none() -> None:
    row = timeline.Row(timeline.columns(days(60)))
    counts = [row.columns[index].count for index in timeline.counted(row)]
    assert max(column.count for column in row.columns) in counts
    assert 0 not in counts
    assert len(timeline.counted(timeline.Row(timeline.columns(days(8, 1)[1:])))) == 7


# Readable


def luminance(colour: str) -> float:
    parts = [part / 255 for part in ImageColor.getrgb(colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_colours_have_the_contrast_of_aa() -> None:
    grounds = [colours.PAGE, colours.PANEL, colours.TRACK]
    assert min(contrast(colours.WORDS, ground) for ground in [*grounds, colours.BAR]) >= 4.5
    assert min(contrast(colours.QUIET, ground) for ground in grounds) >= 4.5
    assert contrast(colours.BAR, colours.TRACK) >= 3
    assert contrast(colours.COLUMN, colours.PANEL) >= 3


def test_no_type_is_smaller_than_11_px_on_a_phone() -> None:
    found = [each for part in (bars, drawing, timeline) for each in vars(part).values() if isinstance(each, Letters)]
    assert len(found) >= 7
    assert min(letters.size for letters in found) >= 11
