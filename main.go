// Command hardwright writes hardened Go services.
package main

import (
	"os"

	"github.com/hardwright/hardwright/generator/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
