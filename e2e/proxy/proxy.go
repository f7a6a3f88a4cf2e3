// Package proxy serves modules to tests of packs: a module proxy with a checksum database of its own, on loopback, which the go
// command uses as it uses real ones.
package proxy

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"
)

// A Proxy is a running server. What it has on offer may change between requests, not during one.
type Proxy struct {
	Modules  map[string][]byte // path@version → zip
	Branches map[string]string // path@branch → version
	Sums     map[string]string // path@version → what the checksum database says, where that differs from the truth
	Requests atomic.Int32
	URL      string
	key      string
	server   *httptest.Server
}

// Start starts a proxy that offers nothing yet.
func Start() (*Proxy, error) {
	p := &Proxy{Modules: map[string][]byte{}, Branches: map[string]string{}, Sums: map[string]string{}}
	signer, verifier, err := note.GenerateKey(rand.Reader, "sums.example.com")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/sums/", http.StripPrefix("/sums", sumdb.NewServer(sumdb.NewTestServer(signer, p.lines))))
	mux.HandleFunc("/", p.module)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Requests.Add(1)
		mux.ServeHTTP(w, r)
	}))
	p.URL, p.key = p.server.URL, verifier
	return p, nil
}

// Close stops the server.
func (p *Proxy) Close() { p.server.Close() }

// Env points the go command at the proxy and its database, and at home for all that it keeps. It leaves out HOME.
func (p *Proxy) Env(home string) map[string]string {
	return map[string]string{
		"XDG_CACHE_HOME": filepath.Join(home, "cache"), "GOPATH": filepath.Join(home, "go"), "GOMODCACHE": filepath.Join(home, "mod"), "GOENV": "off",
		"GOPROXY": p.URL, "GOSUMDB": p.key + " " + p.URL + "/sums", "GONOSUMDB": "", "GOPRIVATE": "", "GONOPROXY": "", "GOINSECURE": "", "GIT_SSL_NO_VERIFY": "",
		"GOFLAGS": "-modcacherw", // or nobody could remove home afterwards
	}
}

// Add puts a module on offer: name and content of its files, in turn.
func (p *Proxy) Add(path, version string, files ...string) {
	prefix := path + "@" + version + "/"
	files = slices.Clone(files)
	for i := 0; i < len(files); i += 2 {
		files[i] = prefix + files[i]
	}
	p.Modules[path+"@"+version] = Zip(files...)
}

// Zip builds a zip from name and content, in turn.
func Zip(files ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			panic(err) // a buffer does not fail
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// goMod is the go.mod of a module on offer.
func (p *Proxy) goMod(at string) string {
	r, err := zip.NewReader(bytes.NewReader(p.Modules[at]), int64(len(p.Modules[at])))
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

func (p *Proxy) versions(name string) []string {
	var out []string
	for at := range p.Modules {
		if n, v, _ := strings.Cut(at, "@"); n == name && !module.IsPseudoVersion(v) {
			out = append(out, v)
		}
	}
	semver.Sort(out)
	return out
}

func (p *Proxy) module(w http.ResponseWriter, r *http.Request) {
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
	if to := p.Branches[name+"@"+v]; to != "" && ext == ".info" {
		v = to
	}
	zip, ok := p.Modules[name+"@"+v]
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
func (p *Proxy) lines(path, version string) ([]byte, error) {
	at := path + "@" + version
	sum := p.Sums[at]
	if sum == "" {
		r, err := zip.NewReader(bytes.NewReader(p.Modules[at]), int64(len(p.Modules[at])))
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
