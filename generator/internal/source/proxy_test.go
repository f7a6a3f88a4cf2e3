package source

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"
)

// A proxy serves modules and a checksum database of its own on loopback, as real ones do.
type proxy struct {
	modules  map[string][]byte // path@version → zip
	branches map[string]string // path@branch → version
	sums     map[string]string // path@version → what the database says, where it differs from the truth
	requests atomic.Int32
	url, key string
}

// serve starts a proxy and points the go command at it, with a module cache and a home of its own.
func serve(t *testing.T) *proxy {
	t.Helper()
	p := &proxy{modules: map[string][]byte{}, branches: map[string]string{}, sums: map[string]string{}}
	signer, verifier, err := note.GenerateKey(rand.Reader, "sums.example.com")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/sums/", http.StripPrefix("/sums", sumdb.NewServer(sumdb.NewTestServer(signer, p.lines))))
	mux.HandleFunc("/", p.module)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.requests.Add(1)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.url, p.key = server.URL, verifier
	home, temporary := t.TempDir(), t.TempDir()
	t.Cleanup(func() {
		if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	// The build cache stays where it is: go list may want it, and it has nothing to do with modules.
	if cache, err := exec.Command("go", "env", "GOCACHE").Output(); err == nil {
		t.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
	}
	for name, value := range map[string]string{
		"TMPDIR": temporary, "HOME": home, "XDG_CACHE_HOME": filepath.Join(home, "cache"), "GOPATH": filepath.Join(home, "go"), "GOMODCACHE": filepath.Join(home, "mod"), "GOENV": "off",
		"GOPROXY": p.url, "GOSUMDB": verifier + " " + p.url + "/sums", "GONOSUMDB": "", "GOPRIVATE": "", "GONOPROXY": "", "GOINSECURE": "", "GIT_SSL_NO_VERIFY": "",
		"GOFLAGS": "-modcacherw", // or the test's folder could not be removed
	} {
		t.Setenv(name, value)
	}
	return p
}

// add puts a module on offer. The text is txtar-like: name, content, in turn.
func (p *proxy) add(t *testing.T, path, version string, files ...string) {
	t.Helper()
	prefix := path + "@" + version + "/"
	var list []string
	for i := range files {
		if i%2 == 0 {
			list = append(list, prefix+files[i])
		} else {
			list = append(list, files[i])
		}
	}
	p.modules[path+"@"+version] = zipOf(t, list...)
}

// zipOf builds a zip from name, content, in turn.
func zipOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// goMod is the go.mod of a module on offer.
func (p *proxy) goMod(at string) string {
	r, err := zip.NewReader(bytes.NewReader(p.modules[at]), int64(len(p.modules[at])))
	if err == nil {
		if f, err := r.Open(at + "/go.mod"); err == nil {
			var b bytes.Buffer
			_, _ = b.ReadFrom(f)
			return b.String()
		}
	}
	name, _, _ := strings.Cut(at, "@")
	return "module " + name + "\n"
}

func (p *proxy) versions(name string) []string {
	var out []string
	for at := range p.modules {
		if n, v, _ := strings.Cut(at, "@"); n == name && !module.IsPseudoVersion(v) {
			out = append(out, v)
		}
	}
	semver.Sort(out)
	return out
}

func (p *proxy) module(w http.ResponseWriter, r *http.Request) {
	escaped, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/@")
	name, err := module.UnescapePath(escaped)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	info := func(v string) {
		_ = json.NewEncoder(w).Encode(map[string]string{"Version": v, "Time": "2024-01-02T03:04:05Z"})
	}
	versions := p.versions(name)
	if rest == "v/list" {
		fmt.Fprintln(w, strings.Join(versions, "\n"))
		return
	}
	if rest == "latest" && len(versions) > 0 {
		info(versions[len(versions)-1])
		return
	}
	ext := path.Ext(rest)
	v := strings.TrimSuffix(strings.TrimPrefix(rest, "v/"), ext)
	if to := p.branches[name+"@"+v]; to != "" && ext == ".info" {
		v = to
	}
	zip, ok := p.modules[name+"@"+v]
	switch {
	case !ok:
		http.NotFound(w, r)
	case ext == ".info":
		info(v)
	case ext == ".mod":
		fmt.Fprint(w, p.goMod(name+"@"+v))
	case ext == ".zip":
		_, _ = w.Write(zip)
	}
}

// lines are what the checksum database says about a module: the checksums of its zip and of its go.mod.
func (p *proxy) lines(path, version string) ([]byte, error) {
	at := path + "@" + version
	sum := p.sums[at]
	if sum == "" {
		r, err := zip.NewReader(bytes.NewReader(p.modules[at]), int64(len(p.modules[at])))
		if err != nil {
			return nil, err
		}
		var names []string
		for _, f := range r.File {
			names = append(names, f.Name)
		}
		if sum, err = dirhash.Hash1(names, func(name string) (io.ReadCloser, error) { return r.Open(name) }); err != nil {
			return nil, err
		}
	}
	mod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(p.goMod(at))), nil
	})
	return fmt.Appendf(nil, "%s %s %s\n%s %s/go.mod %s\n", path, version, sum, path, version, mod), err
}
