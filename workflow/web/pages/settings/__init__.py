"""设置: what the office works by, each part a page, for those who look after it and for the auditor."""
