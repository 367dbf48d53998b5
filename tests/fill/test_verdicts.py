"""For random questionnaires and random answers the page, REST and the chat give one verdict and store one thing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fill_parts import HEAD, field_toml
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from bot import strict_json
from bot.errors import AnswersInvalid
from bot.locales import texts_of
from bot.questionnaire import Field, Questionnaire, load
from bot.services.filling import judge, start, step
from bot.submission import read

RU = texts_of("ru")
MOST = 40
type Verdict = tuple[dict[str, list[str]], dict[str, Any] | None]


@dataclass(frozen=True)
class Answer:
    """The same answer as the page's JSON has it, and as a guest gives it in the chat."""

    json: Any
    chat: Callable[[Field], object]


SKIPPED = Answer(None, lambda _field: None)


def typed(text: str, as_json: Any = None) -> Answer:
    return Answer(text if as_json is None else as_json, lambda field: field.typed(text, "ru", RU.plain))


def pressed(*indexes: int) -> Callable[[Field], object]:
    return lambda field: field.pressed(indexes)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12).filter(
    lambda text: text.strip() and not text.startswith("/")
) | st.sampled_from(["\u200b", "a\nb", "a\tb", "да ", "<b>&", "Анна"])
numbers = st.integers(-12, 12)


def texts_of_a_kind(kind: str) -> st.SearchStrategy[Answer]:
    likely = {
        "text": st.sampled_from(["да", "нет", "x" * 11]),
        "long_text": st.sampled_from(["да", "строка\nи ещё", "x" * 31]),
        "email": st.sampled_from(["a@example.com", "A@пример.рф", "a@", "a b@c.d"]),
        "phone": st.sampled_from(["+79991234567", "8 (999) 123-45-67", "0044 20 7946 0958", "12", "+8 999 123 45 67"]),
        "date": st.sampled_from(["2026-12-31", "31.12.2026", "29.02.2001", "1.1.1899", "01.01.2000"]),
    }[kind]
    return (likely | words).map(typed)


def answers_to(kind: str, choices: int) -> st.SearchStrategy[Answer]:
    """Right and wrong ones, and none."""
    some = st.sets(st.integers(0, choices - 1)).map(sorted)
    strange = st.just(typed("нет такого"))
    found: st.SearchStrategy[Answer]
    if kind == "integer":
        found = numbers.map(lambda n: typed(str(n), n)) | st.sampled_from(["2.5", "+3", "007", "много"]).map(typed)
    elif kind == "choice":
        one = st.integers(0, choices - 1)
        said = one.map(lambda n: typed(f"выбор {n} ", f"v{n}"))
        found = one.map(lambda n: Answer(f"v{n}", pressed(n))) | said | strange
    elif kind == "multi_choice":
        found = strange | some.flatmap(
            lambda chosen: st.permutations(chosen).map(lambda mixed: Answer([f"v{n}" for n in mixed], pressed(*chosen)))
        )
    elif kind in ("boolean", "consent"):
        said = st.just(typed("ДА", True)) if kind == "boolean" else st.just(typed("не даю согласия", False))
        found = st.booleans().map(lambda yes: Answer(yes, pressed(0 if yes else 1))) | said | strange
    else:
        found = texts_of_a_kind(kind)
    # Mostly there: a form of forty questions should pass now and then.
    return st.one_of(found, found, found, st.just(SKIPPED))


def right_answer(kind: str) -> Answer:
    texts = {"email": "a@example.com", "phone": "+79991234567", "date": "2026-12-31", "integer": "3"}
    fine = {
        "choice": Answer("v1", pressed(1)),
        "multi_choice": Answer(["v0", "v1"], pressed(0, 1)),
        "boolean": Answer(False, pressed(1)),
        "consent": Answer(True, pressed(0)),
    }
    return fine.get(kind) or typed(texts.get(kind, "да"))


CONDITIONS: dict[str, list[object]] = {
    "text": ["да"],
    "long_text": ["да"],
    "email": ["a@example.com"],
    "phone": ["+79991234567"],
    "date": ["2026-12-31"],
    "integer": [3],
    "choice": ["v0", "v1"],
    "multi_choice": ["v0", "v1"],
    "boolean": [True, False],
    "consent": [True, False],
}


@st.composite
def forms(draw: st.DrawFn) -> tuple[str, dict[str, Answer]]:
    """A questionnaire's file, and an answer to each of its paths."""
    count = draw(st.integers(1, MOST))
    grouped = draw(st.integers(0, count))
    fine = draw(st.booleans())
    kinds = draw(st.lists(st.sampled_from(sorted(CONDITIONS)), min_size=count, max_size=count))
    toml, given = [HEAD, '[[groups]]\nkey = "g"\nlabel = { ru = "Г", en = "G" }\n'], {}
    paths: list[str] = []
    for number, kind in enumerate(kinds):
        choices = draw(st.integers(2, 5))
        path = f"g.f{number}" if number >= grouped else f"f{number}"
        settings = {"group": '"g"'} if number >= grouped else {}
        settings |= {"required": "true"} if draw(st.booleans()) else {}
        settings |= draw(limits(kind, choices))
        if paths and draw(st.integers(0, 2)) == 0:
            other = draw(st.integers(0, len(paths) - 1))
            wanted = json.dumps(draw(st.sampled_from(CONDITIONS[kinds[other]])), ensure_ascii=False)
            settings["show_if"] = f'{{ field = "{paths[other]}", equals = {wanted} }}'
        toml.append(field_toml(f"f{number}", kind, f"Вопрос {number}", **settings))
        paths.append(path)
        given[path] = right_answer(kind) if fine else draw(answers_to(kind, choices))
    return "".join(toml), given


def limits(kind: str, choices: int) -> st.SearchStrategy[dict[str, str]]:
    options = ", ".join(f'{{ value = "v{n}", label = {{ ru = "Выбор {n}", en = "{n}" }} }}' for n in range(choices))
    ready = {"choices": f"[{options}]"}
    found: dict[str, list[dict[str, str]]] = {
        "text": [{}, {"min_length": "2", "max_length": "10"}],
        "long_text": [{}, {"min_length": "2", "max_length": "30"}],
        "integer": [{}, {"min": "1", "max": "9", "step": "2"}],
        "date": [{}, {"min_date": "2000-01-01", "max_date": "2026-12-31"}],
        "choice": [ready],
        "multi_choice": [ready, ready | {"min": "1", "max": "2"}],
    }
    return st.sampled_from(found.get(kind, [{}]))


def body_of(given: dict[str, Answer]) -> dict[str, Any]:
    """The page's JSON."""
    body: dict[str, Any] = {}
    for path, answer in given.items():
        group, _, key = path.rpartition(".")
        (body.setdefault(group, {}) if group else body)[key] = answer.json
    return body


def whole(questionnaire: Questionnaire, data: bytes, limit: int) -> Verdict:
    """As sendData's handler and REST's route do it."""
    submission = read(strict_json.parse(data, limit=limit))
    try:
        return {}, questionnaire.clean(submission.answers or {}, draft=False)
    except AnswersInvalid as error:
        return error.errors, None


def one_by_one(questionnaire: Questionnaire, given: dict[str, Answer]) -> Verdict:
    """As the chat does it; a guest who is refused leaves the question as it is and is not asked a second time."""
    errors: dict[str, list[str]] = {}
    answers: dict[str, Any] = {}
    place, asked = start(questionnaire, 1, answers), set[str]()
    while place.field and place.field not in asked:
        asked.add(place.field)
        field, after = questionnaire.field(place.field), answers
        try:
            value = judge(questionnaire, place.field, given[place.field].chat(field))
            after = questionnaire.clean(field.put(answers, value), draft=True)
        except AnswersInvalid as error:
            errors |= error.errors
        place, answers = step(questionnaire, place, answers, after), after
    return errors, None if errors else questionnaire.clean(answers, draft=False)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(form=forms())
def test_three_ways_one_verdict(folder: Path, form: tuple[str, dict[str, Answer]]) -> None:
    toml, given = form
    file = folder / "questionnaire.toml"
    file.write_text(toml, "utf-8")
    questionnaire = load(file)
    body = body_of(given)
    page = json.dumps(body, ensure_ascii=False).encode()
    rest = json.dumps({"form_data": body, "status": "submitted"}).encode()
    verdict = whole(questionnaire, rest, strict_json.REST_LIMIT)
    if len(page) <= strict_json.SEND_DATA_LIMIT:
        assert whole(questionnaire, page, strict_json.SEND_DATA_LIMIT) == verdict
    assert one_by_one(questionnaire, given) == verdict
    event("refused" if verdict[0] else "stored")
    event(f"{len(questionnaire.fields) // 10 * 10}+ fields")
