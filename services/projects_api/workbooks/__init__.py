"""Projects, their amounts, and activities as workbooks that are edited and taken in again."""
