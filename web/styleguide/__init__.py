"""Every component of the pages in every state, with made-up words and figures."""
