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
	"strings"

	"golang.org/x/term"

	"example.com/app/internal/accounts"
	"example.com/app/internal/app"
	"example.com/app/internal/config"
	"example.com/app/internal/logging"
	"example.com/app/internal/password"
	"example.com/app/internal/problem"
)

// user lets an operator make and close accounts. What it does is written to standard error as the security events that the service
// writes too; standard output has what the operator asked for.
func user(ctx context.Context, env Env, args []string) error {
	if len(args) == 0 {
		return ErrUsage
	}
	do, ok := map[string]func(context.Context, Env, *accounts.Service, []string) error{
		"create": createUser, "disable": disableUser, "enable": enableUser, "logout": logoutUser, "role": setRole,
	}[args[0]]
	if !ok {
		return ErrUsage
	}
	c, err := config.Load(env.Getenv)
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	log := logging.New(env.Stderr, c.LogLevel)
	ctx = logging.Into(ctx, log)
	a, err := app.New(ctx, c, log)
	if err != nil {
		return err
	}
	return errors.Join(explain(do(ctx, env, a.Accounts(), args[1:])), a.Close())
}

// createUser makes an account. The password never stands on the command line, where the process list and the shell's history would
// keep it: it is typed on a terminal, comes from a pipe, or is made up and printed once.
func createUser(ctx context.Context, env Env, s *accounts.Service, args []string) error {
	flags := flag.NewFlagSet("user create", flag.ContinueOnError)
	flags.SetOutput(env.Stderr)
	username := flags.String("username", "", "how others see the person; made of the address if left out")
	birthDate := flags.String("birth-date", "", "2006-01-02; may stay unknown")
	role := flags.String("role", string(accounts.Writer), "reader or writer")
	email, err := target(flags, args, 0)
	if err != nil {
		return err
	}
	if accounts.Role(*role).Scopes() == nil {
		return fmt.Errorf("%w: the role is reader or writer", ErrUsage)
	}
	plain, made, err := newPassword(env)
	if err != nil {
		return err
	}
	if *username == "" {
		*username = usernameOf(email)
	}
	u, err := s.Create(ctx, accounts.Registration{Email: email, Username: *username, Password: plain, BirthDate: *birthDate}, accounts.Role(*role))
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, "created", u.Email, "with id", u.ID)
	if made {
		fmt.Fprintln(env.Stdout, "password:", plain)
	}
	return nil
}

func disableUser(ctx context.Context, env Env, s *accounts.Service, args []string) error {
	return setDisabled(ctx, env, s, args, true)
}

func enableUser(ctx context.Context, env Env, s *accounts.Service, args []string) error {
	return setDisabled(ctx, env, s, args, false)
}

func setDisabled(ctx context.Context, env Env, s *accounts.Service, args []string, disabled bool) error {
	u, _, err := find(ctx, env, s, "user disable", args, 0)
	if err != nil {
		return err
	}
	return s.SetDisabled(ctx, u.ID, disabled)
}

// logoutUser ends every session and token of a user (ASVS 5.0.0 V7.4.5).
func logoutUser(ctx context.Context, env Env, s *accounts.Service, args []string) error {
	u, _, err := find(ctx, env, s, "user logout", args, 0)
	if err != nil {
		return err
	}
	return s.SignOutEverywhere(ctx, u.ID, "operator")
}

func setRole(ctx context.Context, env Env, s *accounts.Service, args []string) error {
	u, rest, err := find(ctx, env, s, "user role", args, 1)
	if err != nil {
		return err
	}
	role := accounts.Role(rest[0])
	if role.Scopes() == nil {
		return fmt.Errorf("%w: the role is reader or writer", ErrUsage)
	}
	return s.SetRole(ctx, u.ID, role)
}

// find returns the user whom the first argument names, and the n arguments after it.
func find(ctx context.Context, env Env, s *accounts.Service, name string, args []string, n int) (accounts.User, []string, error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(env.Stderr)
	email, err := target(flags, args, n)
	if err != nil {
		return accounts.User{}, nil, err
	}
	u, err := s.ByEmail(ctx, email)
	if errors.Is(err, accounts.ErrNotFound) {
		return accounts.User{}, nil, errors.New("there is no such account")
	}
	return u, flags.Args()[flags.NArg()-n:], err
}

// target parses args, which may have flags before or after the address.
func target(flags *flag.FlagSet, args []string, more int) (email string, err error) {
	if err := flags.Parse(args); err != nil {
		return "", ErrUsage
	}
	if email = flags.Arg(0); email == "" {
		return "", ErrUsage
	}
	if more == 0 { // flags after the address
		if err := flags.Parse(flags.Args()[1:]); err != nil || flags.NArg() > 0 {
			return "", ErrUsage
		}
		return email, nil
	}
	if flags.NArg() != 1+more {
		return "", ErrUsage
	}
	return email, nil
}

// newPassword reads a password from standard input, or makes one if there is nothing to read.
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
	// Both halves have 65 bits; the small letters are there for policies that want them.
	for {
		text := rand.Text()
		plain = strings.ToLower(text[:13]) + "-" + text[13:]
		if len(password.Check(plain)) == 0 {
			return plain, true, nil
		}
	}
}

// usernameOf makes a username of what stands before the @.
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

// explain puts what is wrong with fields into words; a problem by itself says only that something is.
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
