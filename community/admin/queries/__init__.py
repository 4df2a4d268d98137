"""Reading what keeps the site in order: its mail (`mails`), and what staff did (`audit`)."""
