"""Who is told what about points and rewards; the sentences stand in `templates/loyalty/notices/`."""
