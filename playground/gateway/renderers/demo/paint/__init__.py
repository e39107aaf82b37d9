"""The drawing toolkit: canvas, masks, colours, light, type."""
