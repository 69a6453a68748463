//! Executes parsed templates, as Go's text/template does.

use super::datum::Datum;
use super::functions::Function;
use super::parse::ROOT;
use super::tree::{Branch, Kind, Node, Operand, Pipeline, Templates, Word};
use super::{STEPS_PER_CLOCK, Text, deeper, fails, format, located, unsure};
use crate::rego::builtins::{Context, Failure};
use crate::rego::value::Value;

/// The maximum nesting of templates, branches and pipelines in parentheses. That of Go is 100,000 templates.
const MAX_DEPTH: usize = 5000;

/// The stack of a level, in bytes. It counts as memory.
const LEVEL: usize = 1 << 10;

pub(super) fn execute<'v>(
    source: &str,
    templates: &'v Templates<'v>,
    root: &'v Value,
    context: &mut Context<'_>,
) -> Result<String, Failure> {
    let mut state = State {
        output: Text::new(context),
        templates,
        variables: Vec::new(),
        base: 0,
        depth: 0,
        deepest: 0,
        steps: 0,
        place: 0,
    };
    match state.template(ROOT, Datum::of(root)) {
        Ok(()) => Ok(state.output.into_string()),
        Err(failure) => Err(located(failure, source, state.place)),
    }
}

/// What follows a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

struct State<'v, 't, 'c> {
    output: Text<'t, 'c>,
    templates: &'v Templates<'v>,
    /// The variables of all templates that are being executed.
    variables: Vec<(&'v str, Datum<'v>)>,
    /// Where those of the current template begin.
    base: usize,
    depth: usize,
    deepest: usize,
    /// The steps since the clock was read.
    steps: u32,
    /// The place of the current node, for errors.
    place: usize,
}

impl<'v> State<'v, '_, '_> {
    fn step(&mut self) -> Result<(), Failure> {
        self.steps += 1;
        if self.steps == STEPS_PER_CLOCK {
            self.steps = 0;
            self.output.context().in_time()?;
        }
        Ok(())
    }

    fn nested<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if self.depth == MAX_DEPTH {
            return Err(unsure("so many levels of templates"));
        }
        self.depth += 1;
        if self.depth > self.deepest {
            self.deepest = self.depth;
            self.output.context().charge(LEVEL)?;
        }
        let result = deeper(|| work(self));
        self.depth -= 1;
        result
    }

    fn template(&mut self, name: &str, dot: Datum<'v>) -> Result<(), Failure> {
        let templates = self.templates;
        let found = templates.binary_search_by(|(known, _)| (**known).cmp(name));
        let Some((_, nodes)) = found.ok().and_then(|at| templates.get(at)) else {
            return Err(fails(format!("template \"{name}\" not defined")));
        };
        let base = std::mem::replace(&mut self.base, self.variables.len());
        self.declare("$", dot.clone())?;
        self.nested(|state| state.nodes(nodes, &dot))?;
        self.variables.truncate(self.base);
        self.base = base;
        Ok(())
    }

    fn declare(&mut self, name: &'v str, value: Datum<'v>) -> Result<(), Failure> {
        if self.variables.len() == self.variables.capacity() {
            let size = size_of::<(&str, Datum<'_>)>();
            let more = self.variables.len().max(4).saturating_mul(size);
            self.output.context().charge(more)?;
        }
        self.variables.push((name, value));
        Ok(())
    }

    fn variable(&mut self, name: &str) -> Result<&mut Datum<'v>, Failure> {
        let own = self.variables.get_mut(self.base..).unwrap_or_default();
        let found = own.iter_mut().rfind(|(known, _)| *known == name);
        // The parser knows variables of branches that are not executed.
        found
            .map(|(_, value)| value)
            .ok_or_else(|| fails(format!("undefined variable: {name}")))
    }

    fn nodes(&mut self, nodes: &'v [Node<'v>], dot: &Datum<'v>) -> Result<Flow, Failure> {
        for node in nodes {
            self.place = node.place;
            let flow = match &node.kind {
                Kind::Text(text) => {
                    self.output.push(text)?;
                    Flow::Next
                }
                Kind::Action(pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    match value {
                        _ if !pipeline.names.is_empty() => {}
                        Datum::Nothing => self.output.push("<no value>")?,
                        value => format::plain(&mut self.output, &value)?,
                    }
                    Flow::Next
                }
                Kind::Template(name, of) => {
                    let value = match of {
                        Some(pipeline) => self.pipeline(pipeline, dot)?,
                        None => Datum::Nothing,
                    };
                    self.template(name, value)?;
                    Flow::Next
                }
                Kind::Branch(branch) => self.branch(branch, dot)?,
                Kind::Break => Flow::Break,
                Kind::Continue => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn branch(&mut self, branch: &'v Branch<'v>, dot: &Datum<'v>) -> Result<Flow, Failure> {
        let count = self.variables.len();
        let value = self.pipeline(&branch.of, dot)?;
        let flow = self.nested(|state| match branch.word {
            Word::Range => state.range(branch, &value, dot),
            _ if !value.is_true() => state.nodes(&branch.other, dot),
            Word::With => state.nodes(&branch.then, &value),
            Word::If => state.nodes(&branch.then, dot),
        })?;
        self.variables.truncate(count);
        Ok(flow)
    }

    fn range(
        &mut self,
        branch: &'v Branch<'v>,
        value: &Datum<'v>,
        dot: &Datum<'v>,
    ) -> Result<Flow, Failure> {
        let mut is_empty = true;
        let count = match value {
            Datum::Int(count) => *count,
            Datum::Byte(count) => i64::from(*count),
            _ => 0,
        };
        match value {
            Datum::Nothing | Datum::Null => {}
            Datum::Int(_) | Datum::Byte(_) => {
                if branch.of.names.len() > 1 {
                    let text = "can't use a number to iterate over more than one variable";
                    return Err(fails(text));
                }
                for index in 0..count {
                    is_empty = false;
                    let item = match value {
                        Datum::Byte(_) => Datum::Byte(u8::try_from(index).unwrap_or(0)),
                        _ => Datum::Int(index),
                    };
                    if self.iteration(branch, Datum::Nothing, item)? == Flow::Break {
                        break;
                    }
                }
            }
            Datum::List(list) => {
                for (index, item) in (0..).zip(list.items()) {
                    is_empty = false;
                    if self.iteration(branch, Datum::Int(index), Datum::of(item))? == Flow::Break {
                        break;
                    }
                }
            }
            Datum::Map(fields) => {
                for (key, item) in fields.iter() {
                    is_empty = false;
                    if self.iteration(branch, Datum::of(key), Datum::of(item))? == Flow::Break {
                        break;
                    }
                }
            }
            other => {
                let kind = other.type_name();
                return Err(fails(format!("range can't iterate over a {kind}")));
            }
        }
        if !is_empty {
            return Ok(Flow::Next);
        }
        Ok(match self.nodes(&branch.other, dot)? {
            // In Go it leaves this range, although the parser takes it for one of the range around.
            Flow::Break => Flow::Next,
            flow => flow,
        })
    }

    fn iteration(
        &mut self,
        branch: &'v Branch<'v>,
        key: Datum<'v>,
        item: Datum<'v>,
    ) -> Result<Flow, Failure> {
        self.step()?;
        let Pipeline { names, assigns, .. } = &branch.of;
        let count = self.variables.len();
        let values = match names.len() {
            0 => [None, None],
            1 => [Some(item.clone()), None],
            _ => [Some(key), Some(item.clone())],
        };
        let declared = count - names.len().min(count);
        for (index, (name, value)) in names.iter().zip(values.into_iter().flatten()).enumerate() {
            if *assigns {
                *self.variable(name)? = value;
            } else if let Some((_, variable)) = self.variables.get_mut(declared + index) {
                *variable = value;
            }
        }
        let flow = self.nodes(&branch.then, &item)?;
        self.variables.truncate(count);
        Ok(flow)
    }

    // The value of a pipeline, never null. Its variables get it too.
    fn pipeline(
        &mut self,
        pipeline: &'v Pipeline<'v>,
        dot: &Datum<'v>,
    ) -> Result<Datum<'v>, Failure> {
        let mut value = None;
        for words in &pipeline.commands {
            self.step()?;
            value = Some(self.command(words, value, dot)?.or_nothing());
        }
        let value = value.unwrap_or(Datum::Nothing);
        for name in &pipeline.names {
            if pipeline.assigns {
                *self.variable(name)? = value.clone();
            } else {
                self.declare(name, value.clone())?;
            }
        }
        Ok(value)
    }

    // The value of a command; `last` is that of the command before it, which is its last argument.
    fn command(
        &mut self,
        words: &'v [Operand<'v>],
        last: Option<Datum<'v>>,
        dot: &Datum<'v>,
    ) -> Result<Datum<'v>, Failure> {
        let Some((first, arguments)) = words.split_first() else {
            return Err(unsure("an empty command"));
        };
        let has_arguments = !arguments.is_empty() || last.is_some();
        let (of, fields) = match first {
            Operand::Function(function) => return self.call(*function, arguments, last, dot),
            Operand::Field(fields) => (dot.clone(), fields),
            Operand::Variable(name, fields) if !fields.is_empty() => {
                (self.variable(name)?.clone(), fields)
            }
            Operand::Chain(of, fields) => (self.argument(of, dot)?, fields),
            _ if has_arguments => return Err(fails("can't give argument to non-function")),
            Operand::Pipeline(inner) => {
                return self.nested(|state| state.pipeline(inner, dot));
            }
            Operand::Variable(name, _) => return Ok(self.variable(name)?.clone()),
            Operand::Dot => return Ok(dot.clone()),
            Operand::Nil => return Err(fails("nil is not a command")),
            Operand::Bool(value) => return Ok(Datum::Bool(*value)),
            Operand::Int(value) => return Ok(Datum::Int(*value)),
            Operand::TooLarge => return Err(fails("a number overflows int")),
            Operand::Float(value) => return Ok(Datum::Float(*value)),
            Operand::Text(text) => return Ok(Datum::Text(text.clone())),
        };
        let mut value = of;
        let mut names = fields.iter().peekable();
        while let Some(name) = names.next() {
            let is_last = names.peek().is_none();
            if is_last && has_arguments && matches!(value, Datum::Map(_)) {
                return Err(fails(format!("{name} is not a method but has arguments")));
            }
            value = value.field(name)?;
        }
        Ok(value)
    }

    // The value of an argument, never null.
    fn argument(
        &mut self,
        operand: &'v Operand<'v>,
        dot: &Datum<'v>,
    ) -> Result<Datum<'v>, Failure> {
        if matches!(operand, Operand::Nil) {
            return Ok(Datum::Nothing);
        }
        let words = std::slice::from_ref(operand);
        Ok(self.command(words, None, dot)?.or_nothing())
    }

    fn call(
        &mut self,
        function: Function,
        arguments: &'v [Operand<'v>],
        last: Option<Datum<'v>>,
        dot: &Datum<'v>,
    ) -> Result<Datum<'v>, Failure> {
        function.takes(arguments.len() + usize::from(last.is_some()))?;
        if matches!(function, Function::And | Function::Or) {
            let mut value = Datum::Nothing;
            for argument in arguments {
                value = self.argument(argument, dot)?;
                if value.is_true() == (function == Function::Or) {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let mut values = Vec::with_capacity(arguments.len() + 1);
        for argument in arguments {
            self.step()?;
            values.push(self.argument(argument, dot)?);
        }
        values.extend(last);
        function.call(&values, self.output.context())
    }
}
