"""Every broken file: which line, which place, which mend."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import QuestionnaireInvalid
from bot.questionnaire import Questionnaire, load

GOOD = """\
key = "ball"
version = 1
languages = ["ru", "en"]
title = { ru = "Бал", en = "Ball" }
intro = { ru = '''
[[fields]]
key = "not a field, a text"
''', en = "Intro" }

[[groups]]
key = "extra"
label = { ru = "Ещё", en = "More" }

[[fields]]
key = "name"
type = "text"
label = { ru = "Имя", en = "Name" }

[[fields]]
key = "ticket"
type = "choice"
label = { ru = "Билет", en = "Ticket" }
choices = [
    { value = "Standard", label = { ru = "Обычный", en = "Standard" } },
    { value = "VIP", label = { ru = "Особый", en = "VIP" } },
]

[[fields]]
key = "count"
type = "integer"
show_if = { field = "ticket", equals = "VIP" }
label = { ru = "Сколько", en = "How many" }
min = 1
max = 5

[[fields]]
key = "wishes"
group = "extra"
type = "long_text"
label = { ru = "Пожелания", en = "Wishes" }
"""
LINES = GOOD.splitlines()
TICKET, VIP, COUNT, WISHES = (
    "fields[1] «ticket»",
    "fields[1] «ticket», choices[1] «VIP»",
    "fields[2] «count»",
    "fields[3] «wishes»",
)
CONDITION = f"{COUNT}, show_if"
VIP_LINE = '    { value = "VIP", label = { ru = "Особый", en = "VIP" } },'
SHOW_IF = 'show_if = { field = "ticket", equals = "VIP" }'


def line(text: str) -> int:
    return LINES.index(text) + 1


# (a line of the good file, what stands there instead, the place, what the sentence says)
BROKEN = [
    ('type = "choice"', 'type = "chioce"', TICKET, "type «chioce» is unknown; did you mean «choice»?"),
    ('type = "choice"', 'type = "xyz"', TICKET, "known are text, long_text, email, phone, integer, choice,"),
    ('type = "choice"', "type = 5", TICKET, "«type» must be one of text, "),
    ("min = 1", "min = 6", COUNT, "«min» (6) is above «max» (5)"),
    ("min = 1", 'min = "1"', COUNT, "«min» must be a whole number from"),
    ("min = 1", "min = true", COUNT, "«min» must be a whole number"),
    ("min = 1", "min = 1.5", COUNT, "«min» must be a whole number"),
    ("max = 5", "max = 5_000_000_000", COUNT, "«max» is 5000000000; write a whole number from"),
    ("max = 5", "step = 0", COUNT, "«step» is 0; write"),
    ("max = 5", "maxx = 5", COUNT, "«maxx» is unknown; did you mean «max»?"),
    ("max = 5", "required = 1", COUNT, "«required» must be true or false"),
    ("max = 5", 'hint = { ru = "Да" }', COUNT, "«hint» has no text in en"),
    ("max = 5", 'hint = "Да"', COUNT, "«hint» must be a text for each language: { ru"),
    ('key = "count"', 'key = "name"', "fields[2] «name»", "«name» stands in the file twice"),
    ('key = "count"', 'key = "extra"', "fields[2] «extra»", "«extra» stands in the file twice"),
    ('key = "count"', 'key = "status"', "fields[2] «status»", "«status» stands beside the answers"),
    ('key = "count"', 'key = "user_id"', "fields[2] «user_id»", "«user_id» stands beside the answers"),
    ('key = "count"', 'key = "Count"', "fields[2] «Count»", "«Count» cannot be a key"),
    ('key = "count"', 'key = "a.b"', "fields[2] «a.b»", "«a.b» cannot be a key"),
    ('key = "count"', f'key = "{"a" * 41}"', f"fields[2] «{'a' * 41}»", "cannot be a key"),
    ('label = { ru = "Имя", en = "Name" }', 'label = { ru = "Имя" }', "fields[0] «name»", "«label» has no text in en"),
    ('label = { ru = "Имя", en = "Name" }', "label = {}", "fields[0] «name»", "«label» has no text in ru, en"),
    ('label = { ru = "Имя", en = "Name" }', 'label = { ru = "Имя", en = "" }', "fields[0] «name»", "has no text in en"),
    ('label = { ru = "Имя", en = "Name" }', 'label = { ru = "Имя", en = 5 }', "fields[0] «name»", "has no text in en"),
    ('label = { ru = "Имя", en = "Name" }', 'label.ru = "Имя"', "fields[0] «name»", "«label» has no text in en"),
    (
        'label = { ru = "Имя", en = "Name" }',
        'label = { ru = "Имя", en = "Name", de = "Name" }',
        "fields[0] «name»",
        "«label» has a text in «de»; known are ru, en",
    ),
    (
        'label = { ru = "Имя", en = "Name" }',
        f'label = {{ ru = "Имя", en = "{"a" * 201}" }}',
        "fields[0] «name»",
        "«label» is too long; keep it within 200 characters",
    ),
    (VIP_LINE, '    { value = "VIP", label = { ru = "Особый" } },', VIP, "«label» has no text in en"),
    (VIP_LINE, '    { value = "VIP" },', VIP, "«label» is missing; write a text for each language"),
    (VIP_LINE, '    { label = { ru = "О", en = "V" } },', "fields[1] «ticket», choices[1]", "«value» is missing"),
    (
        VIP_LINE,
        '    { value = " VIP", label = { ru = "О", en = "V" } },',
        "fields[1] «ticket», choices[1] « VIP»",
        "«value» must be a short text",
    ),
    (
        VIP_LINE,
        '    { value = "VIP", colour = 1, label = { ru = "О", en = "V" } },',
        VIP,
        "the setting «colour» is unknown",
    ),
    (
        VIP_LINE,
        '    { value = "Standard", label = { ru = "О", en = "V" } },',
        "fields[1] «ticket», choices[1] «Standard»",
        "«Standard» stands here twice",
    ),
    (
        SHOW_IF,
        'show_if = { field = "tiket", equals = "VIP" }',
        CONDITION,
        "«tiket», which is not there; did you mean «ticket»?",
    ),
    (SHOW_IF, 'show_if = { field = "count", equals = 1 }', CONDITION, "on the field itself"),
    (
        SHOW_IF,
        'show_if = { field = "extra.wishes", equals = "a" }',
        CONDITION,
        "«extra.wishes», which is asked later",
    ),
    (
        SHOW_IF,
        'show_if = { field = "ticket", equals = "Gold" }',
        CONDITION,
        "never «Gold»; write one of Standard, VIP",
    ),
    (SHOW_IF, 'show_if = { field = "ticket", in = ["VIP", "Gold"] }', CONDITION, "never «Gold»"),
    (SHOW_IF, 'show_if = { field = "ticket", in = [] }', CONDITION, "either equals"),
    (SHOW_IF, 'show_if = { field = "ticket" }', CONDITION, "either equals"),
    (SHOW_IF, 'show_if = { field = "ticket", in = "VIP" }', CONDITION, "«in» must be a list"),
    (SHOW_IF, 'show_if = { equals = "VIP" }', CONDITION, "«field» is missing"),
    (
        SHOW_IF,
        'show_if = { field = "ticket", equal = "VIP" }',
        CONDITION,
        "«equal» is unknown; did you mean «equals»?",
    ),
    (SHOW_IF, 'show_if = "VIP"', COUNT, "«show_if» must be a table"),
    ('group = "extra"', 'group = "extras"', WISHES, "the group «extras» is unknown; did you mean «extra»?"),
    ('group = "extra"', "group = 5", WISHES, "«group» must be the key of a group"),
    ('key = "extra"', 'key = "note"', "groups[0] «note»", "«note» stands beside the answers"),
    ('key = "extra"', 'key = "extra"\ncolour = 1', "groups[0] «extra»", "the setting «colour» is unknown"),
    ('key = "ball"', 'key = "The Ball"', "", "«key» must be small Latin letters"),
    ("version = 1", 'version = "1"', "", "«version» must be a whole number"),
    ("version = 1", "version = 0", "", "«version» is 0; write"),
    ("version = 1", "", "", "«version» is missing; write a whole number: version = 1"),
    ('title = { ru = "Бал", en = "Ball" }', 'title = "Бал"', "", "«title» must be a text for each language"),
    ('languages = ["ru", "en"]', 'languages = ["ru", "en", "en"]', "", "«languages» must be a list of codes"),
    ('languages = ["ru", "en"]', 'languages = ["Russian"]', "", "«languages» must be a list of codes"),
    ('languages = ["ru", "en"]', 'languages = "ru"', "", "«languages» must be a list of codes"),
    ("version = 1", "version = 1\nopens_at = 2026-12-01T10:00:00", "", "«opens_at» has no offset; write it as +03:00"),
    (
        "version = 1",
        'version = 1\nopens_at = "tomorrow"',
        "",
        "«opens_at» must be a moment without quotes, for example",
    ),
    ("version = 1", "version = 1\ncloses_at = 2026-12-01", "", "«closes_at» must be a moment"),
    (
        "version = 1",
        "version = 1\nopens_at = 2026-12-01T10:00:00Z\ncloses_at = 2026-12-01T12:00:00+03:00",
        "",
        "«closes_at» is not after «opens_at»",
    ),
    ("version = 1", "version = 1\nverzion = 2", "", "«verzion» is unknown; did you mean «version»?"),
]


def problems(path: Path) -> tuple[str, ...]:
    with pytest.raises(QuestionnaireInvalid) as raised:
        load(path)
    return raised.value.problems


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def to_file(text: str) -> Path:
        path = tmp_path / "questionnaire.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_the_good_file_is_good(write: Callable[[str], Path]) -> None:
    questionnaire = load(write(GOOD))
    assert [field.path for field in questionnaire.fields] == ["name", "ticket", "count", "extra.wishes"]
    assert "[[fields]]" in questionnaire.intro["ru"]


@pytest.mark.parametrize(("old", "new", "place", "says"), BROKEN)
def test_one_mistake(write: Callable[[str], Path], old: str, new: str, place: str, says: str) -> None:
    path = write(GOOD.replace(old, new, 1))
    (problem,) = [found for found in problems(path) if says in found]
    where = re.match(r"(?P<file>.*), line (?P<line>\d+)(?:, (?P<place>.*?))?: ", problem)
    assert where
    assert where["file"] == str(path)
    assert (where["place"] or "") == place
    assert int(where["line"]) == (line(old) + new.count("\n") if new else 1)


def test_a_mistake_makes_no_other(write: Callable[[str], Path]) -> None:
    """One sentence for one mistake, even where others depend on it."""
    assert len(problems(write(GOOD.replace('type = "choice"', 'type = "chioce"')))) == 1
    assert len(problems(write(GOOD.replace('key = "ticket"', 'key = "Ticket"').replace('"ticket",', '"Ticket",')))) == 1


def test_all_mistakes_at_once_in_the_order_of_the_lines(write: Callable[[str], Path]) -> None:
    broken = GOOD
    for old, new in [
        ("version = 1", "version = 0"),
        ('type = "choice"', 'type = "chioce"'),
        ("min = 1", "min = 9"),
        ('key = "wishes"', 'key = "status"'),
        ('group = "extra"', 'group = "more"'),
    ]:
        broken = broken.replace(old, new)
    found = [re.search(r"line (\d+)", problem) for problem in problems(write(broken))]
    lines = [int(match[1]) for match in found if match]
    wanted = ["version = 1", 'type = "choice"', "min = 1", 'key = "wishes"', 'group = "extra"']
    assert lines == [line(text) for text in wanted]


def test_missing_key_names_the_header(write: Callable[[str], Path]) -> None:
    (problem,) = problems(write(GOOD.replace('key = "name"\n', "")))
    assert f"line {line('[[fields]]') + 8}, fields[0]: «key» is missing" in problem


def test_settings_in_tables_of_their_own(write: Callable[[str], Path]) -> None:
    written_out = """
[[fields]]
key = "meal"
type = "choice"
[fields.label]
ru = "Еда"
en = "Meal"
[[fields.choices]]
value = "fish"
label = { ru = "Рыба", en = "Fish" }
[[fields.choices]]
value = "meat"
label = { ru = "Мясо" }
[fields.show_if]
field = "ticket"
equals = "Gold"
"""
    label, condition = problems(write(GOOD + written_out))
    assert f"line {len(LINES) + 13}, fields[4] «meal», choices[1] «meat»: «label» has no text in en" in label
    assert f"line {len(LINES) + 14}, fields[4] «meal», show_if: " in condition


def test_a_group_stands_together(write: Callable[[str], Path]) -> None:
    more = '[[fields]]\nkey = "{}"\ntype = "text"\nlabel = {{ ru = "А", en = "A" }}\n'
    (problem,) = problems(write(GOOD + more.format("one") + more.format("two") + 'group = "extra"\n'))
    assert "fields[5] «two»: the fields of the group «extra» are apart" in problem


def test_no_fields_and_too_many(write: Callable[[str], Path]) -> None:
    head = GOOD[: GOOD.index("[[groups]]")]
    assert any("there are no fields" in problem for problem in problems(write(head)))
    field = '[[fields]]\nkey = "f{}"\ntype = "text"\nlabel = {{ ru = "А", en = "A" }}\n'
    assert len(load(write(head + "".join(map(field.format, range(60))))).fields) == 60
    (problem,) = problems(write(head + "".join(map(field.format, range(61)))))
    assert "there are 61 fields; keep them within 60" in problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('key = "a"\nversion = \n', r"line 2: this is not TOML \(Invalid value\); mend that line"),
        ('key = "a\n', "line 1: this is not TOML"),
        ("key = ball\n", "line 1: this is not TOML"),
        ('key = "a"\nkey = "b"\n', r"line 2: this is not TOML \(Cannot overwrite a value\)"),
        ("opens_at = 2026-13-45T10:00:00Z\n", "line 1: this is not TOML"),
        ("languages = [\n", "line 1: this is not TOML"),
        ("a = " + "[" * 100_000, "line 1: this is not TOML"),
    ],
)
def test_not_toml(write: Callable[[str], Path], text: str, says: str) -> None:
    (problem,) = problems(write(text))
    assert re.search(says, problem)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fields = 5",
        "fields = [5, 'a']",
        "[fields]\nkey = 'a'",
        "groups = [[]]",
        "[[fields]]\nkey = 5\ntype = []\ngroup = {}",
    ],
)
def test_nonsense_is_told_not_raised(write: Callable[[str], Path], text: str) -> None:
    assert any("«key» is missing" in problem for problem in problems(write(text)))


def test_single_brackets_are_explained(write: Callable[[str], Path]) -> None:
    found = problems(write(GOOD[: GOOD.index('[[fields]]\nkey = "name"')] + '[fields]\nkey = "name"\n'))
    assert any("write its items under [[fields]], with two brackets" in problem for problem in found)


def test_no_such_file(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "nowhere.toml")
    assert problem == f"{tmp_path}/nowhere.toml: there is no such file; put it there or set QUESTIONNAIRE_FILE."
    (problem,) = problems(tmp_path)
    assert "cannot be read" in problem


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "questionnaire.toml"
    path.write_bytes('key = "бал"'.encode("cp1251"))
    (problem,) = problems(path)
    assert "byte 8 is not UTF-8; save the file in the encoding UTF-8." in problem


def test_a_file_from_windows(tmp_path: Path) -> None:
    path = tmp_path / "questionnaire.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(load(path).fields) == 4


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ('type = "text"\nmax_length = 501', "«max_length» is 501; write a whole number from 0 to 500"),
        ('type = "long_text"\nmax_length = 4001', "from 0 to 4000"),
        ('type = "text"\nmin_length = 300', "«min_length» (300) is above «max_length» (200)"),
        ('type = "date"\nmin_date = "2026-01-01"', "«min_date» must be a date, without quotes"),
        ('type = "date"\nmin_date = 2026-01-02\nmax_date = 2026-01-01', "«min_date» (2026-01-02) is above «max_date»"),
        ('type = "phone"\nregion = "ru"', "region «ru»; did you mean «RU»?"),
        ('type = "choice"', "nothing to choose from"),
        ('type = "choice"\nchoices = []', "nothing to choose from"),
        ('type = "text"\nchoices = []', "«choices» is unknown"),
        ('type = "consent"\ntext_version = 0', "«text_version» is 0"),
    ],
)
def test_settings_of_the_types(ask: Callable[[str], Questionnaire], setting: str, says: str) -> None:
    with pytest.raises(QuestionnaireInvalid) as raised:
        ask(setting)
    (problem,) = raised.value.problems
    assert says in problem
    assert "fields[0] «answer»" in problem


def test_availability(write: Callable[[str], Path], ball: Questionnaire) -> None:
    bounds = "opens_at = 2026-12-01T10:00:00+03:00\ncloses_at = 2026-12-25T00:00:00+03:00\n"
    questionnaire = load(write(bounds + GOOD))
    opens, second = datetime(2026, 12, 1, 7, tzinfo=UTC), timedelta(seconds=1)
    assert questionnaire.availability(opens - second) == "not_yet_open"
    assert questionnaire.availability(opens) == "open"
    closes = datetime(2026, 12, 24, 21, tzinfo=UTC)
    assert questionnaire.availability(closes - second) == "open"
    assert questionnaire.availability(closes) == "closed"
    assert ball.availability(datetime(1970, 1, 1, tzinfo=UTC)) == "open"
