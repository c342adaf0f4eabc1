"""Lists as workbooks that are edited in a spreadsheet and taken in again, through the same functions as the API's routes."""
