"""What is read: files and what they contain, mails, archives, tables, and pages of the web."""
