"""Guard the standing of receipts: a current one may be put aside, never taken up again, and never once delivered.

Why: what proves a delivery must not be exchanged for a late worker's evidence by any session; expand.
"""

from alembic import op

revision = "0121"
down_revision = "0093"
branch_labels = None
depends_on = None

HONEST_RECEIPT = """
CREATE FUNCTION honest_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the receipt of delivery % for its % stays', OLD.delivery_id, OLD.step USING ERRCODE = '23514';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.is_current AND NOT OLD.is_current THEN
        RAISE EXCEPTION 'a receipt of delivery % that was put aside stays aside', NEW.delivery_id USING ERRCODE = '23514';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.is_current AND NOT NEW.is_current
        AND EXISTS (SELECT FROM delivery WHERE id = OLD.delivery_id AND state = 'delivered') THEN
        RAISE EXCEPTION 'the receipts of delivery % are its proof', OLD.delivery_id USING ERRCODE = '23514';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.is_current AND EXISTS (
        SELECT FROM receipt WHERE delivery_id = NEW.delivery_id AND step = NEW.step AND fence > NEW.fence) THEN
        RAISE EXCEPTION 'delivery % has a newer receipt for its %', NEW.delivery_id, NEW.step USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute(HONEST_RECEIPT)
    op.execute(
        "CREATE TRIGGER honest_receipt BEFORE INSERT OR UPDATE OR DELETE ON receipt"
        " FOR EACH ROW EXECUTE FUNCTION honest_receipt()"
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
