package event

// DecryptFailed says that a stored value does not open: keys "table", "row" and "reason", which is tampered or unknown_key.
const DecryptFailed Type = "decrypt_failed"
