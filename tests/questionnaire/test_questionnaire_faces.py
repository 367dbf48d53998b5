"""What the other faces get: words, columns, JSON, a schema, the search; and the errors' texts."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fluent_compiler.bundle import FluentBundle

from bot.questionnaire import CODES, FIELD_TYPES, DisplayRow, Questionnaire

WORDS = {"answer-yes": "да", "answer-no": "нет", "answer-date": "%d.%m.%Y"}.__getitem__
FORM = {
    "name": "Иван",
    "email": "Ivan@example.com",
    "phone": "+79991234567",
    "ticket": "VIP",
    "quantity": 4,
    "carriage": False,
    "extra": {"dances": ["waltz", "polka"], "waltz_partner": "Анна", "born": "1990-01-31", "wishes": "раз\nдва"},
    "consent": True,
}
LOCALES = Path("bot/locales")


def test_display(everything: Questionnaire) -> None:
    rows = everything.display(FORM, "ru", WORDS)
    assert [(row.label, row.value) for row in rows] == [
        ("Имя", "Иван"),
        ("Почта", "Ivan@example.com"),
        ("Телефон", "+79991234567"),
        ("Билет", "Особый"),
        ("Сколько", "4"),
        ("Карета", "нет"),
        ("Танцы", "Вальс, Полька"),
        ("Пара", "Анна"),
        ("Рождение", "31.01.1990"),
        ("Пожелания", "раз\nдва"),
        ("Согласен", "да"),
    ]
    assert {row.group_label for row in rows if row.path.startswith("extra.")} == {"Ещё"}
    assert {row.group_label for row in rows if "." not in row.path} == {None}


def test_a_language_that_is_not_there_gets_the_first(everything: Questionnaire) -> None:
    assert everything.display(FORM, "de", WORDS) == everything.display(FORM, "ru", WORDS)
    assert everything.columns("de") == everything.columns("ru") != everything.columns("en")


def test_an_older_form_is_shown_whole(everything: Questionnaire) -> None:
    older = {
        "name": 5,
        "ticket": "Gold",
        "quantity": "много",
        "carriage": "да, вороные",
        "extra": {"dances": "мазурка", "born": "весной", "fan": True},
        "wine": ["красное", "белое"],
        "guests": {"anna": "Анна", "ages": [20, None]},
        "consent": {"given": True},
    }
    assert everything.display(older, "ru", WORDS) == [
        DisplayRow("name", "Имя", "5", None),
        DisplayRow("ticket", "Билет", "Gold", None),
        DisplayRow("quantity", "Сколько", "много", None),
        DisplayRow("carriage", "Карета", "да, вороные", None),
        DisplayRow("extra.dances", "Танцы", "мазурка", "Ещё"),
        DisplayRow("extra.born", "Рождение", "весной", "Ещё"),
        DisplayRow("consent", "Согласен", "given: да", None),
        DisplayRow("extra.fan", "fan", "да", "extra"),
        DisplayRow("wine", "wine", "красное, белое", None),
        DisplayRow("guests.anna", "anna", "Анна", "guests"),
        DisplayRow("guests.ages", "ages", "20, ", "guests"),
    ]
    assert everything.row(older, "ru")[:5] == ["5", None, None, "Gold", "много"]


def test_columns_and_row(everything: Questionnaire) -> None:
    columns = everything.columns("en")
    assert [(column.path, column.kind) for column in columns if column.kind != "text"] == [
        ("quantity", "integer"),
        ("carriage", "boolean"),
        ("horses", "integer"),
        ("extra.born", "date"),
        ("consent", "boolean"),
    ]
    assert columns[0].title == "Name"
    assert columns[7].title == "More: Dances"
    cells = dict(zip([column.path for column in columns], everything.row(FORM, "en"), strict=True))
    assert cells == {
        "name": "Иван",
        "email": "Ivan@example.com",
        "phone": "+79991234567",
        "ticket": "VIP",
        "quantity": 4,
        "carriage": False,
        "horses": None,
        "extra.dances": "Waltz, Polka",
        "extra.waltz_partner": "Анна",
        "extra.born": date(1990, 1, 31),
        "extra.wishes": "раз\nдва",
        "consent": True,
    }
    assert everything.row({}, "en") == [None] * len(columns)
    assert everything.row(FORM, "ru")[3] == "Особый"


def test_describe(everything: Questionnaire) -> None:
    described = json.loads(json.dumps(everything.describe()))
    fields = {field["path"]: field for field in described["fields"]}
    assert described["title"] == {"ru": "Бал", "en": "Ball"}
    assert described["groups"] == [{"key": "extra", "label": {"ru": "Ещё", "en": "More"}, "hint": {"ru": "", "en": ""}}]
    assert {field["type"] for field in fields.values()} == set(FIELD_TYPES)
    assert fields["name"] | {"required": True, "min_length": 2, "max_length": 30, "show_if": None} == fields["name"]
    assert fields["horses"]["show_if"] == {"field": "carriage", "in": [True]}
    assert fields["ticket"]["choices"][1] == {"value": "VIP", "label": {"ru": "Особый", "en": "VIP"}}
    assert fields["extra.dances"]["group"] == "extra"
    assert fields["extra.dances"]["max"] == 2
    assert fields["extra.born"]["max_date"] == "2010-12-31"
    assert fields["consent"]["text_version"] == 3


def test_json_schema(everything: Questionnaire, ball: Questionnaire) -> None:
    for questionnaire in (everything, ball):
        for draft in (True, False):
            jsonschema.Draft202012Validator.check_schema(questionnaire.json_schema(draft=draft))
    schema = jsonschema.Draft202012Validator(everything.json_schema(draft=False))
    assert schema.is_valid(everything.clean(FORM, draft=False))
    wrong: list[dict[str, Any]] = [
        FORM | {"colour": "red"},
        FORM | {"ticket": "Gold"},
        FORM | {"quantity": 11},
        FORM | {"quantity": 3},
        FORM | {"extra": {"dances": ["waltz", "waltz"]}},
        FORM | {"extra": {"fan": 1}},
        {key: value for key, value in FORM.items() if key != "name"},
    ]
    assert [form for form in wrong if schema.is_valid(form)] == []
    assert jsonschema.Draft202012Validator(everything.json_schema(draft=True)).is_valid({})


def test_search_text(everything: Questionnaire) -> None:
    found = everything.search_text(everything.clean(FORM, draft=False))
    assert found == "иван ivan@example.com 79991234567 vip waltz, polka анна раз\nдва"
    assert everything.search_text({}) == ""


def test_field(ball: Questionnaire) -> None:
    assert ball.field("preferences.dietary_requirements").group == "preferences"
    needs = ["preferences.dietary_requirements", "preferences.accessibility_needs"]
    assert [field.path for field in ball.fields if field.card] == ["name", "ticket_type", "quantity", *needs]
    with pytest.raises(KeyError):
        ball.field("dietary_requirements")


def test_error_params(everything: Questionnaire) -> None:
    assert everything.error_params("quantity") == {"min": 2, "max": 10, "step": 2}
    assert everything.error_params("extra.born") == {"min_date": "01.01.1920", "max_date": "31.12.2010"}
    assert everything.error_params("nowhere") == everything.error_params("") == {}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_code_has_its_words(language: str) -> None:
    bundle = FluentBundle.from_files(language, [str(LOCALES / language / "answers.ftl")])
    params = {"min_length": 2, "max_length": 200, "min": 1, "max": 10, "step": 2, "min_date": "a", "max_date": "b"}
    for message in [f"error-{code.replace('_', '-')}" for code in CODES] + ["answer-yes", "answer-no", "answer-date"]:
        text, errors = bundle.format(message, params)
        assert text
        assert not errors


PARAMS = [
    ('type = "text"\nmin_length = 3', "a", "too_short", "не меньше 3 символов"),
    ('type = "text"\nmax_length = 1', "ab", "too_long", "до 1 символа"),
    ('type = "text"\nmax_length = 21', "a" * 22, "too_long", "до 21 символа"),
    ('type = "email"', "a" * 300, "too_long", "до 254 символов"),
    ('type = "phone"', "1" * 300, "too_long", "до 60 символов"),
    ('type = "integer"\nmin = 1', 0, "too_small", "не меньше 1"),
    ('type = "integer"\nmax = 10', 11, "too_big", "не больше 10"),
    ('type = "integer"\nmin = 1\nstep = 5', 2, "wrong_step", "начните с 1 и прибавляйте по 5"),
    ('type = "date"\nmin_date = 2026-01-02', "2026-01-01", "too_early", "не раньше 02.01.2026"),
    ('type = "date"\nmax_date = 2026-01-02', "2026-01-03", "too_late", "не позже 02.01.2026"),
    ('type = "multi_choice"\nmin = 2\n', ["a"], "too_few", "не меньше 2 вариантов"),
    ('type = "multi_choice"\nmax = 1\n', ["a", "b"], "too_many", "не больше 1 варианта"),
]
CHOICES = 'choices = [{ value = "a", label = { ru = "А", en = "A" } }, { value = "b", label = { ru = "Б", en = "B" } }]'


@pytest.mark.parametrize(("settings", "answer", "code", "says"), PARAMS)
def test_errors_say_the_fields_own_limits(
    ask: Callable[[str], Questionnaire], settings: str, answer: object, code: str, says: str
) -> None:
    questionnaire = ask(settings + (CHOICES if "multi" in settings else ""))
    field = questionnaire.field("answer")
    with pytest.raises(Exception, match=code):
        field.parse(answer)
    bundle = FluentBundle.from_files("ru", [str(LOCALES / "ru" / "answers.ftl")], use_isolating=False)
    text, errors = bundle.format(f"error-{code.replace('_', '-')}", questionnaire.error_params("answer"))
    assert says in text
    assert not errors
