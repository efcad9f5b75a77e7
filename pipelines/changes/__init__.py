"""What is new between two times: verdicts, prices, walls, pages and reviews, each with the pages before and after."""
