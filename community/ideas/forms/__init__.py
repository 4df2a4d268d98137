"""The forms of boards and ideas."""
