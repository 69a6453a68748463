//! `http.send` and `net.lookup_ip_addr`: what leaves the process, by permission of the host.

mod cache;
mod headers;
mod request;
mod response;
mod send;
mod tls;
mod url;

use super::operands::{object, string, wrong};
use super::{Answer, Builtin, Context, Failure};
use crate::permissions::Match;
use crate::permissions::addresses::{Unresolved, addresses};
use crate::rego::builtins::{Halt, impure};
use crate::rego::value::{Object, Set, Value};
use request::Request;
use std::time::Duration;

pub(crate) use cache::HttpCache;

pub(super) const ALL: &[Builtin] = &[
    impure("http.send", 1, http_send),
    impure("net.lookup_ip_addr", 1, lookup),
];

/// The reason why a request has no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The server was not reached.
    Network(String),
    /// All other errors of OPA.
    Internal(Failure),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Internal(failure)
    }
}

impl From<Halt> for Fault {
    fn from(halt: Halt) -> Self {
        Self::Internal(Failure::Halt(halt))
    }
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        Self::Internal(text.into())
    }
}

/// The responses and errors of an evaluation, by their requests.
pub(crate) type Sent = std::collections::BTreeMap<Value, Result<Value, Fault>>;

fn http_send(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let fields = object(operands, 1)?;
    let is_raised = match fields.field("raise_error") {
        None => true,
        Some(Value::Bool(is_raised)) => *is_raised,
        Some(_) => return Err("invalid value for raise_error field".into()),
    };
    let fault = match respond(fields, context) {
        Ok(value) => return Ok(Some(value)),
        Err(fault) => fault,
    };
    let (code, failure) = match fault {
        // What ends the evaluation is not an error of the request.
        Fault::Internal(failure @ Failure::Halt(_)) => return Err(failure),
        Fault::Network(text) => ("eval_http_send_network_error", Failure::Builtin(text)),
        Fault::Internal(failure) => ("eval_http_send_internal_error", failure),
    };
    if is_raised {
        return Err(failure);
    }
    let message = match failure {
        Failure::Builtin(text) => text,
        Failure::Type(text) => format!("eval_type_error: http.send: {text}"),
        Failure::Halt(_) => return Err(failure),
    };
    let error: Object = [
        (Value::from("code"), Value::from(code)),
        (Value::from("message"), Value::from(message)),
    ]
    .into_iter()
    .collect();
    let answer: Object = [
        (Value::from("status_code"), Value::from(0)),
        (Value::from("error"), error.into()),
    ]
    .into_iter()
    .collect();
    Ok(Some(answer.into()))
}

// The same request has the same response during an evaluation.
fn respond(fields: &Object, context: &mut Context<'_>) -> Result<Value, Fault> {
    request::check_names(fields, context)?;
    let Some((allowed, _)) = context.outside.and_then(|outside| outside.http()) else {
        let text = "requests are not allowed; the program can allow hosts with the option allow";
        return Err(Failure::unsure(text).into());
    };
    let key = request::key_of(fields)?;
    let mode = request::cache_mode(fields)?;
    if let Some(known) = context.remembered.sent.get(&key) {
        return known.clone();
    }
    let request = Request::read(fields, allowed, context)?;
    let sent = match mode {
        Some(mode) if allowed.cache_bytes > 0 => {
            cache::through(&request, &key, mode, context).map(|value| (value, true))
        }
        _ => send::send(&request, &[], context).and_then(|response| {
            let value = response::value_of(&response, request.decode, context)?;
            Ok((value, response::is_cacheable(response.status)))
        }),
    };
    context.charge_values(fields.len().saturating_add(8))?;
    match sent {
        Ok((value, is_kept)) => {
            if is_kept {
                context.remembered.sent.insert(key, Ok(value.clone()));
            }
            Ok(value)
        }
        Err(fault) => {
            context.remembered.sent.insert(key, Err(fault.clone()));
            Err(fault)
        }
    }
}

fn lookup(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let name = string(operands, 1)?;
    let hosts = context.outside.and_then(|outside| outside.lookups());
    let Some(hosts) = hosts else {
        return Err(Failure::unsure(
            "lookups are not allowed; the program can allow hosts with the option allow",
        ));
    };
    if hosts.find(&name.to_ascii_lowercase(), None) == Match::None {
        return Err(Failure::unsure(format!(
            "the host {name:?} is not allowed; the program can allow it with the option allow"
        )));
    }
    if name.is_empty() {
        return Err(wrong(1, "must not be empty"));
    }
    match addresses(name, time_left(context)?) {
        Ok(found) => {
            context.charge_values(found.len().saturating_mul(4))?;
            let found = found
                .into_iter()
                .map(|address| Value::from(address.to_string()));
            Ok(Some(found.collect::<Set>().into()))
        }
        Err(Unresolved::Time) => Err(Halt::Time.into()),
        Err(Unresolved::Failed(text)) => Err(text.into()),
    }
}

/// The time until the limit of the evaluation.
fn time_left(context: &Context<'_>) -> Result<Duration, Halt> {
    context.in_time()?;
    Ok(context.time_left().unwrap_or(Duration::MAX))
}
