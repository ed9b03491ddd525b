"""A platform carried elsewhere: rows in a neutral form and bytes under their ids, out of and into either engine."""
