"""Who is told what about moderation; the sentences stand in `templates/moderation/notices/`."""
