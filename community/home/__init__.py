"""The front door: start page, roadmap, "you said, we did", and the staff's first page."""
