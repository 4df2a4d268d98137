"""Real servers for the tests: PostgreSQL, Redis, SMTP and a browser, each started when a test asks for it."""
