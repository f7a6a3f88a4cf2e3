package generator

import "testing"

// The repository's own generators come first, then ours, then those of packs, which always have a name of their own.
func TestFind(t *testing.T) {
	local := Offer{Name: "job", Source: Local, Where: LocalGenerators + "/job"}
	ours := Offer{Name: "job", Source: BuiltIn, Where: "templates/job"}
	only := Offer{Name: "migration", Source: BuiltIn, Where: "templates/migration"}
	team := Offer{Name: "job", Source: "example.com/team@v1.0.0", Where: "example.com/team@v1.0.0/job"}
	other := Offer{Name: "report", Source: "example.com/other@v1.0.0", Where: "example.com/other@v1.0.0/report"}
	again := Offer{Name: "report", Source: "example.com/team@v1.0.0", Where: "example.com/team@v1.0.0/report"}
	all := []Offer{local, team, other, ours, only}
	tests := []struct {
		name   string
		offers []Offer
		want   Offer
		wrong  string
	}{
		{"job", all, local, ""},
		{"job", []Offer{team, ours}, ours, ""},
		{"job", []Offer{team}, team, ""},
		{"example.com/team/job", all, team, ""},
		{"example.com/team@v1.0.0/job", all, team, ""},
		{"migration", all, only, ""},
		{"report", all, other, ""},
		{"report", append(all, again), Offer{}, "several packs have a generator \"report\"\nhint: name one: example.com/other/report, example.com/team/report"},
		{"example.com/nobody/job", all, Offer{}, "no generator \"example.com/nobody/job\"\nhint: hardwright generator list"},
		{"built-in/job", all, Offer{}, "no generator \"built-in/job\"\nhint: hardwright generator list"},
	}
	for _, tt := range tests {
		got, err := Find(tt.offers, tt.name)
		switch {
		case err != nil && err.Error() != tt.wrong:
			t.Errorf("%s: %v", tt.name, err)
		case err == nil && (got != tt.want || tt.wrong != ""):
			t.Errorf("%s is %+v", tt.name, got)
		}
	}
}
