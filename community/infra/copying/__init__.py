"""All rows of either database as lines of text, and back; knows tables, and no noun of the business."""
