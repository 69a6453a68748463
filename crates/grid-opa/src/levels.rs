//! How many levels of one text the core recurses into: brackets, chains of operators, and the loops of a body, each of which is
//! evaluated inside the one before it.

use crate::tokens::{Kind, Token};

/// Names of the paths of one expression that are no levels: the core recurses into each name, and takes little for it.
const FREE_NAMES: u32 = 16;

/// Counts the levels of one rule or query, token by token. What cannot be told apart from its tokens counts as deeper.
#[derive(Debug, Clone, Default)]
pub(crate) struct Levels {
    /// Operators of the expression at hand outside all brackets, and in each open one.
    operators: u32,
    /// Names behind dots of the same expression.
    names: u32,
    open: Vec<(u32, u32)>,
    loops: u32,
    most: u32,
    line: u32,
}

impl Levels {
    /// Takes in the next token; `ended` tells whether an expression may end before it.
    pub(crate) fn take(&mut self, token: Token<'_>, ended: bool) {
        let operator = token.kind == Kind::Symbol
            && token
                .text
                .contains(['+', '-', '*', '/', '%', '&', '|', '<', '>', '=', '!']);
        let separator = token.kind == Kind::Symbol && matches!(token.text, "," | ";");
        let dot = token.is(".");
        if separator || (token.line != self.line && ended && !operator && !dot) {
            self.operators = 0;
            self.names = 0;
        }
        self.line = token.line;
        match token.kind {
            Kind::Open => {
                // A bracket behind an operand looks something up, and the key may be a variable.
                self.loops += u32::from(ended && token.text == "[");
                self.open.push((self.operators, self.names));
                self.operators = 0;
                self.names = 0;
            }
            Kind::Close => (self.operators, self.names) = self.open.pop().unwrap_or((0, 0)),
            Kind::Ident if matches!(token.text, "some" | "every" | "in") => self.loops += 1,
            _ if operator => self.operators += 1,
            _ if dot => {
                self.names += 1;
                self.operators += u32::from(self.names > FREE_NAMES);
            }
            _ => return,
        }
        let depth = self
            .open
            .iter()
            .fold(self.operators, |sum, (operators, _)| {
                sum.saturating_add(operators + 1)
            });
        self.most = self.most.max(depth);
    }

    /// The levels that were counted, and at least one.
    pub(crate) const fn count(&self) -> u32 {
        self.most.saturating_add(self.loops).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use crate::outline::Outline;

    #[test]
    fn brackets_operators_and_loops_are_levels() {
        for (query, expected) in [
            ("1", 1),
            ("f(g(1))", 3),
            ("1 + 2 + 3", 3),
            ("1 + [2 + 3, 4 + 5]", 4),
            ("[1 + 2, 3 + 4]", 3),
            ("data.a[_].b[_]", 4),
            ("[x | some x in data.a]", 5),
            ("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", 1),
            ("a.b.c.d.e.f.g.h.i.j[1].k.l.m.n.o.p.q.r.s", 4),
            ("a.b.c.d.e.f.g.h.i.j, a.b.c.d.e.f.g.h.i.j", 1),
        ] {
            assert_eq!(Outline::of_query(query).levels, expected, "{query}");
        }
    }

    #[test]
    fn each_line_is_an_expression_of_its_own() {
        let source = "package p\na if {\n\tx := 1\n\ty := 2\n\tx == y\n}\nb := 1 +\n\t2\n\t+ 3";
        let levels: Vec<u32> = Outline::of_policy(source)
            .rules
            .iter()
            .map(|rule| rule.levels)
            .collect();
        // Each character of an operator counts.
        assert_eq!(levels, [4, 4]);
    }
}
