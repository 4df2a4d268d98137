"""Panels, the segments of members they are for, and the ways in."""
