"""The files of a report, all made of its one snapshot: the same snapshot gives the same bytes."""
