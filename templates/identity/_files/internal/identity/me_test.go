package identity

import (
	"net/http/httptest"
	"testing"

	"example.com/app/internal/openapi/openapitest"
	"example.com/app/internal/problem"
)

func TestMe(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	w := httptest.NewRecorder()
	if err := Me(w, r.WithContext(With(r.Context(), Actor{ID: "ann", Session: "1"}))); err != nil || w.Body.String() != `{"id":"ann","scopes":[]}` {
		t.Errorf("me200: %v, %s", err, w.Body)
	}
	if err := Me(httptest.NewRecorder(), r); problem.From(err).Status != 401 {
		t.Errorf("me401: %v", err)
	}
	if err := Me(httptest.NewRecorder(), httptest.NewRequest("GET", "/?x=1", nil)); problem.From(err).Status != 400 {
		t.Errorf("me400: %v", err)
	}
	openapitest.Matches(t, "Me", meResponse{})
}
