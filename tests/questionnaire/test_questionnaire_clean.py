from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.errors import AnswersInvalid
from bot.questionnaire import CODES, Questionnaire

type Ask = Callable[[str], Questionnaire]

CHOICES = """choices = [
  { value = "a", label = { ru = "А", en = "A" } },
  { value = "b", label = { ru = "Б", en = "B" } },
  { value = "c", label = { ru = "В", en = "C" } },
]
"""
TEXT, LONG, EMAIL, PHONE = 'type = "text"', 'type = "long_text"', 'type = "email"', 'type = "phone"'
INTEGER = 'type = "integer"\nmin = 1\nmax = 9\nstep = 2'
CHOICE, MULTI = f'type = "choice"\n{CHOICES}', f'type = "multi_choice"\nmin = 2\nmax = 2\n{CHOICES}'
BOOLEAN, CONSENT = 'type = "boolean"', 'type = "consent"'
DATE = 'type = "date"\nmin_date = 2000-01-01\nmax_date = 2026-12-31'

EXAMPLE = {
    "name": "Иван Иванов",
    "email": "ivan@example.com",
    "phone": "+7 (999) 123-45-67",
    "ticket_type": "VIP",
    "quantity": 2,
    "preferences": {"dietary_requirements": "Вегетарианец", "accessibility_needs": "Нет"},
}

GOOD = [
    (TEXT, "  Иван Иванов \n", "Иван Иванов"),
    (TEXT, "и\u0306", "й"),
    (TEXT, "\u202aИван\u202c\ufeff", "Иван"),
    (TEXT, "👩‍👩‍👧", "👩‍👩‍👧"),
    (TEXT, "<b>&'\"", "<b>&'\""),
    (TEXT, "я" * 200, "я" * 200),
    (LONG, "раз\r\nдва\rтри\u2028четыре", "раз\nдва\nтри\nчетыре"),
    (LONG, "я" * 2000, "я" * 2000),
    (EMAIL, " ivan@example.com ", "ivan@example.com"),
    (EMAIL, "Ivan.Ivanov+bal@EXAMPLE.com", "Ivan.Ivanov+bal@example.com"),
    (EMAIL, "иван@почта.рф", "иван@почта.рф"),
    (EMAIL, "a@xn--80a1acny.xn--p1ai", "a@почта.рф"),
    (PHONE, "+7 (999) 123-45-67", "+79991234567"),
    (PHONE, "8 (999) 123-45-67", "+79991234567"),
    (PHONE, "8.999.123.45.67", "+79991234567"),
    (PHONE, "9991234567", "+79991234567"),
    (PHONE, "7 999 123 45 67", "+79991234567"),
    (PHONE, "00 7 999 123-45-67", "+79991234567"),
    (PHONE, "+8 999 123-45-67", "+79991234567"),
    (PHONE, "８（９９９）１２３−４５−６７", "+79991234567"),
    (PHONE, "＋７ ９９９ １２３ ４５ ６７", "+79991234567"),
    (PHONE, "\u202a+7 999 123-45-67\u202c", "+79991234567"),
    (PHONE, "8\u00a0999\u2011123\u201145\u201167", "+79991234567"),
    (PHONE, "tel:+79991234567", "+79991234567"),
    (PHONE, "+44 20 8366 1177", "+442083661177"),
    (PHONE, "0044 20 8366 1177", "+442083661177"),
    (PHONE, "810 44 20 8366 1177", "+442083661177"),
    (PHONE, "+375 29 123-45-67", "+375291234567"),
    ('type = "phone"\nregion = "DE"', "030 123456", "+4930123456"),
    (INTEGER, 3, 3),
    (INTEGER, " 3 ", 3),
    (INTEGER, "+003", 3),
    (INTEGER, "３", 3),
    ('type = "integer"', 10**9, 10**9),
    ('type = "integer"', "-5", -5),
    ('type = "integer"\nmin = 0', 0, 0),
    (CHOICE, "b", "b"),
    (MULTI, ["c", "a"], ["a", "c"]),
    (BOOLEAN, False, False),
    (BOOLEAN, True, True),
    (CONSENT, True, True),
    (CONSENT, False, False),
    (DATE, "2026-12-31", "2026-12-31"),
    (DATE, " 31.12.2026 ", "2026-12-31"),
    (DATE, "1.2.2003", "2003-02-01"),
    (DATE, "29.02.2024", "2024-02-29"),
]

BAD = [
    (TEXT, 5, ["not_text"]),
    (TEXT, True, ["not_text"]),
    (TEXT, ["a"], ["not_text"]),
    (TEXT, {"a": 1}, ["not_text"]),
    (TEXT, "я" * 201, ["too_long"]),
    (TEXT, "раз\nдва", ["bad_characters"]),
    (TEXT, "раз\tдва", ["bad_characters"]),
    (TEXT, "a\u0000b", ["bad_characters"]),
    (TEXT, "\u0000", ["bad_characters"]),
    (TEXT, "\ud800", ["bad_characters"]),
    (f"{TEXT}\nmin_length = 3", "ab", ["too_short"]),
    (LONG, "я" * 2001, ["too_long"]),
    (LONG, "a\u0007b", ["bad_characters"]),
    (LONG, "a\tb", ["bad_characters"]),
    (EMAIL, "ivan", ["invalid_email"]),
    (EMAIL, "ivan@", ["invalid_email"]),
    (EMAIL, "ivan@example", ["invalid_email"]),
    (EMAIL, "ivan@@example.com", ["invalid_email"]),
    (EMAIL, "ivan ivanov@example.com", ["invalid_email"]),
    (EMAIL, "Ivan <ivan@example.com>", ["invalid_email"]),
    (EMAIL, "ivan@[127.0.0.1]", ["invalid_email"]),
    (EMAIL, "ivan@party.test", ["invalid_email"]),
    (EMAIL, "a" * 250 + "@example.com", ["too_long"]),
    (EMAIL, "ivan@exa\nmple.com", ["bad_characters"]),
    (EMAIL, 5, ["not_text"]),
    (PHONE, "abc", ["invalid_phone"]),
    (PHONE, "+", ["invalid_phone"]),
    (PHONE, "112", ["invalid_phone"]),
    (PHONE, "8 999 123-45", ["invalid_phone"]),
    (PHONE, "+7 999 123-45-678", ["invalid_phone"]),
    (PHONE, "+49 151", ["invalid_phone"]),
    (PHONE, "89991234567, 89991234568", ["invalid_phone"]),
    (PHONE, "9" * 61, ["too_long"]),
    (PHONE, 79991234567, ["not_text"]),
    (INTEGER, 2.5, ["not_an_integer"]),
    (INTEGER, 3.0, ["not_an_integer"]),
    (INTEGER, True, ["not_an_integer"]),
    (INTEGER, [3], ["not_an_integer"]),
    (INTEGER, "3.0", ["not_an_integer"]),
    (INTEGER, "три", ["not_an_integer"]),
    (INTEGER, "3²", ["not_an_integer"]),
    (INTEGER, "1_0", ["not_an_integer"]),
    (INTEGER, -1, ["too_small"]),
    (INTEGER, 0, ["too_small"]),
    (INTEGER, 11, ["too_big"]),
    (INTEGER, 10**400, ["too_big"]),
    (INTEGER, "9" * 5000, ["too_big"]),
    (INTEGER, "-" + "9" * 5000, ["too_small"]),
    (INTEGER, 4, ["wrong_step"]),
    ('type = "integer"', 10**9 + 1, ["too_big"]),
    ('type = "integer"', -(10**9) - 1, ["too_small"]),
    (CHOICE, "A", ["not_a_choice"]),
    (CHOICE, " a", ["not_a_choice"]),
    (CHOICE, 1, ["not_a_choice"]),
    (CHOICE, ["a"], ["not_a_choice"]),
    (CHOICE, {}, ["not_a_choice"]),
    (MULTI, "a", ["not_a_list"]),
    (MULTI, {"a": True}, ["not_a_list"]),
    (MULTI, ["a", "z"], ["not_a_choice"]),
    (MULTI, ["a", {}], ["not_a_choice"]),
    (MULTI, ["a", None], ["not_a_choice"]),
    (MULTI, ["a", "a"], ["duplicate"]),
    (MULTI, ["a"], ["too_few"]),
    (MULTI, ["a", "b", "c"], ["too_many"]),
    (MULTI, ["a", "b", "b", "z"], ["duplicate", "not_a_choice", "too_many"]),
    (BOOLEAN, "true", ["not_a_boolean"]),
    (BOOLEAN, 1, ["not_a_boolean"]),
    (BOOLEAN, [], ["not_a_boolean"]),
    (CONSENT, "да", ["not_a_boolean"]),
    (f"{CONSENT}\nrequired = true", False, ["consent_required"]),
    (f"{CONSENT}\nrequired = true", None, ["consent_required"]),
    (f"{TEXT}\nrequired = true", None, ["required"]),
    (f"{TEXT}\nrequired = true", "", ["required"]),
    (f"{TEXT}\nrequired = true", " \u200b ", ["required"]),
    (f"{INTEGER}\nrequired = true", " ", ["required"]),
    (f"{MULTI}\nrequired = true", [], ["required"]),
    (DATE, "2026-02-30", ["invalid_date"]),
    (DATE, "0000-01-01", ["invalid_date"]),
    (DATE, "31/12/2026", ["invalid_date"]),
    (DATE, "2026-12-31T00:00", ["invalid_date"]),
    (DATE, "20261231", ["invalid_date"]),
    (DATE, "２０２６-12-31", ["invalid_date"]),
    (DATE, 20261231, ["not_text"]),
    (DATE, "1999-12-31", ["too_early"]),
    (DATE, "01.01.2027", ["too_late"]),
]


def errors_of(questionnaire: Questionnaire, answers: object, *, draft: bool = False) -> dict[str, list[str]]:
    with pytest.raises(AnswersInvalid) as raised:
        questionnaire.clean(answers, draft=draft)
    return raised.value.errors


def outcome(
    questionnaire: Questionnaire, answers: object, *, draft: bool
) -> tuple[dict[str, Any] | None, dict[str, list[str]]]:
    try:
        return questionnaire.clean(answers, draft=draft), {}
    except AnswersInvalid as error:
        return None, error.errors


@pytest.mark.parametrize(("field", "given_value", "stored"), GOOD)
def test_good_answer(ask: Ask, field: str, given_value: object, stored: object) -> None:
    cleaned = ask(field).clean({"answer": given_value}, draft=False)
    assert cleaned == {"answer": stored}
    assert type(cleaned["answer"]) is type(stored)


@pytest.mark.parametrize(("field", "given_value", "codes"), BAD)
def test_bad_answer(ask: Ask, field: str, given_value: object, codes: list[str]) -> None:
    assert errors_of(ask(field), {"answer": given_value}) == {"answer": codes}


@pytest.mark.parametrize("field", [TEXT, LONG, EMAIL, PHONE, INTEGER, CHOICE, MULTI, BOOLEAN, CONSENT, DATE])
@pytest.mark.parametrize("nothing", [None, ""])
def test_unanswered_is_left_out(ask: Ask, field: str, nothing: object) -> None:
    questionnaire = ask(field)
    assert questionnaire.clean({"answer": nothing}, draft=False) == {}
    assert questionnaire.clean({}, draft=False) == {}


def test_the_example_passes_as_it_stands(ball: Questionnaire) -> None:
    cleaned = ball.clean(EXAMPLE, draft=False)
    assert cleaned == EXAMPLE | {"phone": "+79991234567"}
    assert list(cleaned) == ["name", "email", "phone", "ticket_type", "quantity", "preferences"]


def test_the_order_is_the_questionnaires(ball: Questionnaire) -> None:
    cleaned = ball.clean(dict(reversed(EXAMPLE.items())), draft=False)
    assert list(cleaned) == ["name", "email", "phone", "ticket_type", "quantity", "preferences"]


@pytest.mark.parametrize("answers", [None, [], "text", 5, True, 2.5])
@pytest.mark.parametrize("draft", [True, False])
def test_answers_must_be_an_object(ball: Questionnaire, answers: object, draft: bool) -> None:  # noqa: FBT001  a case
    assert errors_of(ball, answers, draft=draft) == {"": ["not_an_object"]}


def test_all_errors_at_once(ball: Questionnaire) -> None:
    answers = {
        "email": "x",
        "phone": "x",
        "ticket_type": "Gold",
        "quantity": 11,
        "preferences": {"dietary_requirements": 5, "colour": "red"},
        "status": "approved",
        "preferences.accessibility_needs": "x",
    }
    assert errors_of(ball, answers) == {
        "name": ["required"],
        "email": ["invalid_email"],
        "phone": ["invalid_phone"],
        "ticket_type": ["not_a_choice"],
        "quantity": ["too_big"],
        "preferences.dietary_requirements": ["not_text"],
        "preferences.colour": ["unknown_field"],
        "status": ["unknown_field"],
        "preferences.accessibility_needs": ["unknown_field"],
    }


@pytest.mark.parametrize("group", [[], "text", 5, True])
def test_a_group_must_be_an_object(ball: Questionnaire, group: object) -> None:
    assert errors_of(ball, EXAMPLE | {"preferences": group}) == {"preferences": ["not_an_object"]}


@pytest.mark.parametrize("group", [None, "", {}, {"dietary_requirements": None}])
def test_an_empty_group_is_left_out(ball: Questionnaire, group: object) -> None:
    assert "preferences" not in ball.clean(EXAMPLE | {"preferences": group}, draft=False)


def test_a_draft_is_checked_for_what_is_there(ball: Questionnaire) -> None:
    assert ball.clean({}, draft=True) == {}
    assert ball.clean({"quantity": "3"}, draft=True) == {"quantity": 3}
    wrong = {"quantity": 0, "colour": "red"}
    assert errors_of(ball, wrong, draft=True) == {"quantity": ["too_small"], "colour": ["unknown_field"]}


def test_a_draft_keeps_a_consent_not_given(everything: Questionnaire) -> None:
    assert everything.clean({"consent": False}, draft=True) == {"consent": False}


def test_hidden_answers_are_dropped_and_not_required(everything: Questionnaire) -> None:
    answers = {"name": "Иван", "ticket": "Standard", "consent": True, "carriage": "nonsense", "horses": 4}
    assert everything.clean(answers, draft=False) == {"name": "Иван", "ticket": "Standard", "consent": True}


def test_shown_answers_are_required(everything: Questionnaire) -> None:
    answers = {"name": "Иван", "ticket": "VIP", "consent": True}
    assert errors_of(everything, answers) == {"carriage": ["required"]}
    assert errors_of(everything, answers | {"carriage": True}) == {"horses": ["required"]}
    assert everything.clean(answers | {"carriage": False, "horses": 4}, draft=False) == answers | {"carriage": False}


def test_a_condition_on_several_choices(everything: Questionnaire) -> None:
    def partner(dances: list[str]) -> Any:
        extra = {"dances": dances, "waltz_partner": "Анна"}
        return everything.clean({"extra": extra}, draft=True)["extra"].get("waltz_partner")

    assert partner(["polka", "waltz"]) == "Анна"
    assert partner(["polka"]) is None


def test_asked_follows_the_conditions(everything: Questionnaire) -> None:
    def paths(form_data: dict[str, Any]) -> set[str]:
        return {field.path for field in everything.asked(form_data)}

    assert not {"carriage", "horses", "extra.waltz_partner"} & paths({})
    assert {"carriage"} == {"carriage", "horses"} & paths({"ticket": "VIP"})
    assert {"carriage", "horses"} <= paths({"ticket": "VIP", "carriage": True})
    # A leftover answer to a field that is hidden by now opens nothing.
    assert "horses" not in paths({"ticket": "Standard", "carriage": True})


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.text("0123456789+-. @a")
)
json_values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
KNOWN = ["name", "email", "phone", "ticket", "quantity", "carriage", "horses", "extra", "consent"]
EXTRA = ["dances", "waltz_partner", "born", "wishes"]
likely = (
    st.sampled_from(
        ["VIP", "Standard", "waltz", "2000-02-29", "1.1.1990", "8 999 123-45-67", "a@example.com", " ", "4"]
    )
    | st.lists(st.sampled_from(["waltz", "polka", "quadrille", "tango"]), max_size=4)
    | scalars
)
near_answers = st.fixed_dictionaries(
    {},
    optional={key: likely | json_values for key in KNOWN if key != "extra"}
    | {"extra": st.fixed_dictionaries({}, optional=dict.fromkeys(EXTRA, likely)) | json_values},
)
unhurried = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


@unhurried
@given(answers=json_values | near_answers, draft=st.booleans())
def test_any_json_gives_answers_or_known_codes(everything: Questionnaire, answers: object, draft: bool) -> None:  # noqa: FBT001  drawn
    cleaned, errors = outcome(everything, answers, draft=draft)
    assert {code for codes in errors.values() for code in codes} <= set(CODES)
    assert all(errors.values())
    if cleaned is not None:
        assert everything.clean(cleaned, draft=draft) == cleaned
        jsonschema.validate(cleaned, everything.json_schema(draft=draft))


text = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=2, max_size=12)
fine_answers = st.fixed_dictionaries(
    {"name": text, "ticket": st.sampled_from(["VIP", "Standard"]), "consent": st.just(True), "carriage": st.booleans()},
    optional={
        "email": st.emails(),
        "quantity": st.sampled_from([2, "4", 10]),
        "horses": st.integers(-(10**9), 10**9),
        "extra": st.fixed_dictionaries(
            {},
            optional={
                "dances": st.lists(st.sampled_from(["waltz", "polka", "quadrille"]), max_size=2, unique=True),
                "born": st.dates().map(str),
                "wishes": text,
            },
        ),
    },
)


@unhurried
@given(answers=fine_answers, draft=st.booleans())
def test_clean_is_idempotent(everything: Questionnaire, answers: dict[str, Any], draft: bool) -> None:  # noqa: FBT001  drawn
    cleaned, _ = outcome(everything, answers, draft=draft)
    assume(cleaned is not None)
    assert everything.clean(cleaned, draft=draft) == cleaned
    jsonschema.validate(cleaned, everything.json_schema(draft=draft))


@unhurried
@given(form_data=st.dictionaries(st.text(max_size=5) | st.sampled_from(KNOWN), json_values | near_answers))
def test_any_older_form_is_shown_exported_and_searched(everything: Questionnaire, form_data: dict[str, Any]) -> None:
    rows = everything.display(
        form_data, "ru", {"answer-yes": "да", "answer-no": "нет", "answer-date": "%d.%m.%Y"}.__getitem__
    )
    assert all(isinstance(row.value, str) for row in rows)
    assert len(everything.row(form_data, "ru")) == len(everything.columns("ru"))
    assert isinstance(everything.search_text(form_data), str)
