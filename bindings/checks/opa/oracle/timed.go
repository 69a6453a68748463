package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// leastTime is the least time of one measurement.
const leastTime = 20 * time.Millisecond

// timeLoad returns the nanoseconds to parse and compile the sources of the request in its first version.
func timeLoad(r *request) J {
	version := r.Versions[0]
	ns, err := nanoseconds(func() error {
		modules, errs := parsed(r.Sources, version)
		if len(errs) > 0 {
			return errs
		}
		c := newCompiler(version, false)
		if c.Compile(modules); c.Failed() {
			return c.Errors
		}
		return nil
	})
	if err != nil {
		return J{"errors": described(err)}
	}
	return J{"ns": ns}
}

// timeEval returns the nanoseconds of one evaluation of each prepared query, with its first input as a Go value, as in a program that uses
// OPA as a library. 0 means that the evaluation fails.
func timeEval(r *request) J {
	u := units[r.ID]
	if u == nil {
		return J{"error": "nothing is loaded as " + r.ID}
	}
	all := []float64{}
	for _, q := range r.Queries {
		all = append(all, u.timeOf(q))
	}
	return J{"ns": all}
}

func (u *unit) timeOf(q query) float64 {
	prepared, err := rego.New(
		rego.Query(q.Ref), rego.Compiler(u.compiler), rego.Store(u.store), rego.Runtime(ast.NewTerm(ast.NewObject())),
	).PrepareForEval(context.Background())
	if err != nil || len(q.Inputs) == 0 {
		return 0
	}
	var options []rego.EvalOption
	if len(q.Inputs[0]) > 0 {
		// Without UseNumber, as in most programs.
		var input any
		if json.Unmarshal(q.Inputs[0][0], &input) != nil {
			return 0
		}
		options = append(options, rego.EvalInput(input))
	}
	ns, err := nanoseconds(func() error {
		_, err := prepared.Eval(context.Background(), options...)
		return err
	})
	if err != nil {
		return 0
	}
	return ns
}

// nanoseconds returns the median of three measurements, after a warm-up call.
func nanoseconds(work func() error) (float64, error) {
	if err := work(); err != nil {
		return 0, err
	}
	count := 1
	var found []float64
	for len(found) < 3 {
		started := time.Now()
		for range count {
			if err := work(); err != nil {
				return 0, err
			}
		}
		took := time.Since(started)
		if took < leastTime {
			count *= 2
			continue
		}
		found = append(found, float64(took.Nanoseconds())/float64(count))
	}
	slices.Sort(found)
	return found[1], nil
}
