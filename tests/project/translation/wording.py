"""Words in both languages."""

from words import Words

CS, EN = Words.of("cs"), Words.of("en")
