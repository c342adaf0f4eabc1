"""The records of this service, one file a noun: what is declared here has its routes and its row of the portfolio file."""

from shared.recording.discovery import discovered

RECORDS, ROUTERS = discovered(__name__, __path__)
