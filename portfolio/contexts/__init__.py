"""What the pages of the record side show, decided before a template prints it."""
