from collections.abc import Callable
from pathlib import Path

import pytest

from bot.questionnaire import Questionnaire, load

HEAD = """\
key = "ball"
version = 1
languages = ["ru", "en"]
title = { ru = "Бал", en = "Ball" }
"""

ALL_TYPES = (
    HEAD
    + """
[[groups]]
key = "extra"
label = { ru = "Ещё", en = "More" }

[[fields]]
key = "name"
type = "text"
required = true
min_length = 2
max_length = 30
label = { ru = "Имя", en = "Name" }

[[fields]]
key = "email"
type = "email"
label = { ru = "Почта", en = "E-mail" }

[[fields]]
key = "phone"
type = "phone"
label = { ru = "Телефон", en = "Phone" }

[[fields]]
key = "ticket"
type = "choice"
required = true
label = { ru = "Билет", en = "Ticket" }
choices = [
    { value = "Standard", label = { ru = "Обычный", en = "Standard" } },
    { value = "VIP", label = { ru = "Особый", en = "VIP" } },
]

[[fields]]
key = "quantity"
type = "integer"
min = 2
max = 10
step = 2
label = { ru = "Сколько", en = "How many" }

[[fields]]
key = "carriage"
type = "boolean"
required = true
show_if = { field = "ticket", equals = "VIP" }
label = { ru = "Карета", en = "Carriage" }

[[fields]]
key = "horses"
type = "integer"
required = true
show_if = { field = "carriage", equals = true }
label = { ru = "Лошади", en = "Horses" }

[[fields]]
key = "dances"
group = "extra"
type = "multi_choice"
max = 2
label = { ru = "Танцы", en = "Dances" }
choices = [
    { value = "waltz", label = { ru = "Вальс", en = "Waltz" } },
    { value = "polka", label = { ru = "Полька", en = "Polka" } },
    { value = "quadrille", label = { ru = "Кадриль", en = "Quadrille" } },
]

[[fields]]
key = "waltz_partner"
group = "extra"
type = "text"
show_if = { field = "extra.dances", in = ["waltz"] }
label = { ru = "Пара", en = "Partner" }

[[fields]]
key = "born"
group = "extra"
type = "date"
min_date = 1920-01-01
max_date = 2010-12-31
label = { ru = "Рождение", en = "Born" }

[[fields]]
key = "wishes"
group = "extra"
type = "long_text"
label = { ru = "Пожелания", en = "Wishes" }

[[fields]]
key = "consent"
type = "consent"
required = true
text_version = 3
label = { ru = "Согласен", en = "I agree" }
"""
)

FIELD = """
[[fields]]
key = "answer"
label = { ru = "Ответ", en = "Answer" }
"""


@pytest.fixture(scope="session")
def ball() -> Questionnaire:
    return load(Path("questionnaire.toml"))


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Questionnaire:
    path = tmp_path_factory.mktemp("questionnaire") / "everything.toml"
    path.write_text(ALL_TYPES, encoding="utf-8")
    return load(path)


@pytest.fixture
def ask(tmp_path: Path) -> Callable[[str], Questionnaire]:
    """A questionnaire of one field, `answer`, with these settings."""

    def build(settings: str) -> Questionnaire:
        path = tmp_path / "one.toml"
        path.write_text(HEAD + FIELD + settings, encoding="utf-8")
        return load(path)

    return build
