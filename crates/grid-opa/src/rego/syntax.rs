//! The lexer, the parser and the syntax tree.

pub(crate) mod annotations;
pub(crate) mod ast;
pub(crate) mod fault;
pub(crate) mod ground;
pub(crate) mod lexer;
pub(crate) mod order;
pub(crate) mod parser;
pub(crate) mod span;
pub(crate) mod text;
pub(crate) mod token;
pub(crate) mod vars;
pub(crate) mod visit;
