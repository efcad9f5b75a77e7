"""Pure readers: text in, value or None out. No web, no database, no clock of their own."""
