"""Filling an empty site: with a demo community that lives through its past, or with bulk data."""

from community.demo.actions.living import seed_demo

__all__ = ["seed_demo"]
