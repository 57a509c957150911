"""What stands around every page: who may speak to us at all, who it is, and how anything is answered."""
