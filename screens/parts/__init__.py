"""Parts of screens: a page, a choice, a chart, a table."""
