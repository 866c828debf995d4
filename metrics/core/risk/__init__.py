"""How likely an initiative is to fail, and what its behaviour gives away (methods 2c)."""
