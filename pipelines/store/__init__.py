"""The SQLite store: schema and migrations, batched writes, named queries."""
