package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"example.com/app/internal/doctor"
)

// errWeak makes the program exit with 1, after the findings were printed.
var errWeak = errors.New("some settings are weak")

// doctorCommand prints every weak setting with its code and how to fix it. It fails if there is one, fatal or not: serve starts with
// warnings, but a check before a release should not ignore them.
func doctorCommand(ctx context.Context, env Env, _ []string) error {
	c, err := settings(env)
	if err != nil {
		return err
	}
	found := doctor.Examine(ctx, c, doctor.Host{UserID: os.Geteuid(), Getenv: env.Getenv, Get: get})
	for _, f := range found {
		fmt.Fprintf(env.Stdout, "%-7s  %s: %s\n         %s\n", f.Severity, f.Code, f.Message, f.Fix)
	}
	if len(found) > 0 {
		return errWeak
	}
	fmt.Fprintln(env.Stdout, "no weak settings found")
	return nil
}

// get requests a URL that a setting names, without following redirects, and returns the status.
func get(ctx context.Context, url string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}
