"""Who is told what about cases; the sentences stand in `templates/cases/notices/`."""
