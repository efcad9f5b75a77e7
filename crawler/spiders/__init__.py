"""Three spiders: `offers` (watched goods), `listings` (a shop's goods), `reviews` (reviews of watched goods)."""
