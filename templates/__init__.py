"""THE STATIONERY: wording (`notices/`), mail bodies (`mail/`) and page layout (`documents/`); no code."""
