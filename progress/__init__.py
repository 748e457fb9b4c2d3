"""The progress of people: the record, its rules, enrolments, certificates, reports and exports."""
