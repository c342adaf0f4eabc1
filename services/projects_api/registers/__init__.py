"""An office's own register, as its workbook or CSV stands: read, mapped, tried and taken in by the import of projects."""
