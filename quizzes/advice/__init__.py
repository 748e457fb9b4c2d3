"""Advice on sound content: what gives an answer away, tires the reader, or is out of date."""
