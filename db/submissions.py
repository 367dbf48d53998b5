"""The submission lane: any number of new forms in one transaction, at a cost that does not grow with the table.

The batch travels as one JSON parameter, so the statements are always the same text: prepared once, nothing compiled
per form. `ON CONFLICT DO NOTHING` on (user_id, submission_id) is what makes a redelivery harmless.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox, tables, users
from db.engine import dumps
from db.forms import FormRepository, Key
from db.idempotency import IdempotencyRepository
from db.records import FormRecord, IdempotencyRecord, NewForm, Stored
from db.tables import UTCDateTime, forms

_FORM_COLUMNS = (
    "user_id, submission_id, form_data, search_text, status, source, questionnaire, questionnaire_version, "
    "ticket_type, request_hash, version, created_at, updated_at, submitted_at"
)
_EVENT_COLUMNS = "form_id, at, actor_id, actor_role, action, to_status, details"


def _statement(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("at", type_=UTCDateTime))


# One round trip: the inserts share a statement (foreign keys are checked at its end). DISTINCT ON sorts the users, so
# that two replicas lock the same ones in the same order.
_POSTGRES = _statement(f"""
WITH batch AS MATERIALIZED (
    SELECT b.*, u.*, CAST(:at AS timestamptz) AS at
    FROM jsonb_to_recordset(CAST(CAST(:batch AS text) AS jsonb)) AS b(
        "user" jsonb, submission_id uuid, form_data jsonb, search_text text, status text, source text,
        questionnaire text, questionnaire_version integer, ticket_type text, request_hash text,
        actor_id bigint, actor_role text, details jsonb),
    LATERAL jsonb_to_record(b."user") AS u(
        id bigint, first_name text, last_name text, username text, language_code text)
), seen AS (
    INSERT INTO users ({users.COLUMNS})
    SELECT DISTINCT ON (id) id, first_name, last_name, username, language_code, at, at FROM batch ORDER BY id
    {users.UPSERT}
), stored AS (
    INSERT INTO forms ({_FORM_COLUMNS})
    SELECT id, submission_id, form_data, search_text, status, source, questionnaire, questionnaire_version,
        ticket_type, request_hash, 1, at, at, CASE status WHEN 'draft' THEN NULL ELSE at END
    FROM batch WHERE NOT EXISTS (
        SELECT 1 FROM forms f WHERE f.user_id = batch.id AND f.submission_id = batch.submission_id)
    ON CONFLICT (user_id, submission_id) DO NOTHING
    RETURNING id, user_id, submission_id
), logged AS (
    INSERT INTO form_events ({_EVENT_COLUMNS})
    SELECT s.id, at, actor_id, actor_role, 'created', status, details
    FROM stored s JOIN batch b ON b.id = s.user_id AND b.submission_id = s.submission_id
), announced AS (
    INSERT INTO outbox ({outbox.COLUMNS})
    SELECT 'card', chat::bigint, chat, s.id, '{{}}', {outbox.CARD_PRIORITY}, 0, 0, at, at
    FROM stored s JOIN batch b ON b.id = s.user_id AND b.submission_id = s.submission_id,
        unnest(string_to_array(CAST(:chats AS text), ',')) AS chat
    WHERE b.status = 'submitted'
        AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = chat::bigint AND u.blocked)
)
SELECT id, user_id, submission_id, (SELECT language FROM users WHERE users.id = stored.user_id) AS language FROM stored
""")

_SQLITE_USERS = _statement(f"""
INSERT INTO users ({users.COLUMNS})
SELECT u ->> 'id', u ->> 'first_name', u ->> 'last_name', u ->> 'username', u ->> 'language_code', :at, :at
FROM (SELECT value -> 'user' AS u FROM json_each(:batch)) WHERE true {users.UPSERT}
""")
_SQLITE_FORMS = _statement(f"""
INSERT INTO forms ({_FORM_COLUMNS})
SELECT value ->> '$.user.id', replace(value ->> 'submission_id', '-', ''), value -> 'form_data',
    value ->> 'search_text', value ->> 'status', value ->> 'source', value ->> 'questionnaire',
    value ->> 'questionnaire_version', value ->> 'ticket_type', value ->> 'request_hash', 1, :at, :at,
    CASE value ->> 'status' WHEN 'draft' THEN NULL ELSE :at END
FROM json_each(:batch) WHERE true
ON CONFLICT (user_id, submission_id) DO NOTHING
RETURNING id, user_id, submission_id, (SELECT language FROM users WHERE users.id = forms.user_id) AS language
""").columns(forms.c.id, forms.c.user_id, forms.c.submission_id, tables.users.c.language)
_SQLITE_CARDS = _statement(f"""
INSERT INTO outbox ({outbox.COLUMNS})
SELECT 'card', chat.value, chat.value, f.id, '{{}}', {outbox.CARD_PRIORITY}, 0, 0, :at, :at
FROM json_each(:numbers) AS number JOIN forms f ON f.id = number.value, json_each('[' || :chats || ']') AS chat
WHERE f.status = 'submitted' AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = chat.value AND u.blocked)
""")
# A form without a history row is one that this transaction has just stored.
_SQLITE_EVENTS = _statement(f"""
INSERT INTO form_events ({_EVENT_COLUMNS})
SELECT f.id, :at, value ->> 'actor_id', value ->> 'actor_role', 'created', f.status,
    CASE json_type(value, '$.details') WHEN 'object' THEN value -> 'details' END
FROM json_each(:batch) JOIN forms f ON f.user_id = value ->> '$.user.id'
    AND f.submission_id = replace(value ->> 'submission_id', '-', '')
WHERE NOT EXISTS (SELECT 1 FROM form_events e WHERE e.form_id = f.id)
""")


async def store(
    connection: AsyncConnection, batch: Sequence[NewForm], at: datetime, card_chats: Sequence[int] = ()
) -> list[Stored]:
    """Store every new form with its user, its history row and a card for each of `card_chats`; answer each, in order.

    A form that was stored before is returned as it stands, `replayed`.
    """
    first: dict[Key, NewForm] = {}
    for new in batch:
        first.setdefault(_key(new), new)
    rows = await _insert(connection, list(first.values()), at, ",".join(map(str, card_chats)))
    languages = {row.user_id: row.language for row in rows}
    numbers = {(row.user_id, row.submission_id): row.id for row in rows}
    records = {key: _record(number, first[key], at) for key, number in numbers.items()}
    await _remember(connection, first, records, at)
    if again := [key for key in first if key not in numbers]:
        records |= await FormRepository(connection).find(again)
        languages |= await users.UserRepository(connection).languages([user_id for user_id, _ in again])
    fresh = {id(first[key]) for key in numbers}
    return [Stored(records[_key(new)], id(new) not in fresh, languages.get(new.user.id)) for new in batch]


def _key(new: NewForm) -> Key:
    return new.user.id, new.submission_id


async def _insert(connection: AsyncConnection, batch: list[NewForm], at: datetime, chats: str) -> Sequence[Row[Any]]:
    """Of each form that was not there: id, user_id, submission_id, language."""
    parameters = {"batch": dumps(batch), "at": at}
    if connection.dialect.name == "postgresql":
        rows = (await connection.execute(_POSTGRES, parameters | {"chats": chats})).all()
    else:
        await connection.execute(_SQLITE_USERS, parameters)
        rows = (await connection.execute(_SQLITE_FORMS, parameters)).all()
        await connection.execute(_SQLITE_EVENTS, parameters)
        if chats:
            numbers = dumps([row.id for row in rows])
            await connection.execute(_SQLITE_CARDS, {"numbers": numbers, "chats": chats, "at": at})
    return rows


async def _remember(
    connection: AsyncConnection, batch: Mapping[Key, NewForm], records: Mapping[Key, FormRecord], at: datetime
) -> None:
    """Keep the first answer of what came under an Idempotency-Key."""
    keyed = [
        IdempotencyRecord(record.submission_id, record.id, record.request_hash, record)
        for key, record in records.items()
        if batch[key].keeps_answer
    ]
    if keyed:
        await IdempotencyRepository(connection).add(keyed, at)


def _record(number: int, new: NewForm, at: datetime) -> FormRecord:
    return FormRecord(
        id=number,
        user_id=new.user.id,
        submission_id=new.submission_id,
        form_data=new.form_data,
        status=new.status,
        source=new.source,
        questionnaire=new.questionnaire,
        questionnaire_version=new.questionnaire_version,
        request_hash=new.request_hash,
        version=1,
        created_at=at,
        updated_at=at,
        submitted_at=None if new.status == "draft" else at,
    )
