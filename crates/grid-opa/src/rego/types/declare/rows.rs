//! The builtins of OPA 1.22.2, one per row, sorted by name.
//!
//! A row contains the name, the parameters, and after `>` the result; then `infix` with the operator, and flags; then `@` with the feature of
//! this crate that has it, or `!` with the reason why there is none. Parameters and results may
//! have names. Types: `n` null, `b` boolean, `#` number, `s` string, `*` any, `[t]` array, `(t|t)` array of exactly these items, `{t}` set,
//! `{t:t}` object of keys and values, `{a=t|t:t}` object that also has known keys, `<t|t>` one of several types, `t...` any number of
//! arguments. In a name, `~` means a space. One text is smaller than a table of rows, which needs pointers and relocations.
//!
//! A Go program prints the rows from OPA's own declarations; `rego::types::declare` reads them. docs/builtins.md is made from them.

/// The rows. Each one ends with a line break.
pub(crate) const ROWS: &str = "\
abs x:# > y:#
all <[*]|{*}> > b deprecated
and x:{*} y:{*} > z:{*} infix &
any <[*]|{*}> > b deprecated
array.concat x:[*] y:[*] > z:[*]
array.flatten arr:[*] > flattened:[*]
array.reverse arr:[*] > rev:[*]
array.slice arr:[*] start:# stop:# > slice:[*]
assign * * > b infix :=
base64.decode x:s > y:s
base64.encode x:s > y:s
base64.is_valid x:s > result:b
base64url.decode x:s > y:s
base64url.encode x:s > y:s
base64url.encode_no_pad x:s > y:s
bits.and x:# y:# > z:#
bits.lsh x:# s:# > z:#
bits.negate x:# > z:#
bits.or x:# y:# > z:#
bits.rsh x:# s:# > z:#
bits.xor x:# y:# > z:#
cast_array * > [*] deprecated
cast_boolean * > b deprecated
cast_null * > n deprecated
cast_object * > {*:*} deprecated
cast_set * > {*} deprecated
cast_string * > s deprecated
ceil x:# > y:#
concat delimiter:s collection:<[s]|{s}> > output:s
contains haystack:s needle:s > result:b
count collection:<s|[*]|{*:*}|{*}> > n:#
crypto.hmac.equal mac1:s mac2:s > result:b @crypto
crypto.hmac.md5 x:s key:s > y:s @crypto
crypto.hmac.sha1 x:s key:s > y:s @crypto
crypto.hmac.sha256 x:s key:s > y:s @crypto
crypto.hmac.sha512 x:s key:s > y:s @crypto
crypto.md5 x:s > y:s @crypto
crypto.parse_private_keys keys:s > output:[{s:*}] @x509
crypto.sha1 x:s > y:s @crypto
crypto.sha256 x:s > y:s @crypto
crypto.x509.parse_and_verify_certificates certs:s > output:(b|[{s:*}]) @x509
crypto.x509.parse_and_verify_certificates_with_options certs:s options:{s:*} > output:(b|[{s:*}]) @x509
crypto.x509.parse_certificate_request csr:s > output:{s:*} @x509
crypto.x509.parse_certificates certs:s > output:[{s:*}] @x509
crypto.x509.parse_keypair cert:s pem:s > output:{s:*} @x509
crypto.x509.parse_rsa_private_key pem:s > output:{s:*} @x509
div x:# y:# > z:# infix /
endswith search:s base:s > result:b
eq * * > b infix =
equal x:* y:* > result:b infix ==
floor x:# > y:#
format_int number:# base:# > output:s
glob.match pattern:s delimiters:<n|[s]> match:s > result:b
glob.quote_meta pattern:s > output:s
graph.reachable graph:{*:<[*]|{*}>} initial:<[*]|{*}> > output:{*}
graph.reachable_paths graph:{*:<[*]|{*}>} initial:<[*]|{*}> > output:{[*]}
graphql.is_valid query:<s|{*:*}> schema:<s|{*:*}> > output:b @graphql
graphql.parse query:<s|{*:*}> schema:<s|{*:*}> > output:({*:*}|{*:*}) @graphql
graphql.parse_and_verify query:<s|{*:*}> schema:<s|{*:*}> > output:(b|{*:*}|{*:*}) @graphql
graphql.parse_query query:s > output:{*:*} @graphql
graphql.parse_schema schema:s > output:{*:*} @graphql
graphql.schema_is_valid schema:<s|{*:*}> > output:b @graphql
gt x:* y:* > result:b infix >
gte x:* y:* > result:b infix >=
hex.decode x:s > y:s
hex.encode x:s > y:s
http.send request:{s:*} > response:{*:*} nondeterministic @network
indexof haystack:s needle:s > output:#
indexof_n haystack:s needle:s > output:[#]
internal.member_2 * * > b infix in
internal.member_3 * * * > b infix in
internal.print [{*}]
internal.template_string [*] > s
internal.test_case [*]
intersection xs:{{*}} > y:{*}
io.jwt.decode jwt:s > output:({*:*}|{*:*}|s) @jwt
io.jwt.decode_verify jwt:s constraints:{s:*} > output:(b|{*:*}|{*:*}) nondeterministic @jwt
io.jwt.encode_sign headers:{s:*} payload:{s:*} key:{s:*} > output:s nondeterministic @jwt
io.jwt.encode_sign_raw headers:s payload:s key:s > output:s nondeterministic @jwt
io.jwt.verify_eddsa jwt:s certificate:s > result:b @jwt-ec
io.jwt.verify_es256 jwt:s certificate:s > result:b @jwt-ec
io.jwt.verify_es384 jwt:s certificate:s > result:b @jwt-ec
io.jwt.verify_es512 jwt:s certificate:s > result:b @jwt-ec
io.jwt.verify_hs256 jwt:s secret:s > result:b @jwt
io.jwt.verify_hs384 jwt:s secret:s > result:b @jwt
io.jwt.verify_hs512 jwt:s secret:s > result:b @jwt
io.jwt.verify_ps256 jwt:s certificate:s > result:b @jwt-rsa
io.jwt.verify_ps384 jwt:s certificate:s > result:b @jwt-rsa
io.jwt.verify_ps512 jwt:s certificate:s > result:b @jwt-rsa
io.jwt.verify_rs256 jwt:s certificate:s > result:b @jwt-rsa
io.jwt.verify_rs384 jwt:s certificate:s > result:b @jwt-rsa
io.jwt.verify_rs512 jwt:s certificate:s > result:b @jwt-rsa
is_array x:* > result:b
is_boolean x:* > result:b
is_null x:* > result:b
is_number x:* > result:b
is_object x:* > result:b
is_set x:* > result:b
is_string x:* > result:b
json.filter object:{*:*} paths:<[<s|[*]>]|{<s|[*]>}> > filtered:{*:*}
json.is_valid x:s > result:b
json.marshal x:* > y:s
json.marshal_with_options x:* opts:{indent=s|prefix=s|pretty=b|s:*} > y:s
json.match_schema document:<s|{*:*}> schema:<s|{*:*}> > output:(b|[{desc=s|error=s|field=s|type=s}]) nondeterministic
json.patch target:* patches:[{op=s|path=*|*:*}] > output:*
json.remove object:{*:*} paths:<[<s|[*]>]|{<s|[*]>}> > output:{*:*}
json.unmarshal x:s > y:*
json.verify_schema schema:<s|{*:*}> > output:(b|<n|s>) nondeterministic
lower x:s > y:s
lt x:* y:* > result:b infix <
lte x:* y:* > result:b infix <=
max collection:<[*]|{*}> > n:*
min collection:<[*]|{*}> > n:*
minus x:<#|{*}> y:<#|{*}> > z:<#|{*}> infix -
mul x:# y:# > z:# infix *
neq x:* y:* > result:b infix !=
net.cidr_contains cidr:s cidr_or_ip:s > result:b
net.cidr_contains_matches cidrs:<s|[<s|[*]>]|{s:<s|[*]>}|{<s|[*]>}> cidrs_or_ips:<s|[<s|[*]>]|{s:<s|[*]>}|{<s|[*]>}> > output:{(*|*)}
net.cidr_expand cidr:s > hosts:{s}
net.cidr_intersects cidr1:s cidr2:s > result:b
net.cidr_is_valid cidr:s > result:b
net.cidr_merge addrs:<[<s>]|{s}> > output:{s}
net.cidr_overlap s s > b deprecated
net.lookup_ip_addr name:s > addrs:{s} nondeterministic @network
numbers.range a:# b:# > range:[#]
numbers.range_step a:# b:# step:# > range:[#]
object.filter object:{*:*} keys:<[*]|{*:*}|{*}> > filtered:{*:*}
object.get object:{*:*} key:* default:* > value:*
object.keys object:{*:*} > value:{*}
object.remove object:{*:*} keys:<[*]|{*:*}|{*}> > output:{*:*}
object.subset super:<[*]|{*:*}|{*}> sub:<[*]|{*:*}|{*}> > result:b
object.union a:{*:*} b:{*:*} > output:{*:*}
object.union_n objects:[{*:*}] > output:{*:*}
opa.runtime > output:{s:*} nondeterministic
or x:{*} y:{*} > z:{*} infix |
plus x:# y:# > z:# infix +
print *...
product collection:<[#]|{#}> > n:#
providers.aws.sign_req request:{s:*} aws_config:{s:*} time_ns:# > signed_request:{*:*} @crypto
rand.intn str:s n:# > y:# nondeterministic
re_match s s > b deprecated
regex.find_all_string_submatch_n pattern:s value:s number:# > output:[[s]]
regex.find_n pattern:s value:s number:# > output:[s]
regex.globs_match glob1:s glob2:s > result:b
regex.is_valid pattern:s > result:b
regex.match pattern:s value:s > result:b
regex.replace s:s pattern:s value:s > output:s
regex.split pattern:s value:s > output:[s]
regex.template_match template:s value:s delimiter_start:s delimiter_end:s > result:b
rego.metadata.chain > chain:[*] @yaml
rego.metadata.rule > output:* @yaml
rego.parse_module filename:s rego:s > output:{s:*}
rem x:# y:# > z:# infix %
replace x:s old:s new:s > y:s
round x:# > y:#
semver.compare a:s b:s > result:#
semver.is_valid vsn:* > result:b
set_diff {*} {*} > {*} deprecated
sort collection:<[*]|{*}> > n:[*]
split x:s delimiter:s > ys:[s]
sprintf format:s values:[*] > output:s
startswith search:s base:s > result:b
strings.any_prefix_match search:<s|[s]|{s}> base:<s|[s]|{s}> > result:b
strings.any_suffix_match search:<s|[s]|{s}> base:<s|[s]|{s}> > result:b
strings.count search:s substring:s > output:#
strings.render_template value:s vars:{s:*} > result:s
strings.replace_n patterns:{s:s} value:s > output:s
strings.reverse x:s > y:s
strings.split_n x:s delimiter:s n:# > ys:[s]
substring value:s offset:# length:# > output:s
sum collection:<[#]|{#}> > n:#
time.add_date ns:# years:# months:# days:# > output:# @time
time.clock x:<#|(#|s)> > output:(#|#|#) @time
time.date x:<#|(#|s)> > date:(#|#|#) @time
time.diff ns1:<#|(#|s)> ns2:<#|(#|s)> > output:(#|#|#|#|#|#) @time
time.format x:<#|(#|s)|(#|s|s)> > formatted~timestamp:s @time
time.now_ns > now:# nondeterministic @time
time.parse_duration_ns duration:s > ns:# @time
time.parse_ns layout:s value:s > ns:# @time
time.parse_rfc3339_ns value:s > ns:# @time
time.weekday x:<#|(#|s)> > day:s @time
to_number value:<n|b|#|s> > num:#
trace note:s > result:b
trim value:s cutset:s > output:s
trim_left value:s cutset:s > output:s
trim_prefix value:s prefix:s > output:s
trim_right value:s cutset:s > output:s
trim_space value:s > output:s
trim_suffix value:s suffix:s > output:s
type_name x:* > type:s
union xs:{{*}} > y:{*}
units.parse x:s > y:#
units.parse_bytes x:s > y:#
upper x:s > y:s
uri.is_valid uri:s > result:b
uri.parse uri:s > output:{s:s}
urlquery.decode x:s > y:s
urlquery.decode_object x:s > object:{s:[s]}
urlquery.encode x:s > y:s
urlquery.encode_object object:{s:<s|[s]|{s}>} > y:s
uuid.parse uuid:s > result:{s:*}
uuid.rfc4122 k:s > output:s nondeterministic
walk x:* > output:([*]|*) relation
yaml.is_valid x:s > result:b @yaml
yaml.marshal x:* > y:s @yaml
yaml.unmarshal x:s > y:* @yaml
";
