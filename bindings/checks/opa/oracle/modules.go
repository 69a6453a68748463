package main

import (
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
)

const maxRounds = 30

func regoVersion(name string) ast.RegoVersion {
	if name == "v0" {
		return ast.RegoV0
	}
	return ast.RegoV1
}

// parse reads a source as `opa check` and `opa test` do, with annotations.
func parse(s source, version string) (*ast.Module, error) {
	if version == "auto" {
		m, err := parse(s, "v1")
		if err == nil {
			return m, nil
		}
		if old, errOld := parse(s, "v0"); errOld == nil {
			return old, nil
		}
		return nil, err
	}
	m, err := ast.ParseModuleWithOpts(s.Name, s.Text, ast.ParserOptions{RegoVersion: regoVersion(version), ProcessAnnotation: true})
	if err == nil && m == nil {
		return nil, ast.Errors{ast.NewError(ast.ParseErr, &ast.Location{File: s.Name}, "empty module")}
	}
	return m, err
}

// parsed returns all modules, or all parse errors.
func parsed(sources []source, version string) (map[string]*ast.Module, ast.Errors) {
	modules := make(map[string]*ast.Module, len(sources))
	var errs ast.Errors
	for _, s := range sources {
		m, err := parse(s, version)
		var many ast.Errors
		var one *ast.Error
		switch {
		case err == nil:
			modules[s.Name] = m
		case errors.As(err, &many):
			errs = append(errs, many...)
		case errors.As(err, &one):
			errs = append(errs, one)
		default:
			errs = append(errs, ast.NewError(ast.ParseErr, &ast.Location{File: s.Name}, "%s", err.Error()))
		}
	}
	return modules, errs
}

// newCompiler returns the compiler of `opa check`, without an error limit.
func newCompiler(version string, strict bool) *ast.Compiler {
	c := ast.NewCompiler().SetErrorLimit(0).WithEnablePrintStatements(true).WithStrict(strict).WithUseTypeCheckAnnotations(true)
	if version == "v0" {
		c = c.WithDefaultRegoVersion(ast.RegoV0)
	}
	return c
}

// compiled compiles sources; `stage` and `errs` are set if OPA rejects them.
func compiled(sources []source, version string, strict bool) (c *ast.Compiler, stage string, errs ast.Errors) {
	modules, errs := parsed(sources, version)
	if len(errs) > 0 {
		return nil, "parse", errs
	}
	c = newCompiler(version, strict)
	if c.Compile(modules); c.Failed() {
		return nil, "compile", c.Errors
	}
	return c, "", nil
}

// chosen is the part of a request that OPA accepts: the version, the compiled sources, and the dropped ones, each with its first error.
type chosen struct {
	version  string
	sources  []source
	compiler *ast.Compiler
	dropped  []J
}

// choose finds the first version that compiles. If there is none and the request has `drop`, it leaves out the sources that errors name, in
// the version with the fewest of them.
func choose(r *request) (*chosen, error) {
	versions := r.Versions
	if len(versions) == 0 {
		versions = []string{"v1"}
	}
	var best map[string]string
	var first error
	c := &chosen{sources: r.Sources, dropped: []J{}}
	for _, v := range versions {
		compiler, _, errs := compiled(r.Sources, v, r.Strict)
		if len(errs) == 0 {
			c.version, c.compiler = v, compiler
			return c, nil
		}
		if first == nil {
			first = errs
		}
		if bad := blamed(errs); len(bad) > 0 && (best == nil || len(bad) < len(best)) {
			best, c.version = bad, v
		}
	}
	if best == nil || !r.Drop {
		return nil, first
	}
	for range maxRounds {
		before := len(c.sources)
		c.leaveOut(best)
		if len(c.sources) == before {
			return nil, errors.New("errors that name no source")
		}
		compiler, _, errs := compiled(c.sources, c.version, r.Strict)
		if len(errs) == 0 {
			c.compiler = compiler
			return c, nil
		}
		best = blamed(errs)
	}
	return nil, errors.New("too many rounds")
}

func (c *chosen) leaveOut(bad map[string]string) {
	var keep []source
	for _, s := range c.sources {
		if why, out := bad[s.Name]; out {
			c.dropped = append(c.dropped, J{"file": s.Name, "error": why})
		} else {
			keep = append(keep, s)
		}
	}
	c.sources = keep
}

// blamed returns the files that errors name, each with its first error.
func blamed(errs ast.Errors) map[string]string {
	files := map[string]string{}
	for _, e := range errs {
		if e.Location == nil {
			continue
		}
		if _, known := files[e.Location.File]; !known {
			files[e.Location.File] = e.Error()
		}
	}
	return files
}
