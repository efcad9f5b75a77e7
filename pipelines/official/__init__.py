"""A brand's own offers: where they are looked for, which pages fit a claim, and what shows that a shop is official."""
