"""The explorer: Datasette on a dataset's publishable database, for this machine only, with nothing to write to.

`serving` makes it, `guard` stands before it, `plugin` is what Datasette calls, `cells` links what a table shows,
`places` are the pages of a claim, a product and a stored page, `spreadsheet` writes CSV.
"""
