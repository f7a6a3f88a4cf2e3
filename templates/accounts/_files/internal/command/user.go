package command

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"example.com/app/internal/accounts"
	"example.com/app/internal/app"
	"example.com/app/internal/config"
	"example.com/app/internal/logging"
	"example.com/app/internal/password"
	"example.com/app/internal/problem"
)

const userUsage = `  user create EMAIL [--username NAME] [--birth-date 2006-01-02] [--role reader|writer]
              reads the password from standard input; without one, generates and prints it
  user disable EMAIL    disables the account and ends its sessions
  user enable EMAIL     enables it again
  user logout EMAIL     ends its sessions
  user logout --all     ends all sessions of all accounts, for example after a restore
  user role EMAIL reader|writer
`

// user lets operators create, disable and change accounts. It writes the same security events as the service to standard error;
// results go to standard output.
func user(ctx context.Context, env Env, args []string) error {
	act, err := parseUser(env, args)
	if err != nil {
		fmt.Fprint(env.Stderr, userUsage)
		return err
	}
	c, err := config.Load(env.Getenv)
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	log := newLog(env.Stderr, c)
	ctx = logging.Into(ctx, log)
	a, err := app.New(ctx, c, log)
	if err != nil {
		return err
	}
	return errors.Join(explain(act(ctx, a.Accounts)), a.Close())
}

// An action is what the command line asks for.
type action func(context.Context, *accounts.Service) error

// parseUser reads the command line. Flags may come before or after the address.
func parseUser(env Env, args []string) (action, error) {
	if len(args) == 0 {
		return nil, ErrUsage
	}
	if slices.Equal(args, []string{"logout", "--all"}) {
		return func(ctx context.Context, s *accounts.Service) error { return s.SignEverybodyOut(ctx) }, nil
	}
	flags := flag.NewFlagSet("user", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	r := accounts.Registration{}
	role := string(accounts.Writer)
	if args[0] == "create" {
		flags.StringVar(&r.Username, "username", "", "")
		flags.StringVar(&r.BirthDate, "birth-date", "", "")
		flags.StringVar(&role, "role", role, "")
	}
	var words []string
	for rest := args[1:]; len(rest) > 0; {
		if err := flags.Parse(rest); err != nil {
			return nil, ErrUsage
		}
		if rest = flags.Args(); len(rest) > 0 {
			words, rest = append(words, rest[0]), rest[1:]
		}
	}
	want := 1
	if args[0] == "role" {
		want = 2
	}
	if len(words) != want {
		return nil, ErrUsage
	}
	if args[0] == "role" {
		role = words[1]
	}
	if !accounts.Role(role).Valid() {
		return nil, ErrUsage
	}
	r.Email = words[0]
	switch args[0] {
	case "create":
		return func(ctx context.Context, s *accounts.Service) error {
			return createUser(ctx, env, s, r, accounts.Role(role))
		}, nil
	case "disable", "enable":
		return with(r.Email, func(ctx context.Context, s *accounts.Service, id string) error {
			return s.SetDisabled(ctx, id, args[0] == "disable")
		}), nil
	case "logout":
		return with(r.Email, func(ctx context.Context, s *accounts.Service, id string) error {
			return s.SignOutEverywhere(ctx, id, "operator")
		}), nil
	case "role":
		return with(r.Email, func(ctx context.Context, s *accounts.Service, id string) error {
			return s.SetRole(ctx, id, accounts.Role(role))
		}), nil
	}
	return nil, ErrUsage
}

// with returns an action on the account with the address.
func with(email string, do func(ctx context.Context, s *accounts.Service, id string) error) action {
	return func(ctx context.Context, s *accounts.Service) error {
		u, err := s.ByEmail(ctx, email)
		if errors.Is(err, accounts.ErrNotFound) {
			return errors.New("there is no such account")
		}
		if err != nil {
			return err
		}
		return do(ctx, s, u.ID)
	}
}

// createUser creates an account. The password is never an argument, which the process list and the shell's history would show: it is
// typed on a terminal, comes from a pipe, or is generated and printed once.
func createUser(ctx context.Context, env Env, s *accounts.Service, r accounts.Registration, role accounts.Role) error {
	plain, made, err := newPassword(env)
	if err != nil {
		return err
	}
	r.Password = plain
	if r.Username == "" {
		r.Username = usernameOf(r.Email)
	}
	u, err := s.Create(ctx, r, role)
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, "created", u.Email, "with id", u.ID)
	if made {
		fmt.Fprintln(env.Stdout, "password:", plain)
	}
	return nil
}

// newPassword reads a password from standard input, or generates one if there is nothing to read.
func newPassword(env Env) (plain string, made bool, err error) {
	if fd := int(os.Stdin.Fd()); term.IsTerminal(fd) { //nolint:gosec // a file descriptor fits an int
		fmt.Fprint(env.Stderr, "Password (empty: make one): ")
		typed, err := term.ReadPassword(fd)
		fmt.Fprintln(env.Stderr)
		if err != nil || len(typed) > 0 {
			return string(typed), false, err
		}
	} else {
		line, err := bufio.NewReader(io.LimitReader(os.Stdin, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", false, fmt.Errorf("read password: %w", err)
		}
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			return line, false, nil
		}
	}
	// Both halves have 65 bits; the lowercase letters are for policies that require them.
	for {
		text := rand.Text()
		plain = strings.ToLower(text[:13]) + "-" + text[13:]
		if len(password.Check(plain)) == 0 {
			return plain, true, nil
		}
	}
}

// usernameOf makes a username of the part before the @.
func usernameOf(email string) string {
	local, _, _ := strings.Cut(email, "@")
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, local)
	if len(name) < 3 {
		name = "user_" + name
	}
	return name[:min(len(name), 30)]
}

// explain lists what is wrong with each field; a problem by itself only says that something is.
func explain(err error) error {
	var p problem.Problem
	if !errors.As(err, &p) {
		return err
	}
	text := strings.ToLower(p.Title)
	for _, f := range p.Errors {
		text += "\n" + strings.TrimPrefix(f.Pointer, "/") + " " + f.Detail
	}
	return errors.New(text)
}
