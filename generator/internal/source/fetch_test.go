package source

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"

	"github.com/hardwright/hardwright/e2e/proxy"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
)

const pack = "example.com/Team/pack"

// offer starts a proxy with two versions of one pack, and points the go command at it.
func offer(t *testing.T) *proxy.Proxy {
	t.Helper()
	p, err := proxy.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	home, temporary := t.TempDir(), t.TempDir()
	for name, value := range p.Env(home) {
		t.Setenv(name, value)
	}
	t.Setenv("HOME", home)
	t.Setenv("TMPDIR", temporary)
	t.Cleanup(func() {
		if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	p.Add(pack, "v1.0.0", "go.mod", "module "+pack+"\n", "hello/generator.yaml", "name: hello\n", "hello/_files/a.txt", "one\n")
	p.Add(pack, "v1.1.0", "go.mod", "module "+pack+"\n", "hello/generator.yaml", "name: hello\n", "hello/_files/a.txt", "two\n")
	return p
}

func TestFetchIsVerified(t *testing.T) {
	p := offer(t)
	got, err := Fetch(t.Context(), pack, "v1.0.0", false)
	if err != nil {
		t.Fatal(err)
	}
	if got.Version != (module.Version{Path: pack, Version: "v1.0.0"}) || got.Private || got.Insecure != nil || len(got.Warnings) > 0 {
		t.Errorf("%+v", got)
	}
	if len(got.Files) != 3 || string(got.Files["hello/_files/a.txt"].Data) != "one\n" {
		t.Errorf("files %v", got.Files)
	}
	if want, err := dirhash.HashZip(zipFile(t, p.Modules[pack+"@v1.0.0"]), dirhash.Hash1); err != nil || got.Sum != want {
		t.Errorf("sum %s, want %s, %v", got.Sum, want, err)
	}
}

// A proxy that serves other bytes than everybody gets is found out.
func TestFetchFromALyingProxy(t *testing.T) {
	p := offer(t)
	p.Sums[pack+"@v1.0.0"] = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	_, err := Fetch(t.Context(), pack, "v1.0.0", false)
	if err == nil || !strings.Contains(err.Error(), "checksum mismatch") {
		t.Errorf("%v", err)
	}
}

// Bytes that came without verification, and lie in go's cache since, are not taken for verified ones.
func TestFetchOfWhatWasCachedUnverified(t *testing.T) {
	p := offer(t)
	p.Sums[pack+"@v1.0.0"] = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	verifying := os.Getenv("GOSUMDB")
	t.Setenv("GOSUMDB", "off")
	if _, err := Fetch(t.Context(), pack, "v1.0.0", true); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOSUMDB", verifying)
	if _, err := Fetch(t.Context(), pack, "v1.0.0", false); err == nil || !strings.Contains(err.Error(), "checksum mismatch") {
		t.Errorf("%v", err)
	}
}

func TestFetchPinsWhatAQueryMeans(t *testing.T) {
	p := offer(t)
	pseudo := "v1.1.1-0.20240102030405-abcdefabcdef"
	p.Add(pack, pseudo, "go.mod", "module "+pack+"\n", "hello/generator.yaml", "name: hello\n")
	p.Branches[pack+"@main"] = pseudo
	for query, want := range map[string]string{"latest": "v1.1.0", "v1": "v1.1.0", "main": pseudo} {
		got, err := Fetch(t.Context(), pack, query, false)
		if err != nil {
			t.Errorf("%s: %v", query, err)
		} else if got.Version.Version != want {
			t.Errorf("%s is %s, want %s", query, got.Version.Version, want)
		}
	}
}

func TestFetchRefusesWithoutVerification(t *testing.T) {
	for name, value := range map[string]string{"GOSUMDB": "off", "GONOSUMDB": "*", "GOPRIVATE": "*.com"} {
		t.Run(name, func(t *testing.T) {
			p := offer(t)
			t.Setenv(name, value)
			if name == "GOPRIVATE" {
				t.Setenv("GONOPROXY", "none") // or it would be fetched from example.com itself
			}
			_, err := Fetch(t.Context(), pack, "v1.0.0", false)
			var list problem.List
			if !errors.As(err, &list) || !strings.Contains(list[0].Message, "switched off by") || !strings.Contains(list[0].Hint, "--insecure-pack") {
				t.Errorf("%v", err)
			}
			if n := p.Requests.Load(); n != 0 {
				t.Errorf("%d requests before the refusal", n)
			}
			got, err := Fetch(t.Context(), pack, "v1.0.0", true)
			if err != nil || len(got.Insecure) != 1 {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestFetchPrivate(t *testing.T) {
	p := offer(t)
	p.Sums[pack+"@v1.0.0"] = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" // the database must not be asked
	t.Setenv("GONOSUMDB", "example.com/Team")
	got, err := Fetch(t.Context(), pack, "v1.0.0", false)
	if err != nil || !got.Private || got.Insecure != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFetchWarns(t *testing.T) {
	p := offer(t)
	p.Add(pack, "v1.2.0", "go.mod", "// Deprecated: use example.com/other instead.\nmodule "+pack+"\n\nretract v1.0.0 // its limiter counts wrong\n", "hello/generator.yaml", "name: hello\n")
	got, err := Fetch(t.Context(), pack, "v1.0.0", false)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(got.Warnings, "\n")
	if len(got.Warnings) != 2 || !strings.Contains(all, "its limiter counts wrong") || !strings.Contains(all, "use example.com/other instead.") {
		t.Errorf("%q", all)
	}
}

// Nothing of the folder we are in takes part, nor do flags that speak about it.
func TestFetchFromInsideAModule(t *testing.T) {
	offer(t)
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"go.mod": "this is no go.mod\n", "go.work": "nor is this\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOFLAGS", "-mod=vendor -modfile=other.mod -modcacherw")
	t.Setenv("GOWORK", "go.work")
	t.Setenv("GO111MODULE", "off")
	if _, err := Fetch(t.Context(), pack, "v1.0.0", false); err != nil {
		t.Error(err)
	}
	if after, _ := os.ReadDir("."); len(after) != 2 {
		t.Errorf("the folder holds %v", after)
	}
}

// Nor does a go.sum above the folder for temporary files, where others may write: what it lists would not be asked of the database.
func TestFetchBelowAModule(t *testing.T) {
	p := offer(t)
	at := pack + "@v1.0.0"
	sum, err := dirhash.HashZip(zipFile(t, p.Modules[at]), dirhash.Hash1)
	if err != nil {
		t.Fatal(err)
	}
	p.Sums[at] = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	dir := t.TempDir()
	put(t, filepath.Join(dir, "go.mod"), "module example.com/around\n\ngo 1.26\n")
	put(t, filepath.Join(dir, "go.sum"), pack+" v1.0.0 "+sum+"\n")
	put(t, filepath.Join(dir, "tmp", "keep"), "")
	t.Setenv("TMPDIR", filepath.Join(dir, "tmp"))
	if _, err := Fetch(t.Context(), pack, "v1.0.0", false); err == nil || !strings.Contains(err.Error(), "checksum mismatch") {
		t.Errorf("%v", err)
	}
}

// The zip in the module cache is not believed: whoever can write there cannot change a pack unseen.
func TestFetchFromATamperedCache(t *testing.T) {
	offer(t)
	if _, err := Fetch(t.Context(), pack, "v1.0.0", false); err != nil {
		t.Fatal(err)
	}
	zips, err := filepath.Glob(filepath.Join(os.Getenv("GOMODCACHE"), "cache/download/example.com/!team/pack/@v/v1.0.0.zip"))
	if err != nil || len(zips) != 1 {
		t.Fatalf("%v, %v", zips, err)
	}
	at := pack + "@v1.0.0/"
	if err := os.WriteFile(zips[0], proxy.Zip(at+"go.mod", "module "+pack+"\n", at+"hello/generator.yaml", "name: hello\n", at+"hello/_files/a.txt", "bad\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Fetch(t.Context(), pack, "v1.0.0", false); err == nil || !strings.Contains(err.Error(), "the module cache was changed") {
		t.Errorf("%v", err)
	}
}

func TestFetchFailures(t *testing.T) {
	t.Run("unknown version", func(t *testing.T) {
		offer(t)
		_, err := Fetch(t.Context(), pack, "v9.9.9", false)
		if err == nil || !strings.Contains(err.Error(), "fetch "+pack+"@v9.9.9: ") || !strings.Contains(err.Error(), "404") {
			t.Errorf("%v", err)
		}
	})
	t.Run("no go command", func(t *testing.T) {
		offer(t)
		t.Setenv("PATH", t.TempDir())
		if _, err := Fetch(t.Context(), pack, "v1.0.0", false); err == nil || !strings.Contains(err.Error(), "there is none in PATH") {
			t.Errorf("%v", err)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		offer(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Fetch(ctx, pack, "v1.0.0", false); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	t.Run("go.mod of another module", func(t *testing.T) {
		p := offer(t)
		p.Add(pack, "v1.3.0", "go.mod", "module example.com/other\n", "hello/generator.yaml", "name: hello\n")
		if _, err := Fetch(t.Context(), pack, "v1.3.0", false); err == nil || !strings.Contains(err.Error(), "example.com/other") {
			t.Errorf("%v", err)
		}
	})
}

func TestOpenZip(t *testing.T) {
	v := module.Version{Path: "example.com/pack", Version: "v1.0.0"}
	const at = "example.com/pack@v1.0.0/"
	long := strings.Repeat("n", 300)
	good := proxy.Zip(at+"go.mod", "module example.com/pack\n", at+"a/b", "b")
	tests := []struct {
		name string
		src  []byte
		want string
	}{
		{"another version's folder", proxy.Zip("example.com/pack@v1.0.1/a", ""), "does not have prefix"},
		{"traversal", proxy.Zip(at+"../../a", ""), "path"},
		{"absolute", proxy.Zip("/etc/a", ""), "does not have prefix"},
		{"backslash", proxy.Zip(at+`a\b`, ""), "invalid char"},
		{"control character", proxy.Zip(at+"a\x1bb", ""), "invalid char"},
		{"marks that reorder", proxy.Zip(at+"a\u202eb", ""), "invalid char"},
		{"not UTF-8", proxy.Zip(at+"a\xffb", ""), "invalid"},
		{"Windows device", proxy.Zip(at+"aux.txt", ""), "on Windows"},
		{"stream", proxy.Zip(at+"a:b", ""), "invalid char"},
		{"trailing dot", proxy.Zip(at+"a./b", ""), "trailing dot"},
		{"folding", proxy.Zip(at+"a", "", at+"A", ""), "case-insensitive file name collision"},
		{"twice", proxy.Zip(at+"a", "", at+"a", ""), "multiple entries"},
		{"file and folder", proxy.Zip(at+"a", "", at+"a/b", ""), "a"},
		{"git", proxy.Zip(at+".git/hooks/post-checkout", ""), ".git is not ours"},
		{"git in capitals", proxy.Zip(at+".GIT/config", ""), ".git is not ours"},
		{"git's short name", proxy.Zip(at+"GIT~1/config", ""), ".git is not ours"},
		{"over-long name", proxy.Zip(at+long, ""), "longer than"},
		{"go.mod below", proxy.Zip(at+"a/go.mod", ""), "go.mod file not in module root"},
		{"other module", proxy.Zip(at+"go.mod", "module example.com/other\n"), `says module "example.com/other"`},
		{"folder entry", proxy.Zip(at+"a/", ""), "not a regular file"},
		{"cut short", good[:len(good)-30], "not a zip"},
		{"empty", nil, "not a zip"},
		{"bytes of an entry changed", bytes.Replace(stored(t, at+"a", "template"), []byte("template"), []byte("TEMPLATE"), 1), "checksum error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := open(v, tt.src, t.TempDir())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, %v", p, err)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("several lines: %v", err)
			}
		})
	}
	if p, err := open(v, good, t.TempDir()); err != nil || len(p.Files) != 2 {
		t.Errorf("%v, %v", p, err)
	}
}

// What was brought once is used without network and go command, and only as it was pinned.
func TestOpen(t *testing.T) {
	offer(t)
	got, err := Fetch(t.Context(), pack, "v1.0.0", false)
	if err != nil {
		t.Fatal(err)
	}
	pin := lock.Pack{Path: pack, Version: "v1.0.0", Sum: got.Sum}
	t.Setenv("PATH", "")
	folder := filepath.Join(".hardwright", "packs", "example.com", "!team", "pack@v1.0.0")
	file := filepath.Join(folder, "hello", "_files", "a.txt")
	tests := []struct {
		name  string
		spoil func(t *testing.T)
		want  string // "" if the pack is as pinned
	}{
		{"as it was", func(*testing.T) {}, ""},
		{"a checkout that writes CRLF", func(t *testing.T) { put(t, file, "one\r\n") }, ""},
		{"a changed byte", func(t *testing.T) { put(t, file, "One\n") }, "nothing of it is used"},
		{"a file more", func(t *testing.T) { put(t, filepath.Join(folder, "more"), "") }, "nothing of it is used"},
		{"a file less", func(t *testing.T) { _ = os.Remove(file) }, "nothing of it is used"},
		{"all of it less", func(t *testing.T) { _ = os.RemoveAll(folder) }, "brings it back"},
		{"a link to the same bytes", func(t *testing.T) {
			put(t, "elsewhere", "one\n")
			if err := errors.Join(os.Remove(file), os.Symlink(filepath.Join("..", "..", "..", "..", "..", "..", "elsewhere"), file)); err != nil {
				t.Fatal(err)
			}
		}, "not a regular file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for name, f := range got.Files {
				put(t, filepath.Join(folder, filepath.FromSlash(name)), string(f.Data))
			}
			tt.spoil(t)
			p, err := Open(".", pin)
			switch {
			case tt.want != "":
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%v", err)
				}
			case err != nil:
				t.Error(err)
			default:
				if src, err := fs.ReadFile(p.FS(), "hello/_files/a.txt"); err != nil || string(src) != "one\n" {
					t.Errorf("%q, %v", src, err)
				}
			}
		})
	}
	t.Run("from the cache", func(t *testing.T) {
		t.Chdir(t.TempDir())
		dir, err := Cache()
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range got.Files {
			put(t, filepath.Join(dir, "example.com", "!team", "pack@v1.0.0", filepath.FromSlash(name)), string(f.Data))
		}
		pin := pin
		pin.Cached = true
		if _, err := Open(".", pin); err != nil {
			t.Error(err)
		}
	})
}

func zipFile(t *testing.T, src []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "pack.zip")
	put(t, name, string(src))
	return name
}

// stored is a zip with one file that is not compressed.
func stored(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = f.Write([]byte(text))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func TestReadFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "pack/go.mod", "module "+pack+"\n")
	put(t, "pack/hello/generator.yaml", "name: hello\n")
	put(t, "pack/.git/config", "[core]\n")
	p, err := ReadFolder("pack")
	if err != nil || p.Path != pack || len(p.Files) != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestTrust(t *testing.T) {
	tests := []struct {
		name    string
		set     settings
		private bool
		want    string
	}{
		{"as installed", settings{GOSUMDB: "sum.example.com"}, false, ""},
		{"another database", settings{GOSUMDB: "sums.corp.example.com+abc"}, false, ""},
		{"off", settings{GOSUMDB: "off"}, false, "GOSUMDB=off"},
		{"private", settings{GOSUMDB: "sum.example.com", GONOSUMDB: "corp.example.com"}, true, ""},
		{"private by a subdomain", settings{GONOSUMDB: "*.example.com"}, true, ""},
		{"private by a team's folder", settings{GONOSUMDB: "other.example.com,corp.example.com/*"}, true, ""},
		{"somebody else's private", settings{GONOSUMDB: "other.example.com"}, false, ""},
		{"everything", settings{GONOSUMDB: "*"}, false, "GONOSUMDB=*"},
		{"everything below com", settings{GONOSUMDB: "*.com"}, false, "GONOSUMDB=*.com"},
		{"whatever begins so", settings{GONOSUMDB: "corp*"}, false, "GONOSUMDB=corp*"},
		{"unverified connection, database vouches", settings{GOINSECURE: "*", GitNoVerify: true, GOPROXY: "http://proxy.example.com"}, false, ""},
		{"unverified connection, private", settings{GONOSUMDB: "corp.example.com", GOINSECURE: "corp.example.com"}, true, "GOINSECURE=corp.example.com"},
		{"git without certificates, private", settings{GONOSUMDB: "corp.example.com", GitNoVerify: true}, true, "GIT_SSL_NO_VERIFY"},
		{"plain proxy, private", settings{GONOSUMDB: "corp.example.com", GOPROXY: "http://proxy.example.com|direct"}, true, "GOPROXY=http://proxy.example.com"},
		{"plain proxy that is not asked", settings{GONOSUMDB: "corp.example.com", GONOPROXY: "corp.example.com", GOPROXY: "http://proxy.example.com"}, true, ""},
		{"plain proxy on this machine", settings{GONOSUMDB: "corp.example.com", GOPROXY: "http://127.0.0.1:3000,http://localhost"}, true, ""},
		{"several", settings{GOSUMDB: "off", GONOSUMDB: "*", GOINSECURE: "*"}, false, "GOINSECURE=*,GONOSUMDB=*,GOSUMDB=off"},
		{"private, and off for everything else too", settings{GOSUMDB: "off", GONOSUMDB: "*,corp.example.com"}, true, ""},
	}
	for _, tt := range tests {
		got := tt.set.trust("corp.example.com/team/pack")
		if got.Private != tt.private || strings.Join(got.Insecure, ",") != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestParseQuery(t *testing.T) {
	for _, good := range []string{"example.com/pack@v1.2.3", "example.com/pack/v2@latest", "example.com/pack@main", "example.com/pack@v1.2.3-0.20240102030405-abcdefabcdef"} {
		if path, query, err := ParseQuery(good); err != nil || path+"@"+query != good {
			t.Errorf("%s: %s %s %v", good, path, query, err)
		}
	}
	for bad, want := range map[string]string{
		"example.com/pack":            "names no version",
		"example.com/pack@":           "not a version",
		"example.com/pack@-modfile=x": "not a version",
		"example.com/pack@none":       "not a version",
		"example.com/pack@a b":        "not a version",
		"example.com/pack@a@b":        "not a version",
		"example.com/pack@../../x":    "not a version",
		"-json@v1.0.0":                "not a module path",
		"../pack@v1.0.0":              "not a module path",
		"fmt@v1.0.0":                  "not a module path",
		"/abs@v1.0.0":                 "not a module path",
		"@v1.0.0":                     "not a module path",
	} {
		var list problem.List
		if _, _, err := ParseQuery(bad); !errors.As(err, &list) || !strings.Contains(list[0].Message, want) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// Whatever a zip holds, what comes out of it has names that are safe anywhere, and the checksum that go computes of the zip.
func FuzzOpenZip(f *testing.F) {
	v := module.Version{Path: "example.com/pack", Version: "v1.0.0"}
	const at = "example.com/pack@v1.0.0/"
	for _, files := range [][]string{
		{at + "go.mod", "module example.com/pack\n", at + "a/_files/b", "b"},
		{at + "../a", ""},
		{at + ".git/config", ""},
		{at + "a", "", at + "A", ""},
	} {
		f.Add(proxy.Zip(files...))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		dir := t.TempDir()
		p, err := open(v, src, dir)
		if err != nil {
			return
		}
		for name := range p.Files {
			if err := render.CheckPath(name); err != nil || !filepath.IsLocal(name) {
				t.Errorf("%q: %v", name, err)
			}
		}
		if want, err := dirhash.HashZip(filepath.Join(dir, "pack.zip"), dirhash.Hash1); err != nil || p.Sum != want {
			t.Errorf("sum %s, go computes %s, %v", p.Sum, want, err)
		}
	})
}
