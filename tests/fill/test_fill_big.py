"""40 and 60 questions, 50 choices, the longest labels that a file may have: never over Telegram's limits."""

from pathlib import Path

import pytest
from fill_parts import HEAD, Guest, buttons, field_toml

from bot.middlewares import flood


@pytest.fixture
def backend(fields: int) -> str:
    return "postgresql" if fields == 40 else "sqlite"


@pytest.fixture
def questionnaire_file(tmp_path: Path, fields: int) -> str:
    label = "Вопрос о платье & <b>туфлях</b> " * 6
    toml = "".join(field_toml(f"f{number}", "text", f"{label[:190]} {number}") for number in range(fields - 2))
    text = "ы" * 190
    choices = ", ".join(
        f'{{ value = "v{number}", label = {{ ru = "{number} {text}", en = "{number}" }} }}' for number in range(50)
    )
    toml += field_toml("one", "choice", label[:195], choices=f"[{choices}]", hint=f'{{ ru = "{"п" * 500}", en = "h" }}')
    toml += field_toml("some", "multi_choice", label[:195], choices=f"[{choices}]")
    file = tmp_path / "many.toml"
    file.write_text(HEAD + toml, "utf-8")
    return str(file)


@pytest.fixture(autouse=True)
def quick_fingers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers thirty questions in a minute, but this test."""
    monkeypatch.setattr(flood, "UPDATES_PER_MINUTE", 1_000)


@pytest.mark.parametrize("fields", [40, 60])
async def test_a_questionnaire_of_this_many_fields(ivan: Guest, fields: int) -> None:
    first = await ivan.says("/fill")
    assert f"Вопрос 1 из {fields}" in first["text"]
    for number in range(fields - 2):
        if number % 2:
            await ivan.press("Пропустить")
        else:
            await ivan.says(f"ответ {number} " + "ж" * 180, "Вопрос")
    await ivan.press("50. 49")
    for number in (1, 25, 50):
        await ivan.press(f"{number}. ")
    await ivan.press("✅ Готово")
    status, answers = await ivan.form()
    assert answers["one"] == "v49"
    assert answers["some"] == ["v0", "v24", "v49"]
    assert len(answers) == (fields - 2) // 2 + 2
    assert "▶" in await ivan.labels(), "the answers do not fit one message"
    await ivan.press("▶")
    await ivan.press("✏️ Изменить ответ")
    for _ in range(-(-fields // 8) - 1):
        await ivan.press("▶")
    last = [b for b in buttons(await ivan.asked()) if "f" in b["callback_data"]]
    assert len(last) <= 9
    await ivan.press((await ivan.labels())[0])
    assert "Вопрос 1 из 1" in (await ivan.asked())["text"]
    await ivan.press("Оставить" if "Оставить ›" in await ivan.labels() else "Пропустить")
    await ivan.press("✅ Отправить")
    assert (await ivan.form())[0] == "submitted"
    assert status == "draft"
    assert await ivan.world.count("dead_letters") == 0
