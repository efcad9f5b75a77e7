"""Wing 2, understanding: what a page said becomes facts, findings and verdicts. No web in here."""
