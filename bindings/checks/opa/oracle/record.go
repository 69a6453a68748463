package main

import (
	"encoding/json"
	"sort"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// recorded are the builtins of a linked host: their calls are recorded, so that another engine can get the same answers. A file beside this
// one that imports the host adds their names.
var recorded = []string{}

var calls = map[string]J{}

func record() {
	for _, name := range recorded {
		f := topdown.GetBuiltin(name)
		topdown.RegisterBuiltinFunc(name, func(c topdown.BuiltinContext, args []*ast.Term, iter func(*ast.Term) error) error {
			answered := false
			err := f(c, args, func(t *ast.Term) error {
				answered = true
				keep(name, args, t)
				return iter(t)
			})
			if !answered {
				keep(name, args, nil)
			}
			return err
		})
	}
}

func keep(name string, args []*ast.Term, t *ast.Term) {
	list := []any{}
	for _, a := range args {
		v, err := ast.JSON(a.Value)
		if err != nil {
			return
		}
		list = append(list, v)
	}
	key, err := json.Marshal(list)
	if err != nil {
		return
	}
	call := J{"name": name, "args": list}
	if t != nil {
		if v, err := ast.JSON(t.Value); err == nil {
			call["value"] = v
		}
	}
	calls[name+string(key)] = call
}

// recordedCalls returns the calls since its last call.
func recordedCalls() []J {
	keys := make([]string, 0, len(calls))
	for key := range calls {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	list := make([]J, 0, len(keys))
	for _, key := range keys {
		list = append(list, calls[key])
	}
	calls = map[string]J{}
	return list
}
