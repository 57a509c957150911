"""The pages, one module each: reading what was asked, one service call, one template."""
