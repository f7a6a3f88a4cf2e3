package checkers

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/opencontainers/go-digest"
)

// nowhere stands in for a registry: every image is a plain Linux image, and nothing is fetched.
type nowhere struct{}

func (nowhere) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := []byte(`{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/local/go/bin:/bin"]}}`)
	return ref, digest.FromBytes(config), config, nil
}

// warnings are what BuildKit's own linter says about a Dockerfile, as docker build --check does.
func warnings(t *testing.T, dockerfile string) []string {
	t.Helper()
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", []byte(dockerfile))
	source.Definition = &llb.Definition{} // of the build that would fetch the file: there is none
	results, err := dockerfile2llb.DockerfileLint(context.Background(), []byte(dockerfile), dockerfile2llb.ConvertOpt{
		MetaResolver: nowhere{},
		SourceMap:    source,
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	if results.Error != nil {
		out = append(out, results.Error.Message)
	}
	for _, w := range results.Warnings {
		out = append(out, w.RuleName+": "+w.Detail)
	}
	return out
}

func TestDockerfile(t *testing.T) {
	for database, service := range generate(t) {
		text := read(t, filepath.Join(service, "Dockerfile"))
		if found := warnings(t, text); len(found) > 0 {
			t.Errorf("%s:\n%s", database, strings.Join(found, "\n"))
		}
		// Mistakes are found, so that silence means something.
		for old, with := range map[string]string{
			"ENTRYPOINT [\"/orders\"]": "ENTRYPOINT /orders",               // JSONArgsRecommended
			"ENV ADDR=0.0.0.0:8080":    "ENV API_TOKEN=x",                  // SecretsUsedInArgOrEnv
			"FROM scratch":             "from scratch",                     // ConsistentInstructionCasing
			"CMD [\"serve\"]":          "CMD [\"serve\"]\nCMD [\"serve\"]", // MultipleInstructionsDisallowed
			"ARG GO_IMAGE=":            "ARG OTHER_IMAGE=",                 // UndefinedArgInFrom
			"WORKDIR /src":             "WORKDIR src",                      // WorkdirRelativePath
			"EXPOSE 8080":              "EXPOSE 127.0.0.1:8080:8080",       // ExposeInvalidFormat
		} {
			if !strings.Contains(text, old) {
				t.Fatalf("the Dockerfile has no %q", old)
			}
			if found := warnings(t, strings.Replace(text, old, with, 1)); len(found) == 0 {
				t.Errorf("nothing found after %q became %q", old, with)
			}
		}
	}
}
