"""What screens are made of: a page, a choice, a chart, a table."""
