"""How sure a return is: draws of what is not known, ranges, chances, and what makes them wide (methods 2a)."""
