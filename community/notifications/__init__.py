"""The inbox: what members are told."""
