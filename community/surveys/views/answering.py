"""Answering a survey: the invitation, one page of questions at a time, thanks, and what we heard."""
