"""Pages of reports for staff."""

from community.insights.staff.access import blueprint

__all__ = ["blueprint"]
