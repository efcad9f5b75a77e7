"""Evidence that verifies: what was sealed is read again, and what differs is named."""
