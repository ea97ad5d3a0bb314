"""What of a survey may be published: reliability, disclosure, earlier releases."""
