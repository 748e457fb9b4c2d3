"""From assignment to certificate: rules, steps, enrolments, corrections."""
