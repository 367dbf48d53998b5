"""What guests need: a draft is reminded of once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
LEFT = sa.text("status = 'draft' AND deleted_at IS NULL AND reminded_at IS NULL")


def upgrade() -> None:
    comment = "the guest was reminded of the draft, or need not be"
    op.add_column("forms", sa.Column("reminded_at", MOMENT, comment=comment))
    op.create_index("ix_forms_left", "forms", ["status", "updated_at"], postgresql_where=LEFT, sqlite_where=LEFT)


def downgrade() -> None:
    op.drop_index("ix_forms_left", "forms")
    op.drop_column("forms", "reminded_at")
