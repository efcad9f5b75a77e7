"""Spiders: `official` (what brands sell by themselves), `offers` (watched goods), `listings` (a shop's goods), and
`reviews` (reviews of watched goods).
"""
