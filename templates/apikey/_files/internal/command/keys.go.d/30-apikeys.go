package command

// newKeysFile makes a file of no API keys: apikey create adds them.
func newKeysFile() ([]byte, error) { return []byte{}, nil }
