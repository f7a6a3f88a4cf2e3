//go:build unix

package dbtest

import (
	"errors"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user that distributions make for the server. PostgreSQL refuses to run as root, and so would we.
const account = "postgres"

// unprivileged makes a command run as the server's user when the tests run as root.
func unprivileged() *syscall.SysProcAttr {
	uid, gid, ok := servant()
	if !ok {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} //nolint:gosec // ids of the system
}

// giveAway lets the server's user own files.
func giveAway(paths ...string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid, ok := servant()
	if !ok {
		return errors.New("as root, tests start PostgreSQL as the user " + account + ", who does not exist")
	}
	for _, p := range paths {
		if err := os.Chown(p, uid, gid); err != nil {
			return err
		}
	}
	return nil
}

func servant() (uid, gid int, ok bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	u, err := user.Lookup(account)
	if err != nil {
		return 0, 0, false
	}
	uid, uerr := strconv.Atoi(u.Uid)
	gid, gerr := strconv.Atoi(u.Gid)
	return uid, gid, uerr == nil && gerr == nil
}
