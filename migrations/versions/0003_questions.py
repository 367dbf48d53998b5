"""A message may be the question that a guest is asked in the chat."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECK = "ck_form_messages_purpose"
OLD = "purpose IN ('card', 'review', 'reason', 'changes', 'ask', 'word', 'answer')"
NEW = "purpose IN ('card', 'review', 'reason', 'changes', 'ask', 'word', 'answer', 'question')"


def upgrade() -> None:
    _allow(NEW)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM form_messages WHERE purpose = 'question'"))
    _allow(OLD)


def _allow(check: str) -> None:
    # SQLite makes the table anew, PostgreSQL alters it.
    with op.batch_alter_table("form_messages") as batch:
        batch.drop_constraint(op.f(CHECK), type_="check")
        batch.create_check_constraint(op.f(CHECK), check)
