package main

import (
	"encoding/json"
	"sort"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

// check lists all errors of sources that are loaded together, as `opa check` does, by place.
func check(r *request) J {
	version := "v1"
	if len(r.Versions) > 0 {
		version = r.Versions[0]
	}
	_, stage, errs := compiled(r.Sources, version, r.Strict)
	list := described(errs)
	if len(errs) == 0 {
		list = []J{}
	}
	sort.SliceStable(list, func(i, k int) bool { return before(list[i], list[k]) })
	return J{"stage": stage, "errors": list}
}

func before(a, b J) bool {
	fileA, _ := a["file"].(string)
	fileB, _ := b["file"].(string)
	if fileA != fileB {
		return fileA < fileB
	}
	for _, key := range []string{"row", "col"} {
		x, _ := a[key].(int)
		y, _ := b[key].(int)
		if x != y {
			return x < y
		}
	}
	return false
}

// parseAll parses each source separately and returns its errors, or with `rows` its tree.
func parseAll(r *request) J {
	list := []J{}
	for _, s := range r.Sources {
		one := J{"name": s.Name}
		m, err := parse(s, firstOf(r.Versions))
		if err != nil {
			one["errors"] = described(err)
		} else if r.Rows {
			one["tree"] = tree(m)
		}
		list = append(list, one)
	}
	return J{"files": list}
}

// formatAll formats each source separately, as `opa fmt` does, or as `opa fmt --v0-compatible`.
func formatAll(r *request) J {
	list := []J{}
	version := regoVersion(firstOf(r.Versions))
	options := format.Opts{RegoVersion: version, ParserOptions: &ast.ParserOptions{RegoVersion: version}}
	for _, s := range r.Sources {
		one := J{"name": s.Name}
		text, err := format.SourceWithOpts(s.Name, []byte(s.Text), options)
		if err != nil {
			one["errors"] = described(err)
		} else {
			one["text"] = string(text)
		}
		list = append(list, one)
	}
	return J{"files": list}
}

func firstOf(versions []string) string {
	if len(versions) > 0 {
		return versions[0]
	}
	return "v1"
}

func tree(m *ast.Module) any {
	text, err := json.Marshal(m)
	if err != nil {
		return err.Error()
	}
	return json.RawMessage(text)
}
