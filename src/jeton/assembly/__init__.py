"""Settings become objects, slices are found, both doors are built: everything is joined here, once, at start."""
