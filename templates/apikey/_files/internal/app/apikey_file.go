package app

import "example.com/app/internal/apikey"

// keyStore keeps API keys in a file: there is no database.
func (a *App) keyStore() (apikey.Store, error) { return apikey.OpenFile(a.config.APIKeysFile) }
