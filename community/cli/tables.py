"""The commands of Flask-Migrate, which take the tables to another release."""

from flask_migrate.cli import db

__all__ = ["db"]
