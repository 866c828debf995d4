"""What the pages of computed figures print: frozen, decided here, so that templates neither query nor calculate."""
