"""What answers show: of one attempt, by principle, and of everybody, without names."""
