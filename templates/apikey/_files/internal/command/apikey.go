package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"example.com/app/internal/apikey"
	"example.com/app/internal/app"
	"example.com/app/internal/identity"
	"example.com/app/internal/logging"
)

// apikeys makes, lists and revokes API keys. What it does is written to standard error as the security events that the service
// writes too; standard output has what was asked for.
func apikeys(ctx context.Context, env Env, args []string) error {
	if len(args) == 0 {
		return ErrUsage
	}
	do, ok := map[string]func(context.Context, Env, *apikey.Service, []string) error{
		"create": createKey, "list": listKeys, "revoke": revokeKey,
	}[args[0]]
	if !ok {
		return ErrUsage
	}
	c, err := settings(env)
	if err != nil {
		return err
	}
	log := newLog(env.Stderr, c)
	ctx = logging.Into(ctx, log)
	a, err := app.New(ctx, c, log)
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, env, a.Keys, args[1:]), a.Close())
}

// createKey prints the new key, and nothing else, on standard output: it is shown this once.
func createKey(ctx context.Context, env Env, s *apikey.Service, args []string) error {
	flags := flag.NewFlagSet("apikey create", flag.ContinueOnError)
	flags.SetOutput(env.Stderr)
	owner := flags.String("owner", "", "the program that the key is for; several keys may have one owner")
	scopes := flags.String("scopes", strings.Join(identity.Reading(), ","), "comma-separated: "+strings.Join(identity.Scopes(), ", "))
	lifetime := flags.Duration("for", 90*24*time.Hour, "how long the key is good for, at most "+apikey.MaxLifetime.String())
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return ErrUsage
	}
	if *owner == "" {
		return fmt.Errorf("%w: apikey create needs --owner", ErrUsage)
	}
	secret, k, err := s.Create(ctx, *owner, strings.FieldsFunc(*scopes, func(r rune) bool { return r == ',' }), *lifetime)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Stderr, "key %s of %s, until %s; it is shown once:\n", k.ID, k.Owner, k.Expires.Format(time.DateOnly))
	_, err = fmt.Fprintln(env.Stdout, secret)
	return err
}

func listKeys(ctx context.Context, env Env, s *apikey.Service, args []string) error {
	if len(args) > 0 {
		return ErrUsage
	}
	keys, err := s.List(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tOWNER\tSCOPES\tEXPIRES\tLAST USED\tREVOKED")
	for _, k := range keys {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Owner, strings.Join(k.Scopes, ","), day(k.Expires), day(k.LastUsed), day(k.Revoked))
	}
	return w.Flush()
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

func revokeKey(ctx context.Context, env Env, s *apikey.Service, args []string) error {
	if len(args) != 1 {
		return ErrUsage
	}
	err := s.Revoke(ctx, args[0])
	if errors.Is(err, apikey.ErrNotFound) {
		return errors.New("there is no such key; apikey list shows their ids")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.Stdout, "revoked", args[0])
	return err
}
