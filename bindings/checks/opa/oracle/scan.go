package main

import (
	"sort"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// scan returns the package, the rules, the number of tests and the references of each source.
func scan(r *request) J {
	list := []J{}
	for _, s := range r.Sources {
		m, err := parse(s, "auto")
		if err != nil {
			list = append(list, J{"name": s.Name, "errors": described(err)})
			continue
		}
		rules, tests := rulesOf(m)
		list = append(list, J{"name": s.Name, "package": m.Package.Path.String(), "rules": rules, "tests": tests, "refs": referencesOf(m)})
	}
	return J{"files": list}
}

// rulesOf lists each rule once; `ground` is whether its reference has no variable, so that it can be evaluated.
func rulesOf(m *ast.Module) (rules []J, tests int) {
	rules = []J{}
	seen := map[string]bool{}
	for _, rule := range m.Rules {
		ref := rule.Head.Ref().ConstantPrefix()
		full := m.Package.Path.Extend(ref).String()
		name := rule.Head.Ref()[0].String()
		if strings.HasPrefix(name, "test_") {
			tests++
		}
		if !seen[full] {
			seen[full] = true
			rules = append(rules, J{"ref": full, "name": name, "args": len(rule.Head.Args), "ground": len(ref) == len(rule.Head.Ref())})
		}
	}
	return rules, tests
}

func referencesOf(m *ast.Module) []string {
	found := map[string]bool{}
	for _, i := range m.Imports {
		if ref, ok := i.Path.Value.(ast.Ref); ok {
			found[ref.String()] = true
		}
	}
	ast.WalkRefs(m, func(ref ast.Ref) bool {
		if len(ref) > 0 && ref[0].Equal(ast.DefaultRootDocument) {
			found[ref.ConstantPrefix().String()] = true
		}
		return false
	})
	list := make([]string, 0, len(found))
	for ref := range found {
		list = append(list, ref)
	}
	sort.Strings(list)
	return list
}
