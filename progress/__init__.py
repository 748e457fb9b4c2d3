"""What happened: the record, its rules, enrolments, certificates, reports and exports."""
