"""The shapes of the API, as models: OpenAPI is made of them, and tests hold real answers against them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bot.submission import MAX_USER_ID, NOTE_LENGTH

StatusName = Literal["draft", "submitted", "approved", "rejected", "needs_changes", "cancelled"]
UserId = Annotated[int, Field(ge=1, lt=MAX_USER_ID, description="Telegram id")]
Answers = Annotated[dict[str, Any], Field(description="The answers, by the questionnaire's keys")]


class Shape(BaseModel):
    """Nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class Form(Shape):
    """One guest's filled questionnaire. `version` counts its changes and is its ETag; times are in UTC."""

    id: int
    user_id: UserId
    form_data: Answers
    status: StatusName
    source: Literal["mini_app", "api", "chat"]
    questionnaire: str
    questionnaire_version: int
    version: Annotated[int, Field(ge=1)]
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None


class FormList(Shape):
    """Forms, newest first. `next` is the `cursor` of the next page, null on the last."""

    items: list[Form]
    next: str | None


class Review(Shape):
    """The decision that a form stands under: the words for its guest, the fields (paths) that are to change."""

    status: Literal["approved", "rejected", "needs_changes"]
    note: str | None
    reason: Annotated[str | None, Field(description="The key of a ready-made reason")]
    fields: list[str]
    at: datetime


class ReviewedForm(Form):
    """A form with its `review`, left out where no decision stands."""

    review: Review | None = None


class ReviewedFormList(Shape):
    """As FormList."""

    items: list[ReviewedForm]
    next: str | None


class NewForm(BaseModel):
    """A form to store. The answers may also stand bare beside the other words, without `form_data`."""

    model_config = ConfigDict(extra="allow")

    form_data: Answers = {}
    status: Literal["draft", "submitted"] = "draft"
    submission_id: Annotated[UUID | None, Field(description="Instead of the header Idempotency-Key")] = None
    user_id: Annotated[UserId | None, Field(description="For admins: whose form it is")] = None


class ChangedForm(BaseModel):
    """New answers (also bare, as in NewForm), a new status, or both."""

    model_config = ConfigDict(extra="allow")

    form_data: Answers | None = None
    status: StatusName | None = None
    note: Annotated[str | None, Field(max_length=NOTE_LENGTH, description="Goes into the form's history")] = None


class Problem(Shape):
    """RFC 9457. `errors` stands with 422: field path to codes; the answers as a whole have the path ""."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | None = None


class Health(Shape):
    """The state of the process."""

    status: Literal["alive", "ready"]


class Done(Shape):
    """Telegram has taken it."""

    ok: Literal[True]


class WebhookInfo(BaseModel):
    """Bot API, WebhookInfo."""

    url: str
    pending_update_count: int


class Questionnaire(BaseModel):
    """Everything a client needs to show the questionnaire: texts, groups, fields with their rules and choices."""

    key: str
    version: int
    fields: list[dict[str, Any]]
