"""The two parameters of every fact: the date for which we ask, and the moment as of which we knew."""

from datetime import UTC, date, datetime

from sqlalchemy import BindParameter, Date, DateTime, bindparam

AS_OF: BindParameter[date] = bindparam("as_of", type_=Date())
"""`:as_of`: facts whose `value_on` is later do not hold yet."""

KNOWN_AT: BindParameter[datetime] = bindparam("known_at", type_=DateTime(timezone=True))
"""`:known_at`: facts whose `recorded_at` is later were not known yet."""

NOW = datetime(9999, 12, 31, tzinfo=UTC)
"""The `:known_at` that hides nothing: all that the current snapshot shows."""
