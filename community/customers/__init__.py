"""The learning relationship: what we learned about a member from what they said and did, and from what."""
