"""What comes in from elsewhere (来件): taken in, shown to an officer, dealt with, told of to its source."""
