package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

func (a *app) schemaCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of answers, presets and hardwright.yaml",
		Args:  cobra.NoArgs,
	}
	return a.command(c, func(context.Context, []string) error {
		g, err := a.generator()
		if err != nil {
			return err
		}
		out, err := json.MarshalIndent(schema(g.Catalog), "", "  ")
		if err != nil {
			return fmt.Errorf("write schema: %w", err)
		}
		_, err = fmt.Fprintf(a.out, "%s\n", out)
		return err
	})
}

type object map[string]any

// schema describes the answers by what the catalog offers. Maps are written with their keys sorted.
func schema(c *component.Catalog) object {
	choice := func(k component.Kind, about string) object {
		return object{"description": about, "enum": append(c.Names(k), spec.None)}
	}
	list := func(names []string, about string) object {
		return object{"description": about, "type": "array", "uniqueItems": true, "items": object{"enum": append([]string{}, names...)}}
	}
	set := object{}
	for _, comp := range c.All {
		if len(comp.Inputs) == 0 {
			continue
		}
		inputs := object{}
		for _, in := range comp.Inputs {
			inputs[in.Name] = inputSchema(in)
		}
		set[comp.Name] = object{"description": comp.Summary, "type": "object", "additionalProperties": false, "properties": inputs}
	}
	return object{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "What a hardwright service is made from",
		"type":                 "object",
		"additionalProperties": false,
		"required":             []string{"version"},
		"properties": object{
			"version":  object{"const": 1},
			"name":     object{"description": "the service's name", "type": "string", "pattern": spec.NamePattern},
			"module":   object{"description": "its module path", "type": "string"},
			"database": choice(component.Database, "where it keeps its data"),
			"auth":     choice(component.Auth, "how callers prove who they are"),
			"deploy":   list(c.Names(component.Deploy), "how it is run"),
			"ci":       choice(component.CI, "what builds, tests and audits every change"),
			"contact":  object{"description": "where to report a weakness", "type": "string", "pattern": "^(mailto:|https://)"},
			"with":     list(c.Names(component.Extra), "components to put in"),
			"without":  list(c.Names(component.Extra), "components to leave out"),
			"set":      object{"description": "inputs of components", "type": "object", "additionalProperties": false, "properties": set},
		},
	}
}

func inputSchema(in component.Input) object {
	o := object{"description": strings.TrimSpace(in.Question + " " + in.Help)}
	if !strings.Contains(in.Default, "{{") {
		o["default"] = in.Default
	}
	number := func(key, text string) {
		if text != "" {
			o[key] = json.Number(text)
		}
	}
	switch in.Type {
	case "int":
		o["type"] = "integer"
		if in.Default != "" && o["default"] != nil {
			o["default"] = json.Number(in.Default)
		}
		number("minimum", in.Min)
		number("maximum", in.Max)
	case "bool":
		o["type"] = "boolean"
		o["default"] = in.Default == "true"
	case "enum":
		o["enum"] = in.Enum
	case "duration":
		o["type"] = "string"
		o["pattern"] = "^[0-9.]+(ns|us|µs|ms|s|m|h)([0-9.]+(ns|us|µs|ms|s|m|h))*$"
	default:
		o["type"] = "string"
		if in.Pattern != nil {
			o["pattern"] = in.Pattern.String()
		}
		if len(in.Deny) > 0 {
			o["not"] = object{"enum": in.Deny}
		}
	}
	return o
}
