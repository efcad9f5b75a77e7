"""What leaves the house: tables, and the report that a journalist prints."""
