"""What the pages that tell people print: frozen, decided here, so that templates neither query nor calculate."""
