"""Accounts, sign-in, roles, and what members tell about themselves."""
