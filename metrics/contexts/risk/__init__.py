"""What the risk pages print: the portfolio's, an initiative's part, and one cause of an initiative."""
