//! Stages that rewrite expressions and terms into a form that can be planned, and their shared functions.

pub(super) mod canonical;
pub(super) mod comprehension_terms;
pub(super) mod dynamic_terms;
pub(super) mod equality;
pub(super) mod equals;
pub(super) mod expr_terms;
pub(super) mod head_refs;
pub(super) mod lift;
pub(super) mod metadata_calls;
pub(super) mod print_calls;
pub(super) mod refs_in_head;
pub(super) mod template_strings;
pub(super) mod with_values;
