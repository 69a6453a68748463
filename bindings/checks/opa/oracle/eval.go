package main

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// unit is the result of `load` or `test` for `eval`, until `forget`.
type unit struct {
	compiler *ast.Compiler
	store    storage.Store
}

var units = map[string]*unit{}

func forget(r *request) J {
	delete(units, r.ID)
	return J{}
}

// load compiles sources and keeps them under the id of the request.
func load(r *request) J {
	c, err := choose(r)
	if err != nil {
		return J{"errors": described(err)}
	}
	store, err := storeOf(r.Data)
	if err != nil {
		return J{"error": err.Error()}
	}
	units[r.ID] = &unit{c.compiler, store}
	return J{"version": c.version, "dropped": c.dropped}
}

// eval evaluates each query for each of its inputs, in the unit of the id or in the sources of the request, which are not kept.
func eval(r *request) J {
	if len(r.Sources) > 0 {
		if answer := load(r); units[r.ID] == nil {
			return answer
		}
		defer delete(units, r.ID)
	}
	u := units[r.ID]
	if u == nil {
		return J{"error": "nothing is loaded as " + r.ID}
	}
	answers := []any{}
	for _, q := range r.Queries {
		answers = append(answers, u.answersOf(r, q))
	}
	return J{"answers": answers}
}

func (u *unit) answersOf(r *request, q query) []J {
	prepared, err := rego.New(
		rego.Query(q.Ref), rego.Compiler(u.compiler), rego.Store(u.store), rego.StrictBuiltinErrors(r.StrictErrors),
		rego.Runtime(ast.NewTerm(ast.NewObject())), rego.PrintHook(topdown.NewPrintHook(discard{})),
	).PrepareForEval(context.Background())
	list := []J{}
	for _, input := range q.Inputs {
		if err != nil {
			list = append(list, J{"errors": described(err)})
			continue
		}
		list = append(list, answerOf(r, prepared, input))
	}
	return list
}

func answerOf(r *request, prepared rego.PreparedEvalQuery, input []json.RawMessage) J {
	var options []rego.EvalOption
	if len(input) > 0 {
		v, err := decoded(input[0])
		if err != nil {
			return J{"error": "input: " + err.Error()}
		}
		// A nil in Go would mean no input.
		if v == nil {
			options = append(options, rego.EvalParsedInput(ast.NullValue))
		} else {
			options = append(options, rego.EvalInput(v))
		}
	}
	if r.ShiftDays > 0 {
		options = append(options, rego.EvalTime(time.Now().AddDate(0, 0, r.ShiftDays)))
	}
	limit := 10 * time.Second
	if r.TimeoutMs > 0 {
		limit = time.Duration(r.TimeoutMs) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	rs, err := prepared.Eval(ctx, options...)
	switch {
	case err != nil:
		return J{"errors": described(err)}
	case r.Rows:
		rows := []J{}
		for _, row := range rs {
			rows = append(rows, J{"bindings": row.Bindings, "values": valuesOf(row)})
		}
		return J{"rows": rows}
	case len(rs) == 0:
		return J{"undefined": true}
	}
	return J{"value": rs[0].Expressions[0].Value}
}

func valuesOf(row rego.Result) []any {
	list := []any{}
	for _, e := range row.Expressions {
		list = append(list, e.Value)
	}
	return list
}

func storeOf(data json.RawMessage) (storage.Store, error) {
	if len(data) == 0 || string(data) == "null" {
		return inmem.NewFromObject(J{}), nil
	}
	v, err := decoded(data)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		object = J{}
	}
	return inmem.NewFromObject(object), nil
}

// decoded keeps all digits of numbers.
func decoded(text json.RawMessage) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
