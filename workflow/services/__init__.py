"""The desk: one public function per verb. A service owns its transaction; doors own nothing."""
