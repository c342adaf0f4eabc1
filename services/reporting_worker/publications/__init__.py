"""What reaches partner platforms: each revision of each document once, in order, with proof (RELIABILITY 2)."""
