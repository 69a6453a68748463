//! Stages for names: they resolve references and imports, and give variables unique names.

pub(super) mod declared;
pub(super) mod imports;
pub(super) mod keyword_overrides;
pub(super) mod local_vars;
pub(super) mod locals;
pub(super) mod originals;
pub(super) mod resolve;
pub(super) mod unused_imports;
