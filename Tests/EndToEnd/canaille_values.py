"""What the server of test_canaille.py and its test both know."""

PASSWORD = "correct horse battery"
CLIENT, SECRET = "drover", "a secret of the client"
