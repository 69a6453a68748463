//! Keywords for limits of numbers, texts and arrays.

use super::super::decimal::Decimal;
use super::super::named::{Fields, invalid_type};
use super::super::node::{Arrays, Count, Numbers, Texts};
use super::{Compiler, Draft, Failure, Value, regex};

pub(super) fn in_order(count: Count, least: &str, most: &str) -> Result<(), Failure> {
    match (count.least, count.most) {
        (Some(low), Some(high)) if low > high => {
            Err(format!("{least} cannot be greater than {most}").into())
        }
        _ => Ok(()),
    }
}

impl Compiler<'_, '_> {
    pub(super) fn numbers(&mut self, fields: &Fields<'_>) -> Result<Numbers, Failure> {
        let mut numbers = Numbers::default();
        if let Some(value) = fields.get("multipleOf") {
            let factor = Decimal::of(value).ok_or_else(|| invalid_type("Number", "multipleOf"))?;
            if !factor.is_positive() {
                return Err("multipleOf must be strictly greater than 0".into());
            }
            numbers.multiple_of = Some(factor);
        }
        (numbers.minimum, numbers.exclusive_minimum) =
            self.limit(fields, "minimum", "exclusiveMinimum")?;
        (numbers.maximum, numbers.exclusive_maximum) =
            self.limit(fields, "maximum", "exclusiveMaximum")?;
        Ok(numbers)
    }

    // An inclusive and an exclusive limit. In draft 4 the exclusive one is a flag.
    fn limit(
        &self,
        fields: &Fields<'_>,
        name: &str,
        exclusive: &str,
    ) -> Result<(Option<Decimal>, Option<Decimal>), Failure> {
        let limit = match fields.get(name) {
            None => None,
            Some(value) => {
                let wrong = || format!("{name} must be of a Number");
                Some(Decimal::of(value).ok_or_else(wrong)?)
            }
        };
        match fields.get(exclusive) {
            None => Ok((limit, None)),
            Some(Value::Bool(flag)) if matches!(self.draft, Draft::Four | Draft::Any) => {
                if limit.is_none() {
                    return Err(format!("{exclusive} cannot be used without {name}").into());
                }
                Ok(if *flag { (None, limit) } else { (limit, None) })
            }
            Some(value) => match (self.draft, Decimal::of(value)) {
                (Draft::Four, _) => Err(invalid_type("boolean", exclusive)),
                (_, Some(other)) => Ok((limit, Some(other))),
                (Draft::Any, None) => Err(invalid_type("boolean/number", exclusive)),
                (_, None) => Err(invalid_type("number", exclusive)),
            },
        }
    }

    pub(super) fn texts(&mut self, fields: &Fields<'_>) -> Result<Texts, Failure> {
        let length = fields.counts("minLength", "maxLength")?;
        in_order(length, "minLength", "maxLength")?;
        let pattern = match fields.string("pattern")? {
            None => None,
            Some(pattern) => match regex::compiled(pattern, self.context) {
                Err(Failure::Builtin(_)) => return Err("pattern must be a valid regex".into()),
                compiled => Some((pattern.into(), compiled?)),
            },
        };
        Ok(Texts { length, pattern })
    }

    pub(super) fn counted(
        &mut self,
        fields: &Fields<'_>,
        arrays: &mut Arrays,
    ) -> Result<(), Failure> {
        arrays.count = fields.counts("minItems", "maxItems")?;
        arrays.unique = match fields.get("uniqueItems") {
            None => false,
            Some(Value::Bool(unique)) => *unique,
            Some(_) => return Err("uniqueItems must be of a boolean".into()),
        };
        if let Some(contains) = fields.get("contains").filter(|_| self.draft >= Draft::Six) {
            arrays.contains = Some(self.schema(contains)?);
        }
        Ok(())
    }
}
