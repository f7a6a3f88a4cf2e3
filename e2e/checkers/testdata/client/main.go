// Command client uses a service as a program of somebody else would: with a client that was generated from its OpenAPI document.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/oapi-codegen/runtime/types"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, url string) error {
	token := ""
	c, err := NewClientWithResponses(url, WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	}))
	if err != nil {
		return err
	}
	const secret = "a heron on the pier, 27"
	registered, err := c.RegisterWithResponse(ctx, RegisterJSONRequestBody{
		Email: "ann@example.com", Username: "ann_on_the_pier", Password: secret,
		BirthDate: types.Date{Time: time.Date(1990, 12, 31, 0, 0, 0, 0, time.UTC)},
	})
	if err != nil || registered.JSON201 == nil {
		return fmt.Errorf("register: %w, %s", err, registered.Body)
	}
	login, err := c.LoginWithResponse(ctx, LoginJSONRequestBody{Email: "ann@example.com", Password: secret})
	if err != nil || login.JSON200 == nil {
		return fmt.Errorf("login: %w, %s", err, login.Body)
	}
	token = login.JSON200.AccessToken
	body := "with a body"
	made, err := c.CreateNoteWithResponse(ctx, CreateNoteJSONRequestBody{Title: "A note", Body: &body})
	if err != nil || made.JSON201 == nil {
		return fmt.Errorf("create a note: %w, %s", err, made.Body)
	}
	shown, err := c.ShowNoteWithResponse(ctx, made.JSON201.Id)
	if err != nil || shown.JSON200 == nil || shown.JSON200.Body != body {
		return fmt.Errorf("show the note: %w, %s", err, shown.Body)
	}
	if refused, err := c.CreateNoteWithResponse(ctx, CreateNoteJSONRequestBody{}); err != nil || refused.StatusCode() != http.StatusUnprocessableEntity {
		return fmt.Errorf("a note without a title: %w, %s", err, refused.Body)
	}
	erased, err := c.DeleteMeWithResponse(ctx)
	if err != nil || erased.StatusCode() != http.StatusNoContent {
		return fmt.Errorf("erase: %w, %s", err, erased.Body)
	}
	if gone, err := c.ShowMeWithResponse(ctx); err != nil || gone.StatusCode() != http.StatusUnauthorized {
		return errors.Join(errors.New("the account is still there"), err)
	}
	return nil
}
