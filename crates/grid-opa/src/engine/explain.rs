//! Explains an evaluation.

use super::Engine;
use super::queries::{text_input, work};
use crate::evaluate::{self, Times};
use crate::explain::{ExplainMode, Explanation, StepWatch, Steps};
use crate::set::Form;
use std::cell::RefCell;

impl Engine {
    /// All answers of a query, with the notes of `trace(...)`, or with all steps: the expressions that were evaluated, and the heads of
    /// clauses that had a value. The input is JSON text.
    ///
    /// The steps are those of this engine. It evaluates less than OPA, whose trace has other events.
    pub fn explain_json(&self, query: &str, input: Option<&str>, mode: ExplainMode) -> Explanation {
        let serving = self.serving();
        let steps = RefCell::new(Steps::new(mode));
        let mut found = (Vec::new(), 0);
        let answer = work(&serving.set, self.options(), |set, options| {
            let mut watch = StepWatch(&steps);
            let mut note = |text: &str| steps.borrow_mut().note(text);
            let input = text_input(input);
            let times = &mut Times::default();
            let notes = Some(&mut note as &mut dyn FnMut(&str));
            let answer = evaluate::results(set, options, query, input, &mut watch, notes, times);
            let prepared = evaluate::prepared(set, options, query, Form::Results).ok();
            let planned = prepared.as_ref().map(|prepared| (&prepared.query, query));
            found = steps.take().events(set, planned);
            answer
        });
        let (events, dropped) = found;
        Explanation {
            answer,
            events,
            dropped,
        }
    }
}
