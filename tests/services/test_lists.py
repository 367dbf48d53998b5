"""The admins' list: every form once, in order, forwards and backwards; filters under short names; counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from services.service_parts import ADA, NOON, House

from benchmarks.seeding import seed
from bot.actor import Actor, Role
from bot.errors import Forbidden
from bot.services import FormFilter, FormRecord, ListPage
from bot.services.lists import PAGE, as_json, filter_id, position
from bot.services.search import searched
from bot.submission import Submission

MANY = 3 * PAGE + 3


async def all_pages(house: House, wanted: FormFilter) -> list[ListPage]:
    pages = [await house.services.lists.page(ADA, wanted)]
    while pages[-1].after:
        pages.append(await house.services.lists.page(ADA, wanted, after=pages[-1].after))
    return pages


async def all_pages_backwards(house: House, wanted: FormFilter, last: ListPage) -> list[ListPage]:
    pages = [last]
    while pages[0].before:
        pages.insert(0, await house.services.lists.page(ADA, wanted, before=pages[0].before))
    return pages


def numbers(pages: Sequence[ListPage]) -> list[int]:
    return [form.id for page in pages for form in page.items]


async def stored(house: House, *, at_one_moment: bool) -> list[FormRecord]:
    forms = []
    for number in range(MANY):
        forms.append(await house.form("approved" if number % 3 == 0 else "submitted"))
        house.clock.pass_(0 if at_one_moment else 1)
    return forms


@pytest.mark.parametrize("at_one_moment", [False, True])
@pytest.mark.parametrize("wanted", [FormFilter(), FormFilter(status="submitted"), FormFilter(words=("иван",))])
async def test_every_form_once_in_order_both_ways(house: House, wanted: FormFilter, *, at_one_moment: bool) -> None:
    forms = await stored(house, at_one_moment=at_one_moment)
    waiting = [form.id for form in forms if form.status == "submitted"]
    expected = waiting if wanted.status else [form.id for form in forms][::-1]

    there = await all_pages(house, wanted)
    back = await all_pages_backwards(house, wanted, there[-1])

    assert numbers(there) == expected
    assert {page.total for page in there} == {len(expected)}
    assert [len(page.items) for page in there[:-1]] == [PAGE] * (len(there) - 1)
    assert numbers(back) == expected
    assert there[0].before is None
    assert back[0].before is None


async def test_who_waits_longest_comes_first_whatever_the_number(house: House) -> None:
    early, late = await house.form("draft"), await house.form()
    house.clock.pass_(60)
    owner = Actor(early.user_id, Role.GUEST)
    await house.services.forms.update(owner, early.id, Submission(None, "submitted"))

    page = await house.services.lists.page(ADA, FormFilter(status="submitted"))

    assert [form.id for form in page.items] == [late.id, early.id]


async def test_a_full_last_page_leads_nowhere(house: House) -> None:
    for _ in range(2 * PAGE):
        await house.form()
    pages = await all_pages(house, FormFilter())

    assert [len(page.items) for page in pages] == [PAGE, PAGE]


async def test_filters(house: House) -> None:
    vip = await house.form(ticket_type="VIP")
    house.clock.pass_(3_600)
    student = await house.form("approved", ticket_type="Student")
    house.clock.pass_(3_600)
    draft = await house.form("draft", ticket_type="VIP")

    async def found(wanted: FormFilter) -> set[int]:
        assert await house.services.lists.count(ADA, wanted) == len(numbers(await all_pages(house, wanted)))
        return set(numbers(await all_pages(house, wanted)))

    hour = timedelta(hours=1)
    assert await found(FormFilter(ticket_type="VIP")) == {vip.id, draft.id}
    assert await found(FormFilter(status="approved")) == {student.id}
    assert await found(FormFilter(since=NOON)) == {vip.id, student.id}
    assert await found(FormFilter(until=NOON + hour)) == {vip.id}
    assert await found(FormFilter(since=NOON + hour, until=NOON + 2 * hour)) == {student.id}
    assert await found(FormFilter(status="submitted", ticket_type="VIP", since=NOON)) == {vip.id}
    assert await found(FormFilter(user_id=draft.user_id)) == {draft.id}


async def test_of_a_search_for_a_number_the_form_of_that_number_comes_first(house: House) -> None:
    forms = [await house.form(phone="+79991234512") for _ in range(2 * PAGE)]
    wanted, every = searched(FormFilter(), "2"), [form.id for form in forms][::-1]

    first, second = await all_pages(house, wanted)

    assert numbers([first]) == [2, *every[:PAGE]]
    assert numbers([second]) == every[PAGE:]
    assert numbers([await house.services.lists.page(ADA, replace(wanted, status="approved"))]) == []


async def test_review_goes_through_all_that_wait_and_ends(house: House) -> None:
    forms = await stored(house, at_one_moment=True)
    wanted, place, seen = FormFilter(), None, []
    while form := await house.services.lists.next_waiting(ADA, wanted, place):
        place = position(form, FormFilter(status="submitted"))
        seen.append(form.id)

    assert seen == [form.id for form in forms if form.status == "submitted"]


async def test_counts(house: House) -> None:
    for status in ("draft", "submitted", "submitted", "approved", "cancelled"):
        await house.form(status)
    gone = await house.form()
    await house.services.forms.delete(ADA, gone.id)

    counts = await house.services.lists.counts(ADA)

    assert counts.by_status == {"draft": 1, "submitted": 2, "approved": 1, "cancelled": 1}
    assert await house.services.lists.count(ADA, FormFilter()) == 5


async def test_a_saved_filter_comes_back_as_it_was(house: House) -> None:
    lists = house.services.lists
    whole = FormFilter(7, "submitted", "VIP", NOON, NOON + timedelta(days=1), ("ёлкина", 'o"b'), 17)

    names = [await lists.save(ADA, wanted) for wanted in (whole, FormFilter(), whole)]

    assert [await lists.load(ADA, name) for name in names] == [whole, FormFilter(), whole]
    assert names[0] == names[2] != names[1]
    assert {len(name) for name in names} == {11}
    assert filter_id(as_json(whole)) == names[0]
    assert await lists.load(ADA, "nobody-has-") is None


async def test_a_filter_that_nobody_uses_is_forgotten(house: House) -> None:
    used, unused = FormFilter(words=("used",)), FormFilter(words=("unused",))
    names = [await house.services.lists.save(ADA, wanted) for wanted in (used, unused)]
    house.clock.pass_(60 * 86_400)
    await house.services.lists.save(ADA, used)
    house.clock.pass_(31 * 86_400)

    await house.services.outbox.forget_old()

    assert [await house.services.lists.load(ADA, name) for name in names] == [used, None]


async def test_guests_have_no_list(house: House) -> None:
    guest, lists = Actor(1, Role.GUEST), house.services.lists
    for call in (
        lists.page(guest, FormFilter()),
        lists.count(guest, FormFilter()),
        lists.counts(guest),
        lists.save(guest, FormFilter()),
        lists.load(guest, "x"),
        lists.next_waiting(guest, FormFilter(), None),
    ):
        with pytest.raises(Forbidden):
            await call


async def test_the_benchmark_s_forms_are_such_as_guests_fill(house: House) -> None:
    await seed(house.database, house.questionnaire, 300, now=NOON)
    fresh = await house.form()
    pages = await all_pages(house, FormFilter())

    forms = [form for page in pages for form in page.items if form.id != fresh.id]
    texts = dict(await house.rows("SELECT id, search_text FROM forms"))

    assert len(forms) == 300
    assert fresh.id > max(form.id for form in forms)
    assert len({form.status for form in forms}) == 6
    for form in forms:
        assert house.questionnaire.clean(form.form_data, draft=False) == form.form_data
        assert house.questionnaire.search_text(form.form_data) == texts[form.id]
    assert max(form.submitted_at for form in forms if form.submitted_at) <= NOON
