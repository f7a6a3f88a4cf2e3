package wizard

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/spec"
)

// talk answers the questions of an interview by ID until one is not in answers, and returns that one.
func talk(t *testing.T, iv *interview, answers map[string][]string) Question {
	t.Helper()
	for !iv.done() {
		q := iv.question()
		v, ok := answers[q.ID]
		if !ok {
			return q
		}
		if err := iv.answer(v); err != nil {
			t.Fatalf("%s: %v", q.ID, err)
		}
	}
	return Question{}
}

// accept takes what every question suggests until the one with that ID.
func accept(t *testing.T, iv *interview, until string) Question {
	t.Helper()
	for !iv.done() {
		q := iv.question()
		if q.ID == until {
			return q
		}
		v := q.Given
		if q.ID == idName && v[0] == "" {
			v = []string{"orders"}
		}
		if err := iv.answer(v); err != nil {
			t.Fatalf("%s: %v", q.ID, err)
		}
	}
	if until != "" {
		t.Fatalf("no question %s", until)
	}
	return Question{}
}

func backTo(t *testing.T, iv *interview, id string) Question {
	t.Helper()
	for iv.question().ID != id {
		if !iv.back() {
			t.Fatalf("no question %s before", id)
		}
	}
	return iv.question()
}

func ids(iv *interview) []string {
	var out []string
	for _, s := range iv.list {
		out = append(out, s.ID)
	}
	return out
}

func TestDefaultsAreASpecOfDefaults(t *testing.T) {
	iv := newInterview(testCatalog(t), spec.Spec{}, nil, Options{Defaults: defaults})
	accept(t, iv, "")
	got := iv.spec()
	want := spec.Spec{Name: "orders", Module: "example.com/orders", Database: "sqlite", Auth: "session", Deploy: []string{"docker"}, CI: "github"}
	if string(got.YAML()) != string(want.YAML()) {
		t.Errorf("got\n%s\nwant\n%s", got.YAML(), want.YAML())
	}
}

func TestOnlyWhatIsMissingIsAsked(t *testing.T) {
	all := []string{idName, idModule, idDatabase, idAuth, idDeploy, idCI, idContact, idExtras, idSettings, idWrite}
	tests := []struct {
		name  string
		have  spec.Spec
		given []string
		asked []string
	}{
		{"nothing given", spec.Spec{}, nil, all},
		{"database given", spec.Spec{Database: "postgres"}, []string{idDatabase}, []string{idName, idModule, idAuth, idDeploy, idCI, idContact, idExtras, idSettings, idWrite}},
		{"none given is an answer", spec.Spec{Deploy: []string{}}, []string{idDeploy}, []string{idName, idModule, idDatabase, idAuth, idCI, idContact, idExtras, idSettings, idWrite}},
		{"an extra given", spec.Spec{With: []string{"cors"}}, []string{"with"}, []string{idName, idModule, idDatabase, idAuth, idDeploy, idCI, idContact, idSettings, idWrite}},
		{"a suggestion is asked", spec.Spec{Database: "postgres"}, nil, all},
		{"the settings given", spec.Spec{}, []string{idSettings}, append(all[:8:8], idWrite)},
		{"all given", spec.Spec{Name: "a", Module: "example.com/a", Database: "none", Auth: "none", Deploy: []string{}, CI: "none"},
			[]string{idName, idModule, idDatabase, idAuth, idDeploy, idCI, idContact, "without"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			given := map[string]bool{}
			for _, g := range tt.given {
				given[g] = true
			}
			iv := newInterview(testCatalog(t), tt.have, given, Options{Defaults: defaults})
			if got := ids(iv); !slices.Equal(got, tt.asked) {
				t.Errorf("asked %v, want %v", got, tt.asked)
			}
			if iv.done() != (len(tt.asked) == 0) {
				t.Errorf("done is %v", iv.done())
			}
		})
	}
}

func TestAnInputThatIsSetIsNotAsked(t *testing.T) {
	have := spec.Spec{}
	have.SetInput("session", "cookie", "sid")
	iv := newInterview(testCatalog(t), have, nil, Options{Defaults: defaults})
	q := accept(t, iv, idSettings)
	if len(q.Options) != 1 || q.Options[0].Value != "accounts.minimum" {
		t.Errorf("settings on offer: %v", q.Options)
	}
	accept(t, iv, "")
	if iv.spec().Set["session"]["cookie"] != "sid" {
		t.Errorf("the value that was set is gone: %v", iv.spec().Set)
	}
}

// Every way through the choices ends in a Spec that the engine takes, and every choice that is refused
// would have been refused by the engine too.
func TestOffersExactlyWhatIsLegal(t *testing.T) {
	catalog := testCatalog(t)
	var walks, refused int
	var walk func(answers map[string][]string)
	walk = func(answers map[string][]string) {
		iv := newInterview(catalog, spec.Spec{}, nil, Options{Defaults: defaults})
		q := talk(t, iv, answers)
		if q.Kind == Text || q.ID == idSettings || q.ID == idWrite {
			walks++
			if s := iv.spec(); !catalog.Legal(s) {
				_, err := catalog.Resolve(s)
				t.Errorf("%v is offered and illegal: %v", answers, err)
			}
			return
		}
		for _, o := range q.Options {
			if o.Blocked == "" {
				answers[q.ID] = []string{o.Value}
				walk(answers)
				continue
			}
			refused++
			s := iv.list[iv.at].before
			switch q.ID {
			case idDatabase:
				s.Database = o.Value
			case idAuth:
				s.Auth = o.Value
			case idDeploy:
				s.Deploy = []string{o.Value}
			case idExtras:
				s.With = []string{o.Value}
			}
			if catalog.Legal(s) {
				t.Errorf("%v: %s %s is refused (%s) and legal", answers, q.ID, o.Value, o.Blocked)
			}
			if err := iv.answer([]string{o.Value}); err == nil {
				t.Errorf("%v: %s %s is refused (%s) and taken", answers, q.ID, o.Value, o.Blocked)
			}
		}
		if q.Kind == Many {
			answers[q.ID] = []string{}
			walk(answers)
		}
		delete(answers, q.ID)
	}
	walk(map[string][]string{idName: {"orders"}, idModule: {"example.com/orders"}, idContact: {""}, idSettings: {}})
	if walks < 100 || refused < 10 {
		t.Errorf("%d walks, %d refusals: the walk did not reach what it is for", walks, refused)
	}
}

// A choice that was given rules out earlier questions' answers too.
func TestWhatIsGivenBlocksWhatIsAskedBefore(t *testing.T) {
	iv := newInterview(testCatalog(t), spec.Spec{Auth: "session"}, map[string]bool{idAuth: true}, Options{Defaults: defaults})
	q := accept(t, iv, idDatabase)
	for _, o := range q.Options {
		if blocked := o.Blocked != ""; blocked != (o.Value == "none") {
			t.Errorf("%s: %q", o.Value, o.Blocked)
		}
	}
	if got := q.closed()[0].refusal(); got != "none: session needs a database to keep accounts in" {
		t.Error(got)
	}
}

func TestGoingBackKeepsAnswers(t *testing.T) {
	iv := newInterview(testCatalog(t), spec.Spec{}, nil, Options{Defaults: defaults})
	talk(t, iv, map[string][]string{
		idName: {"shop"}, idModule: {"example.org/shop"}, idDatabase: {"postgres"}, idAuth: {"session"}, idDeploy: {"docker", "systemd"},
		idCI: {"none"}, idContact: {"mailto:security@example.com"}, idExtras: {"fieldcrypt", "tls"}, idSettings: {"session.cookie", "tls.reload"},
		"session.cookie": {"sid"}, "tls.reload": {"30m"},
	})
	if q := iv.question(); q.ID != idWrite {
		t.Fatalf("at %s", q.ID)
	}
	want := string(iv.spec().YAML())
	for iv.back() {
	}
	accept(t, iv, idWrite)
	if got := string(iv.spec().YAML()); got != want {
		t.Errorf("after going back and forth:\n%s\nwant\n%s", got, want)
	}

	// One answer changes; those that do not depend on it stay.
	backTo(t, iv, idName)
	talk(t, iv, map[string][]string{idName: {"store"}})
	accept(t, iv, idWrite)
	if got := string(iv.spec().YAML()); got != strings.Replace(want, "name: shop", "name: store", 1) {
		t.Errorf("after a new name:\n%s", got)
	}

	// An answer whose question goes away and comes back is there again.
	backTo(t, iv, idAuth)
	talk(t, iv, map[string][]string{idAuth: {"jwt"}})
	accept(t, iv, idWrite)
	if s := iv.spec(); s.Set["session"] != nil || s.Set["tls"]["reload"] != "30m" {
		t.Errorf("with jwt: %v", s.Set)
	}
	backTo(t, iv, idAuth)
	talk(t, iv, map[string][]string{idAuth: {"session"}})
	accept(t, iv, idWrite)
	if s := iv.spec(); s.Set["session"]["cookie"] != "sid" {
		t.Errorf("with session again: %v", s.Set)
	}
}

// What was only accepted follows the answers before it; what was chosen stays.
func TestSuggestionsFollow(t *testing.T) {
	iv := newInterview(testCatalog(t), spec.Spec{}, nil, Options{Defaults: defaults})
	talk(t, iv, map[string][]string{idName: {"orders"}, idModule: {"example.com/orders"}, idDatabase: {"none"}})
	accept(t, iv, idWrite) // the extras are none, since there is no database
	backTo(t, iv, idName)
	talk(t, iv, map[string][]string{idName: {"shop"}})
	if got := iv.question().Given[0]; got != "example.com/shop" {
		t.Errorf("the module that was only accepted is %s", got)
	}
	accept(t, iv, idDatabase)
	talk(t, iv, map[string][]string{idDatabase: {"sqlite"}})
	if q := accept(t, iv, idExtras); !slices.Equal(q.Given, []string{"fieldcrypt"}) {
		t.Errorf("extras with a database: %v", q.Given)
	}
	talk(t, iv, map[string][]string{idExtras: {"cors"}})
	accept(t, iv, idWrite)
	if s := iv.spec(); !slices.Equal(s.With, []string{"cors"}) || !slices.Equal(s.Without, []string{"fieldcrypt"}) {
		t.Errorf("with %v without %v", s.With, s.Without)
	}
}

func TestAnswersAreJudged(t *testing.T) {
	busy := errors.New("./taken is not empty")
	opts := Options{Defaults: defaults, Free: func(dir string) error {
		if dir == "taken" {
			return busy
		}
		return nil
	}}
	tests := []struct {
		id, answer, say string
	}{
		{idName, "", "needs a name"},
		{idName, "Bad", "illegal name"},
		{idName, "con", "device on Windows"},
		{idName, "taken", "not empty"},
		{idModule, "", "needs a path"},
		{idModule, "no-dot", "no dot"},
		{idDatabase, "oracle", `"oracle" is not one of postgres, sqlite, none`},
		{idDeploy, "cloudrun", "Cloud Run has no disk"},
		{idContact, "security@example.com", "mailto:"},
		{idSettings, "session.nothing", "is not one of"},
		{"session.cookie", "a b", "does not match"},
		{"session.cookie", "JSESSIONID", "refused"},
	}
	for _, tt := range tests {
		t.Run(tt.id+" "+tt.answer, func(t *testing.T) {
			iv := newInterview(testCatalog(t), spec.Spec{}, nil, opts)
			if strings.Contains(tt.id, ".") {
				accept(t, iv, idSettings)
				talk(t, iv, map[string][]string{idSettings: {tt.id}})
			}
			accept(t, iv, tt.id)
			err := iv.answer([]string{tt.answer})
			if err == nil || !strings.Contains(err.Error(), tt.say) {
				t.Errorf("said %v, want %q", err, tt.say)
			}
			if q := iv.question(); q.ID != tt.id {
				t.Errorf("went on to %s", q.ID)
			}
		})
	}
	t.Run("extras that exclude each other", func(t *testing.T) {
		iv := newInterview(testCatalog(t), spec.Spec{}, nil, opts)
		accept(t, iv, idExtras)
		if err := iv.answer([]string{"cors", "tls"}); err == nil || !strings.Contains(err.Error(), "do not go together") {
			t.Errorf("said %v", err)
		}
	})
}

func TestSummaryOfWhatCannotBeWritten(t *testing.T) {
	iv := newInterview(testCatalog(t), spec.Spec{}, nil, Options{Defaults: defaults, Count: func(spec.Spec) (int, error) { return 0, errors.New("no room") }})
	q := accept(t, iv, idWrite)
	if q.Options[0].Blocked != "no room" || !slices.Equal(q.Given, []string{goBack}) {
		t.Errorf("%+v", q)
	}
	if err := iv.answer([]string{writeIt}); err == nil || iv.done() {
		t.Error("it can be written all the same")
	}
}

func TestStopping(t *testing.T) {
	iv := newInterview(testCatalog(t), spec.Spec{}, nil, Options{Defaults: defaults})
	accept(t, iv, idWrite)
	if err := iv.answer([]string{goBack}); err != nil || iv.question().ID != idSettings {
		t.Errorf("back: %v, at %s", err, iv.question().ID)
	}
	accept(t, iv, idWrite)
	if err := iv.answer([]string{stopIt}); !errors.Is(err, ErrInterrupted) || iv.done() {
		t.Errorf("stop: %v", err)
	}
}
