package main

import (
	"context"
	"encoding/json"
	"sort"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
)

const testTimeout = 30 * time.Second

// test runs the tests of sources as `opa test` does; with `samples` it also returns the inputs that rules were entered with. It keeps the
// unit for `eval`.
func test(r *request) J {
	c, err := choose(r)
	if err != nil {
		return J{"errors": described(err)}
	}
	store, err := storeOf(r.Data)
	if err != nil {
		return J{"error": err.Error()}
	}
	modules, _ := parsed(c.sources, c.version)
	rec := &recorder{by: map[string]*sample{}, most: r.Samples, maxBytes: r.MaxInputBytes}
	results, err := runTests(newCompiler(c.version, r.Strict), store, modules, rec)
	answer := J{"version": c.version, "dropped": c.dropped, "results": results, "samples": rec.list()}
	if err != nil {
		answer["errors"] = described(err)
	}
	if len(recorded) > 0 {
		answer["calls"] = recordedCalls()
	}
	// Not the tester's compiler, which changes test rules.
	units[r.ID] = &unit{c.compiler, store}
	return answer
}

func runTests(c *ast.Compiler, store storage.Store, modules map[string]*ast.Module, rec *recorder) ([]J, error) {
	ctx := context.Background()
	runner := tester.NewRunner().SetCompiler(c).SetStore(store).CapturePrintOutput(true).SetTimeout(testTimeout).
		SetModules(modules).SetParallel(1).SetRuntime(ast.NewTerm(ast.NewObject()))
	if rec.most > 0 {
		runner = runner.SetCoverageQueryTracer(rec)
	}
	results := []J{}
	err := storage.Txn(ctx, store, storage.TransactionParams{}, func(txn storage.Transaction) error {
		ch, err := runner.RunTests(ctx, txn)
		if err != nil {
			return err
		}
		for t := range ch {
			results = append(results, resultOf(t))
		}
		return nil
	})
	sort.SliceStable(results, func(i, k int) bool { return before(results[i], results[k]) })
	return results, err
}

func resultOf(t *tester.Result) J {
	outcome := "pass"
	switch {
	case t.Skip:
		outcome = "skip"
	case t.Error != nil:
		outcome = "error"
	case t.Fail:
		outcome = "fail"
	}
	j := J{"package": t.Package, "name": t.Name, "outcome": outcome}
	place(j, t.Location)
	if t.Error != nil {
		j["errors"] = described(t.Error)
	}
	if len(t.SubResults) > 0 {
		j["cases"] = t.SubResults
	}
	return j
}

// sample is a rule with the inputs that it was entered with.
type sample struct {
	seen   map[*ast.Term]bool
	texts  map[string]bool
	inputs []json.RawMessage
}

// recorder is a tracer that keeps samples.
type recorder struct {
	by       map[string]*sample
	most     int
	maxBytes int
}

// maxSeen bounds the compared inputs of a rule: large ones take long to compare.
const maxSeen = 400

func (*recorder) Enabled() bool               { return true }
func (*recorder) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

func (c *recorder) TraceEvent(e topdown.Event) {
	rule, ok := e.Node.(*ast.Rule)
	if e.Op != topdown.EnterOp || !ok || len(rule.Head.Args) > 0 || e.Input() == nil {
		return
	}
	if strings.HasPrefix(rule.Head.Ref()[0].String(), "test_") {
		return
	}
	ref := rule.Module.Package.Path.Extend(rule.Head.Ref().ConstantPrefix()).String()
	s := c.by[ref]
	if s == nil {
		s = &sample{seen: map[*ast.Term]bool{}, texts: map[string]bool{}}
		c.by[ref] = s
	}
	if len(s.inputs) >= c.most || s.seen[e.Input()] || len(s.seen) > maxSeen {
		return
	}
	s.seen[e.Input()] = true
	value, err := ast.JSON(e.Input().Value)
	if err != nil {
		return
	}
	text, err := json.Marshal(value)
	if err != nil || len(text) > c.maxBytes || s.texts[string(text)] {
		return
	}
	s.texts[string(text)] = true
	s.inputs = append(s.inputs, text)
}

func (c *recorder) list() []J {
	list := []J{}
	for ref, s := range c.by {
		if len(s.inputs) > 0 {
			list = append(list, J{"ref": ref, "inputs": s.inputs})
		}
	}
	sort.Slice(list, func(i, k int) bool { return list[i]["ref"].(string) < list[k]["ref"].(string) })
	return list
}
