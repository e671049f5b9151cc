// swift-format-ignore-file

/// The description of the API that `GET /api/v1/openapi.json` serves.
/// Generated from docs/openapi.json by scripts/openapi; change that file and run it.
let openAPIDocument = ##"""
{"components":{"headers":{"Allow":{"description":"Methods of this path.","required":true,"schema":{"type":"string"}},
"Cache-Control":{"description":"`no-store` unless the answer is for everybody.","schema":{"type":"string"}},"ETag":{
"description":"The revision, for If-Match.","required":true,"schema":{"pattern":"^\"[0-9]+\"$","type":"string"}},
"Idempotency-Replayed":{"description":
"`true` when this is the kept answer of an earlier request with the same Idempotency-Key.","schema":{"enum":["true"],
"type":"string"}},"Location":{"description":"Path of the new resource.","required":true,"schema":{"pattern":
"^/api/v1/","type":"string"}},"Page-Location":{"description":"Where the browser goes on.","required":true,"schema":{
"type":"string"}},"Retry-After":{"description":"Seconds after which the same request may work.","required":true,
"schema":{"minimum":1,"type":"integer"}},"WWW-Authenticate":{"description":"The scheme to use.","required":true,
"schema":{"enum":["Bearer realm=\"drover\""],"type":"string"}},"X-Drover-Log-Status":{"description":
"Why the answer ended: `All` at the last record, else a limit.","required":true,"schema":{"enum":["All",
"RecordLimited","ByteLimited"],"type":"string"}},"X-Next-Cursor":{"description":
"Give it as `cursor` to read on; absent at the end.","schema":{"type":"string"}},"X-Request-Id":{"description":
"Names this request in the server's log.","required":true,"schema":{"pattern":"^[0-9a-f]{17,32}$","type":"string"}}},
"parameters":{"archived":{"description":"Only archived ones, or only the others.","in":"query","name":"archived",
"schema":{"type":"boolean"}},"connection_id":{"description":"The connection.","in":"path","name":"connection_id",
"required":true,"schema":{"format":"int64","minimum":1,"type":"integer"}},"content_digest":{"description":
"SHA-256 of the body (RFC 9530). With it a blob that the registry has is not sent again, and other bytes are refused.",
"in":"header","name":"Content-Digest","schema":{"pattern":"^sha-256=:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=:$","type":
"string"}},"cursor":{"description":"`next_cursor` of the page before, unchanged.","in":"query","name":"cursor",
"schema":{"maxLength":400,"type":"string"}},"edge_id":{"description":"The edge.","in":"path","name":"edge_id",
"required":true,"schema":{"format":"uuid","type":"string"}},"edge_name":{"description":"The edge's name.","in":"path",
"name":"edge_name","required":true,"schema":{"$ref":"#/components/schemas/ResourceName"}},"idempotency_key":{
"description":
"Makes a repetition safe: the same key and request get the first answer again, for a day. An upload counts by its length and Content-Digest.",
"in":"header","name":"Idempotency-Key","schema":{"maxLength":255,"minLength":1,"pattern":"^[!-~]+$","type":"string"}},
"identity_id":{"description":"The link.","in":"path","name":"identity_id","required":true,"schema":{"format":"uuid",
"type":"string"}},"if_match":{"description":"The ETag of the revision that the change is based on.","in":"header",
"name":"If-Match","required":true,"schema":{"examples":["\"1\""],"type":"string"}},"limit":{"description":
"Items of a page.","in":"query","name":"limit","schema":{"default":100,"maximum":1000,"minimum":1,"type":"integer"}},
"log_cursor":{"description":"`X-Next-Cursor` of the answer before, unchanged.","in":"query","name":"cursor","schema":{
"maxLength":200,"type":"string"}},"log_limit":{"description":"Most records of the answer.","in":"query","name":
"limit","schema":{"default":100,"maximum":10000,"minimum":1,"type":"integer"}},"member":{"description":
"The user, by id or by e-mail address.","in":"path","name":"user_id","required":true,"schema":{"anyOf":[{"format":
"uuid","type":"string"},{"format":"email","maxLength":254,"type":"string"}]}},"model_id":{"description":"The model.",
"in":"path","name":"model_id","required":true,"schema":{"format":"int64","minimum":1,"type":"integer"}},"model_name":{
"description":"The model, made with its first version.","in":"path","name":"model_name","required":true,"schema":{
"$ref":"#/components/schemas/ResourceName"}},"pipeline_id":{"description":"The pipeline.","in":"path","name":
"pipeline_id","required":true,"schema":{"format":"int64","minimum":1,"type":"integer"}},"publish_id":{"description":
"The publish.","in":"path","name":"publish_id","required":true,"schema":{"format":"int64","minimum":1,"type":
"integer"}},"registry_id":{"description":"A model registry's id.","in":"path","name":"registry_id","required":true,
"schema":{"format":"int64","minimum":1,"type":"integer"}},"service_account_id":{"description":"The service account.",
"in":"path","name":"service_account_id","required":true,"schema":{"format":"uuid","type":"string"}},"tag_id":{
"description":"The tag.","in":"path","name":"tag_id","required":true,"schema":{"format":"int64","minimum":1,"type":
"integer"}},"tag_term":{"description":
"Only what has a tag with this text in it, regardless of case; empty for any tag.","in":"query","name":"tag","schema":
{"maxLength":100,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f]*$","type":"string"}},"token_id":{"description":
"The token.","in":"path","name":"token_id","required":true,"schema":{"format":"uuid","type":"string"}},"user_id":{
"description":"The user.","in":"path","name":"user_id","required":true,"schema":{"format":"uuid","type":"string"}},
"version_id":{"description":"The version.","in":"path","name":"version_id","required":true,"schema":{"format":"uuid",
"type":"string"}},"workspace_id":{"description":"The workspace.","in":"path","name":"workspace_id","required":true,
"schema":{"format":"int64","minimum":1,"type":"integer"}}},"responses":{"BadGateway":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"registry_refused","registry_answer"]}},"type":"object"}]}}},"description":
"The model registry refuses the request, or its answer is of no use; or the OCI registry refuses the credentials of the workspace. Codes: `registry_refused`, `registry_answer`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"Forbidden":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"forbidden"]}},"type":"object"}]}}},"description":"Known to the caller, but not allowed. Code `forbidden`.","headers":
{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"Internal":{"content":{"application/problem+json":{
"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":["internal"]}},"type":
"object"}]}}},"description":"A fault of the server; the request id finds it in the log. Code `internal`.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"Invalid":{"content":{"application/problem+json":{
"examples":{"one":{"value":{"code":"invalid","detail":
"name: 1 to 63 ASCII letters, digits and dashes, not beginning or ending with a dash (no '.' or '_')","errors":[{
"detail":"1 to 63 ASCII letters, digits and dashes, not beginning or ending with a dash (no '.' or '_')","field":
"name","rule":"dns_label"}],"request_id":"5f2c6a0b1d3e4f5a6b7c8d9e0f1a2b3c","status":422,"title":
"Input breaks a rule","type":"https://drover.dev/problems/invalid"}}},"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["invalid"]}},"required":["errors"],"type":
"object"}]}}},"description":"Breaks rules; `errors` names each field and rule. Code `invalid`.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"Malformed":{"content":{"application/problem+json":{
"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":["malformed"]}},"type":
"object"}]}}},"description":"Not understood at all: syntax, encoding, framing. Code `malformed`.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"NotFound":{"content":{"application/problem+json":{
"examples":{"one":{"value":{"code":"not_found","detail":"no such workspace","request_id":
"5f2c6a0b1d3e4f5a6b7c8d9e0f1a2b3c","status":404,"title":"Not found","type":"https://drover.dev/problems/not_found"}}},
"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":["not_found"]}},"type":
"object"}]}}},"description":"Absent, or outside the caller's workspaces. Code `not_found`.","headers":{"X-Request-Id":
{"$ref":"#/components/headers/X-Request-Id"}}},"Page":{"content":{"text/html":{"schema":{"type":"string"}}},
"description":"The page.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"PageForbidden":{
"content":{"text/html":{"schema":{"type":"string"}}},"description":"The form lacks the token of this session.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"PageMalformed":{"content":{"text/html":{
"schema":{"type":"string"}}},"description":"The page says what was wrong.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"PageNotFound":{"content":{"text/html":{"schema":{"type":"string"}}},
"description":"There is no such thing of this user.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"PageNotSignedIn":{"content":{"text/html":{"schema":{"type":"string"}}},
"description":"The sign-in did not work, was used before, or took too long.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"PageRedirect":{"description":
"The browser goes on to `Location`: the sign-in page, or what comes next.","headers":{"Location":{"$ref":
"#/components/headers/Page-Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"PageTooLarge":{
"content":{"text/html":{"schema":{"type":"string"}}},"description":"The form is too long.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"PageTooMany":{"content":{"text/html":{"schema":{"type":"string"}}},
"description":"Too many wrong codes lately.","headers":{"Retry-After":{"$ref":"#/components/headers/Retry-After"},
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"PageUnavailable":{"content":{"text/html":{"schema":{
"type":"string"}}},"description":"Try again in a moment.","headers":{"Retry-After":{"$ref":
"#/components/headers/Retry-After"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"PageUnsupported":{
"content":{"text/html":{"schema":{"type":"string"}}},"description":"Only forms are taken.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"PreconditionRequired":{"content":{"application/problem+json":{"schema":
{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":["precondition_required"]}},"type":
"object"}]}}},"description":"If-Match is missing. Code `precondition_required`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"Stale":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["stale"]}},"type":"object"}]}}},"description":
"If-Match does not name the current revision. Code `stale`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"TooLarge":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["too_large"]}},"type":"object"}]}}},"description":
"Over the limit. Code `too_large`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"TooMany":{"content":{"application/problem+json":{"examples":{"one":{"value":{"code":"too_many_requests","detail":
"try again in 1 s","request_id":"5f2c6a0b1d3e4f5a6b7c8d9e0f1a2b3c","status":429,"title":"Too many requests","type":
"https://drover.dev/problems/too_many_requests"}}},"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{
"properties":{"code":{"enum":["too_many_requests"]}},"type":"object"}]}}},"description":
"Too many at once. Code `too_many_requests`; try again after `Retry-After` seconds.","headers":{"Retry-After":{"$ref":
"#/components/headers/Retry-After"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"Unauthenticated":{
"content":{"application/problem+json":{"examples":{"one":{"value":{"code":"unauthenticated","detail":
"this route needs an Authorization header with a bearer token","request_id":"5f2c6a0b1d3e4f5a6b7c8d9e0f1a2b3c",
"status":401,"title":"Not signed in","type":"https://drover.dev/problems/unauthenticated"}}},"schema":{"allOf":[{
"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":["unauthenticated"]}},"type":"object"}]}}},
"description":"No valid access token. Code `unauthenticated`.","headers":{"WWW-Authenticate":{"$ref":
"#/components/headers/WWW-Authenticate"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"Unavailable":{
"content":{"application/problem+json":{"examples":{"one":{"value":{"code":"unavailable","detail":
"the database is away; nothing was changed","request_id":"5f2c6a0b1d3e4f5a6b7c8d9e0f1a2b3c","status":503,"title":
"Temporarily unavailable","type":"https://drover.dev/problems/unavailable"}}},"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["unavailable"]}},"type":"object"}]}}},"description":
"Database or registry is away or saturated; nothing was changed. Code `unavailable`.","headers":{"Retry-After":{
"$ref":"#/components/headers/Retry-After"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"UnsupportedMediaType":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["unsupported_media_type"]}},"type":"object"}]}}},
"description":"A content type that this route does not take. Code `unsupported_media_type`.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}}},"schemas":{"AccountLink":{"additionalProperties":false,
"examples":[{"expires_at":"2026-03-08T09:30:00.123456Z","token":
"drl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","url":
"https://drover.example.com/invitation?token=drl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}],"properties":{
"expires_at":{"description":"Until then it works. In UTC, with microseconds.","format":"date-time","type":"string"},
"token":{"description":"Works once. Shown only here.","type":"string"},"url":{"description":
"The page where its holder chooses the password.","type":"string"}},"required":["expires_at","token","url"],"type":
"object"},"ApiToken":{"additionalProperties":false,"examples":[{"access":"read","created_at":
"2026-03-01T09:30:00.123456Z","created_by":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","expires_at":
"2026-06-01T00:00:00.000000Z","hint":"drp_k3Jx","id":"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70","name":"nightly report",
"workspace_ids":[7]}],"properties":{"access":{"$ref":"#/components/schemas/TokenAccess"},"created_at":{"description":
"Made. In UTC, with microseconds.","format":"date-time","type":"string"},"created_by":{"description":"Who made it.",
"format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},
"expires_at":{"description":"From when on it is refused; absent for never. In UTC, with microseconds.","format":
"date-time","type":"string"},"hint":{"description":"How the secret begins, to recognise it by.","type":"string"},"id":
{"description":"The token's id; what was done with it has this as `session_id` in the audit.","format":"uuid",
"pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"last_used_at":{
"description":"Within ten minutes; absent until it is used. In UTC, with microseconds.","format":"date-time","type":
"string"},"name":{"$ref":"#/components/schemas/DisplayText"},"workspace_ids":{"description":
"The only workspaces that it reaches; absent for all of its user's.","items":{"format":"int64","minimum":1,"type":
"integer"},"type":"array"}},"required":["access","created_at","created_by","hint","id","name"],"type":"object"},
"ApiTokenCreate":{"examples":[{"access":"read","expires_at":"2126-06-01T00:00:00Z","name":"nightly report"}],
"properties":{"access":{"$ref":"#/components/schemas/TokenAccess"},"expires_at":{"description":
"A time to come; without it the token does not expire.","format":"date-time","type":["string","null"]},"name":{"$ref":
"#/components/schemas/DisplayText"},"workspace_ids":{"description":
"The only workspaces that it is to reach: whom it is for must be a member of each. Without it, all.","items":{
"format":"int64","minimum":1,"type":"integer"},"maxItems":100,"minItems":1,"type":["array","null"],"uniqueItems":
true}},"required":["access","name"],"type":"object"},"ApiTokenCreated":{"additionalProperties":false,"properties":{
"access":{"$ref":"#/components/schemas/TokenAccess"},"created_at":{"description":"Made. In UTC, with microseconds.",
"format":"date-time","type":"string"},"created_by":{"description":"Who made it.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"expires_at":{"description":
"From when on it is refused; absent for never. In UTC, with microseconds.","format":"date-time","type":"string"},
"hint":{"description":"How the secret begins, to recognise it by.","type":"string"},"id":{"description":
"The token's id; what was done with it has this as `session_id` in the audit.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"last_used_at":{"description":
"Within ten minutes; absent until it is used. In UTC, with microseconds.","format":"date-time","type":"string"},
"name":{"$ref":"#/components/schemas/DisplayText"},"token":{"description":"The secret, shown this once.","pattern":
"^drp_[A-Za-z0-9_-]{49}$","type":"string"},"workspace_ids":{"description":
"The only workspaces that it reaches; absent for all of its user's.","items":{"format":"int64","minimum":1,"type":
"integer"},"type":"array"}},"required":["access","created_at","created_by","hint","id","name","token"],"type":
"object"},"ApiTokenPage":{"additionalProperties":false,"description":"One page of a list.","properties":{"items":{
"items":{"$ref":"#/components/schemas/ApiToken"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"ArrowField":{"additionalProperties":false,"properties":{"name":{"type":"string"},"nullable":{"type":
"boolean"},"type":{"description":"Such as `list<float32>[10]`.","type":"string"}},"required":["name","nullable",
"type"],"type":"object"},"AttestRequest":{"properties":{"agent":{"anyOf":[{"properties":{"arch":{"type":"string"},
"os":{"type":"string"},"version":{"type":"string"}},"required":["arch","os","version"],"type":"object"},{"type":
"null"}]},"csr":{"description":"PKCS#10 in PEM: P-256, P-384 or Ed25519, at most 8192 bytes.","maxLength":8192,"type":
"string"},"join_token":{"description":"From EDGE_BUNDLE; one use, 24 hours.","format":"uuid","type":"string"}},
"required":["csr","join_token"],"type":"object"},"AttestResponse":{"additionalProperties":false,"properties":{
"edge_id":{"description":"The edge.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"expires_at":{"description":
"End of the certificate. In UTC, with microseconds.","format":"date-time","type":"string"},"logs_url":{"description":
"Where log batches go.","type":"string"},"spiffe_id":{"format":"uri","type":"string"},"svid":{"description":
"PEM certificates, leaf first.","items":{"type":"string"},"type":"array"},"trust_bundle":{"description":
"PEM certificates of the authorities.","items":{"type":"string"},"type":"array"}},"required":["edge_id","expires_at",
"logs_url","spiffe_id","svid","trust_bundle"],"type":"object"},"AuditEvent":{"additionalProperties":false,
"description":"Who did what to which resource, from where.","properties":{"action":{"enum":["admin.grant",
"admin.revoke","connection.attach","connection.create","connection.delete","connection.detach","connection.reveal",
"edge.attest","edge.create","edge.move","edge.remove","identity.link","identity.unlink","member.remove","member.set",
"model_config.update","model_registry.attach","model_registry.create","model_registry.delete","model_registry.detach",
"model_registry.token","model_version.create","model_version.delete","password.accept","password.change",
"password.reset","pipeline.create","pipeline_version.create","publish.create","publish.delete",
"registry_credentials.delete","registry_credentials.set","request.refuse","secret_key.rotate",
"service_account.create","service_account.update","sign_in.create","sign_in.end","sign_in.refuse",
"signing_key.create","signing_key.retire","tag.add","tag.create","tag.delete","tag.remove","token.create",
"token.revoke","user.create","user.provision","user.update","workspace.create","workspace.quota","workspace.update"],
"type":"string"},"actor":{"additionalProperties":false,"properties":{"id":{"format":"uuid","type":"string"},"kind":{
"enum":["anonymous","edge","system","user"],"type":"string"},"session_id":{"format":"uuid","type":"string"}},
"required":["kind"],"type":"object"},"address":{"type":"string"},"at":{"format":"date-time","type":"string"},"code":{
"description":"Why it was refused.","type":"string"},"detail":{"additionalProperties":{"type":"string"},"description":
"What of the resource changed, and into what; `<name>_before` is what it was.","type":"object"},"id":{"minimum":1,
"type":"integer"},"outcome":{"enum":["done","refused"],"type":"string"},"repeats":{"description":
"How often it was refused within that minute, when more than once.","minimum":2,"type":"integer"},"request_id":{
"type":"string"},"resource_id":{"type":"string"},"resource_kind":{"type":"string"},"workspace_id":{"minimum":1,"type":
"integer"}},"required":["action","actor","at","id","outcome"],"type":"object"},"AuditEventPage":{
"additionalProperties":false,"description":"One page of a list.","properties":{"items":{"items":{"$ref":
"#/components/schemas/AuditEvent"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"Connection":{"additionalProperties":false,"examples":[{"created_at":"2026-03-01T09:30:00.123456Z",
"created_by":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","details":"*****","id":7,"name":"sales-2026","type":"ODBC"}],
"properties":{"created_at":{"description":"Made. In UTC, with microseconds.","format":"date-time","type":"string"},
"created_by":{"description":"User who made it.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"details":{"description":
"Masked; the details call shows them.","enum":["*****"],"type":"string"},"id":{"description":"The connection's id.",
"format":"int64","minimum":1,"type":"integer"},"name":{"$ref":"#/components/schemas/DisplayText","description":
"Unique in the instance."},"type":{"$ref":"#/components/schemas/DisplayText","description":"In its maker's words."}},
"required":["created_at","created_by","details","id","name","type"],"type":"object"},"ConnectionCreate":{"examples":[{
"details":{"password":"…","port":5432,"user":"reader"},"name":"sales-2026","type":"ODBC"}],"properties":{"details":{
"$ref":"#/components/schemas/ConnectionDetails"},"name":{"$ref":"#/components/schemas/DisplayText","description":
"Unique in the instance."},"type":{"$ref":"#/components/schemas/DisplayText","description":
"Any text, for example `ODBC`."}},"required":["details","name","type"],"type":"object"},"ConnectionDetails":{
"additionalProperties":true,"description":
"Whatever is needed to reach the store: an object, at most 65536 bytes of JSON.","examples":[{"password":"…","port":
5432,"user":"reader"}],"type":"object"},"ConnectionPage":{"additionalProperties":false,"description":
"One page of a list.","properties":{"items":{"items":{"$ref":"#/components/schemas/Connection"},"type":"array"},
"next_cursor":{"description":"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},
"required":["items"],"type":"object"},"Conversion":{"additionalProperties":false,"description":
"The life of a version that does not run as it is. One that does has been `ready` from the start.","examples":[{
"attempts":1,"history":[{"at":"2026-03-01T09:30:00.123456Z","state":"pending_load_native"},{"at":
"2026-03-01T09:30:00.223456Z","state":"attempting_load_native"},{"at":"2026-03-01T09:30:04.123456Z","state":
"pending_load_container"},{"at":"2026-03-01T09:30:04.125456Z","state":"attempting_load_container"},{"at":
"2026-03-01T09:30:04.223456Z","state":"ready"}],"model_version_id":"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70","percent":
100,"reason":"the file holds no scikit-learn estimator, but a dict","runtime":"flight","state":"ready","status":
"ready","step":"done","updated_at":"2026-03-01T09:30:04.223456Z"}],"properties":{"attempts":{"description":
"How often a worker took it up.","format":"int64","minimum":0,"type":"integer"},"converted":{"$ref":
"#/components/schemas/ConvertedFile"},"error":{"description":
"Why it can't be run at all; before that, what the last try ended with.","type":"string"},"history":{"description":
"The states so far, oldest first; none for a version that runs as it is.","items":{"additionalProperties":false,
"properties":{"at":{"description":"When it was reached. In UTC, with microseconds.","format":"date-time","type":
"string"},"state":{"enum":["pending_load_native","attempting_load_native","pending_load_container",
"attempting_load_container","ready","error"],"type":"string"}},"required":["at","state"],"type":"object"},"type":
"array"},"inspection":{"$ref":"#/components/schemas/Inspection"},"model_version_id":{"description":"The version.",
"format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"percent":
{"description":"How far the attempt is.","maximum":100,"minimum":0,"type":"integer"},"reason":{"description":
"Why there is no native form, for people.","type":"string"},"runtime":{"description":
"How it is run; before a conversion, what is tried first.","enum":["onnx","tensorflow","python","flight","mlflow"],
"type":"string"},"state":{"description":"Where it stands, as the SDK's wire names it.","enum":["pending_load_native",
"attempting_load_native","pending_load_container","attempting_load_container","ready","error"],"type":"string"},
"status":{"description":"`pending_conversion` until a file that does not run as it is was converted or packed.",
"enum":["pending_conversion","converting","ready","error"],"type":"string"},"step":{"description":
"What is being done.","enum":["queued","fetch","load","convert","check","write","store","container","done"],"type":
"string"},"updated_at":{"description":"Last change. In UTC, with microseconds.","format":"date-time","type":
"string"}},"required":["attempts","history","model_version_id","percent","runtime","state","status","step",
"updated_at"],"type":"object"},"ConvertedFile":{"additionalProperties":false,"description":
"The ONNX file that a conversion made; it runs and is published in place of the uploaded one.","properties":{
"manifest_digest":{"$ref":"#/components/schemas/Digest"},"sha":{"description":
"SHA-256 of the file, which is the registry's blob of that digest.","pattern":"^[0-9a-f]{64}$","type":"string"},
"size_bytes":{"description":"Size of the file.","format":"int64","minimum":0,"type":"integer"}},"required":[
"manifest_digest","sha","size_bytes"],"type":"object"},"DeviceAuthorization":{"additionalProperties":false,
"properties":{"device_code":{"type":"string"},"expires_in":{"minimum":1,"type":"integer"},"interval":{"minimum":1,
"type":"integer"},"user_code":{"pattern":"^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$","type":"string"},
"verification_uri":{"format":"uri","type":"string"},"verification_uri_complete":{"format":"uri","type":"string"}},
"required":["device_code","user_code","verification_uri","verification_uri_complete","expires_in","interval"],"type":
"object"},"DeviceAuthorizationRequest":{"properties":{"client_id":{"enum":["sdk-client"],"type":"string"},"scope":{
"description":"Any of `openid profile email offline_access`, separated by spaces.","type":"string"}},"required":[
"client_id"],"type":"object"},"Digest":{"description":"Digest of a blob or manifest in the OCI registry.","pattern":
"^sha256:[0-9a-f]{64}$","type":"string"},"Discovery":{"additionalProperties":false,"properties":{
"authorization_endpoint":{"format":"uri","type":"string"},"authorization_response_iss_parameter_supported":{"type":
"boolean"},"claims_supported":{"items":{"type":"string"},"type":"array"},"code_challenge_methods_supported":{"items":{
"type":"string"},"type":"array"},"device_authorization_endpoint":{"format":"uri","type":"string"},
"end_session_endpoint":{"format":"uri","type":"string"},"grant_types_supported":{"items":{"type":"string"},"type":
"array"},"id_token_signing_alg_values_supported":{"items":{"type":"string"},"type":"array"},"introspection_endpoint":{
"format":"uri","type":"string"},"issuer":{"format":"uri","type":"string"},"jwks_uri":{"format":"uri","type":"string"},
"prompt_values_supported":{"items":{"type":"string"},"type":"array"},"request_uri_parameter_supported":{"type":
"boolean"},"response_modes_supported":{"items":{"type":"string"},"type":"array"},"response_types_supported":{"items":{
"type":"string"},"type":"array"},"revocation_endpoint":{"format":"uri","type":"string"},
"revocation_endpoint_auth_methods_supported":{"items":{"type":"string"},"type":"array"},"scopes_supported":{"items":{
"type":"string"},"type":"array"},"subject_types_supported":{"items":{"type":"string"},"type":"array"},
"token_endpoint":{"format":"uri","type":"string"},"token_endpoint_auth_methods_supported":{"items":{"type":"string"},
"type":"array"},"userinfo_endpoint":{"format":"uri","type":"string"}},"required":["authorization_endpoint",
"authorization_response_iss_parameter_supported","claims_supported","code_challenge_methods_supported",
"device_authorization_endpoint","end_session_endpoint","grant_types_supported",
"id_token_signing_alg_values_supported","introspection_endpoint","issuer","jwks_uri","prompt_values_supported",
"request_uri_parameter_supported","response_modes_supported","response_types_supported","revocation_endpoint",
"revocation_endpoint_auth_methods_supported","scopes_supported","subject_types_supported","token_endpoint",
"token_endpoint_auth_methods_supported","userinfo_endpoint"],"type":"object"},"DisplayText":{"description":
"Text without control characters.","maxLength":200,"minLength":1,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
"type":"string"},"Edge":{"additionalProperties":false,"properties":{"attested_at":{"description":
"Joined. In UTC, with microseconds.","format":"date-time","type":"string"},"cpus":{"type":"number"},"created_at":{
"description":"Added. In UTC, with microseconds.","format":"date-time","type":"string"},"created_by":{"description":
"User who added it.","format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
"type":"string"},"id":{"description":"The edge's id.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"last_contact_at":{"description":
"Last heard of. In UTC, with microseconds.","format":"date-time","type":"string"},"memory":{"type":"string"},"name":{
"$ref":"#/components/schemas/ResourceName"},"pipeline_id":{"description":"Its pipeline.","format":"int64","minimum":1,
"type":"integer"},"pipeline_version_id":{"description":"The version's number.","format":"int64","minimum":1,"type":
"integer"},"pipeline_version_name":{"description":"The version's UUID.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"publish_id":{"description":
"Its publish.","format":"int64","minimum":1,"type":"integer"},"spiffe_id":{"description":"Without the scheme.",
"examples":["drover.local/ns/deployments/edge/7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70"],"type":"string"},"state":{"enum":
["never_joined","joined","stale","removed"],"type":"string"},"tags":{"items":{"type":"string"},"type":"array"}},
"required":["created_at","created_by","id","name","pipeline_id","pipeline_version_id","pipeline_version_name",
"publish_id","spiffe_id","state","tags"],"type":"object"},"EdgeCreate":{"examples":[{"name":"shop-1","tags":[
"shop"]}],"properties":{"name":{"$ref":"#/components/schemas/ResourceName","description":"Unique in the instance."},
"tags":{"items":{"maxLength":100,"minLength":1,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f]*$","type":"string"},
"maxItems":32,"type":["array","null"]}},"required":["name"],"type":"object"},"EdgeCreated":{"additionalProperties":
false,"properties":{"edge":{"$ref":"#/components/schemas/Edge"},"publish":{"$ref":"#/components/schemas/Publish",
"description":"With `docker_run_variables.EDGE_BUNDLE`, which is shown this once."}},"required":["edge","publish"],
"type":"object"},"EdgePage":{"additionalProperties":false,"description":"One page of a list.","properties":{"items":{
"items":{"$ref":"#/components/schemas/Edge"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"Email":{"description":"An ASCII e-mail address, kept in lower case.","maxLength":254,"pattern":
"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$",
"type":"string"},"EngineComponent":{"additionalProperties":false,"properties":{"resources":{"additionalProperties":
false,"properties":{"limits":{"$ref":"#/components/schemas/Resources"},"requests":{"$ref":
"#/components/schemas/Resources"}},"required":["limits","requests"],"type":"object"}},"type":"object"},"EngineConfig":
{"additionalProperties":false,"description":
"Resources of the published engine; the keys are camel case as in the registry's engine.json.","properties":{"engine":
{"$ref":"#/components/schemas/EngineComponent"},"engineAux":{"additionalProperties":false,"properties":{"images":{
"additionalProperties":{"$ref":"#/components/schemas/EngineComponent"},"type":"object"}},"required":["images"],"type":
"object"},"enginelb":{"$ref":"#/components/schemas/EngineComponent"}},"required":["engine","engineAux","enginelb"],
"type":"object"},"ExternalIdentity":{"additionalProperties":false,"description":
"A link of a user to a subject of another OpenID provider.","examples":[{"created_at":"2026-03-01T09:30:00.123456Z",
"id":"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70","issuer":"https://id.example.com/realms/corp","last_seen_at":
"2026-06-01T07:00:00.000000Z","subject":"f:1c0d:grace","user_id":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b"}],
"properties":{"created_at":{"description":"Made. In UTC, with microseconds.","format":"date-time","type":"string"},
"id":{"format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},
"issuer":{"description":"`iss` of the provider's tokens.","type":"string"},"last_seen_at":{"description":
"When the person last came in through it. In UTC, with microseconds.","format":"date-time","type":"string"},"subject":
{"description":"`sub`: names the person at the issuer for good.","type":"string"},"user_id":{"description":
"Whose it is.","format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":
"string"}},"required":["id","user_id","issuer","subject","created_at","last_seen_at"],"type":"object"},
"ExternalIdentityPage":{"additionalProperties":false,"description":"One page of a list.","properties":{"items":{
"items":{"$ref":"#/components/schemas/ExternalIdentity"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"FieldError":{"additionalProperties":false,"description":"One input that breaks a rule.","properties":{
"detail":{"description":"What the rule asks for.","type":"string"},"field":{"description":
"Where the value stood: a JSON path, a query parameter or a header.","type":"string"},"rule":{"description":
"A stable name of the rule.","type":"string"}},"required":["detail","field","rule"],"type":"object"},"Health":{
"additionalProperties":false,"properties":{"status":{"enum":["ok"],"type":"string"}},"required":["status"],"type":
"object"},"ImageRegistration":{"examples":[{"image":
"ghcr.io/wallaroolabs/wallaroo_tutorials/mlflow-statsmodels-example:2023.1","input_schema":"/////w==","output_schema":
"/////w=="}],"properties":{"accel":{"description":"Hardware that speeds it up; `none` by default.","enum":["none",
"aio","cuda","jetson","openvino",null],"type":["string","null"]},"arch":{"description":
"The processor it is for; `x86` by default.","enum":["x86","arm",null],"type":["string","null"]},"image":{
"description":"`registry/repository:tag`, or with a digest.","maxLength":512,"type":"string"},"input_schema":{
"description":"Base64 of a serialized Arrow schema.","type":"string"},"output_schema":{"description":
"Base64 of a serialized Arrow schema.","type":"string"}},"required":["image","input_schema","output_schema"],"type":
"object"},"InferenceRecord":{"description":
"As the edge sent it, with the server's `metadata.partition` (the edge's name) and `metadata.pipeline_version`.",
"properties":{"metadata":{"properties":{"partition":{"type":"string"},"pipeline_version":{"type":"string"}},
"required":["partition","pipeline_version"],"type":"object"}},"required":["metadata"],"type":"object"},"Inspection":{
"additionalProperties":false,"description":
"What the file says of itself. Which members there are depends on the kind of file.","properties":{"archive":{
"additionalProperties":false,"description":"What a zip holds.","properties":{"bytes":{"description":"Unpacked.",
"format":"int64","minimum":0,"type":"integer"},"files":{"description":"Number of files.","format":"int64","minimum":0,
"type":"integer"},"paths":{"description":"The first hundred, sorted.","items":{"type":"string"},"type":"array"}},
"required":["bytes","files","paths"],"type":"object"},"details":{"additionalProperties":{"type":"string"},
"description":"Short facts of the format, such as `class_name`.","type":"object"},"format":{"description":
"The kind of file.","enum":["onnx","hdf5","pickle","torchscript","python","saved_model","hugging_face","byop"],"type":
"string"},"inputs":{"items":{"$ref":"#/components/schemas/Tensor"},"type":"array"},"ir_version":{"format":"int64",
"type":"integer"},"opsets":{"additionalProperties":{"format":"int64","type":"integer"},"type":"object"},"outputs":{
"items":{"$ref":"#/components/schemas/Tensor"},"type":"array"},"pickle":{"additionalProperties":false,"description":
"What a pickle would do. It was not loaded.","properties":{"globals":{"description":
"What it imports, as `module.name`, sorted.","items":{"type":"string"},"type":"array"},"opcodes":{
"additionalProperties":{"format":"int64","type":"integer"},"description":"How often each operation occurs.","type":
"object"},"protocol":{"format":"int64","type":"integer"}},"required":["globals","opcodes","protocol"],"type":
"object"},"producer":{"type":"string"},"python":{"additionalProperties":false,"description":
"What stands at the top level of scripts.","properties":{"classes":{"items":{"type":"string"},"type":"array"},
"functions":{"items":{"type":"string"},"type":"array"},"imports":{"items":{"type":"string"},"type":"array"}},
"required":["classes","functions","imports"],"type":"object"},"requirements":{"description":
"Lines of `requirements.txt`, without comments.","items":{"type":"string"},"type":"array"}},"required":["inputs",
"opsets","outputs"],"type":"object"},"Introspection":{"additionalProperties":false,"properties":{"active":{"type":
"boolean"},"client_id":{"type":"string"},"exp":{"type":"integer"},"iat":{"type":"integer"},"iss":{"format":"uri",
"type":"string"},"scope":{"description":"Of a token of a program what it may do, `read` or `write`.","type":"string"},
"sid":{"description":"The sign-in, or the token of a program.","format":"uuid","type":"string"},"sub":{"format":
"uuid","type":"string"},"token_type":{"enum":["Bearer","Refresh","Offline"],"type":"string"},"username":{"type":
"string"},"workspace_ids":{"description":"Only of a token of a program: what it is limited to, if anything.","items":{
"format":"int64","type":"integer"},"type":"array"}},"required":["active"],"type":"object"},"InvitationAccept":{
"examples":[{"password":"correct horse battery","token":"drl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}],
"properties":{"password":{"description":"At most 512 bytes of UTF-8.","maxLength":128,"minLength":8,"pattern":
"^[^\\u0000]*$","type":"string"},"token":{"type":"string"}},"required":["password","token"],"type":"object"},
"JSONWebKeySet":{"additionalProperties":false,"properties":{"keys":{"items":{"additionalProperties":false,
"properties":{"alg":{"enum":["ES256"],"type":"string"},"crv":{"enum":["P-256"],"type":"string"},"kid":{"type":
"string"},"kty":{"enum":["EC"],"type":"string"},"use":{"enum":["sig"],"type":"string"},"x":{"type":"string"},"y":{
"type":"string"}},"required":["alg","crv","kid","kty","use","x","y"],"type":"object"},"minItems":1,"type":"array"}},
"required":["keys"],"type":"object"},"LogAck":{"additionalProperties":false,"properties":{"acked":{"description":
"Everything up to this sequence number is stored for good.","format":"int64","minimum":0,"type":"integer"},
"duplicate":{"description":"The whole batch had been stored before.","type":"boolean"},"next_delay_ms":{"description":
"How long to wait before the next batch.","minimum":0,"type":"integer"}},"required":["acked","duplicate",
"next_delay_ms"],"type":"object"},"Member":{"additionalProperties":false,"examples":[{"email":"ada@example.com",
"role":"owner","since":"2026-03-01T09:30:00.123456Z","user_id":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b"}],"properties":{
"email":{"$ref":"#/components/schemas/Email"},"role":{"$ref":"#/components/schemas/WorkspaceRole"},"since":{
"description":"Became a member. In UTC, with microseconds.","format":"date-time","type":"string"},"user_id":{
"description":"The user.","format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
"type":"string"}},"required":["email","role","since","user_id"],"type":"object"},"MemberPage":{"additionalProperties":
false,"description":"A page of members.","properties":{"items":{"items":{"$ref":"#/components/schemas/Member"},"type":
"array"},"next_cursor":{"description":"Give it as `cursor` to get the next page; absent on the last one.","type":
"string"}},"required":["items"],"type":"object"},"MemberUpdate":{"examples":[{"role":"collaborator"}],"properties":{
"role":{"$ref":"#/components/schemas/WorkspaceRole"}},"required":["role"],"type":"object"},"Memory":{"description":
"A positive number directly followed by Ki, Mi, Gi or Ti; KiB and so on are read as well.","maxLength":15,"pattern":
"^([0-9]+|[0-9]*[.][0-9]+|[0-9]+[.])(Ki|Mi|Gi|Ti)B?$","type":"string"},"Model":{"additionalProperties":false,
"examples":[{"created_at":"2026-03-01T09:30:00.123456Z","created_by":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","id":3,
"latest_version":{"file_name":"model.onnx","id":"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70"},"name":"house-price",
"updated_at":"2026-03-01T09:30:00.123456Z","version_count":1,"workspace_id":7}],"properties":{"created_at":{
"description":"Made. In UTC, with microseconds.","format":"date-time","type":"string"},"created_by":{"description":
"User who made it.","format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":
"string"},"id":{"description":"The model's id.","format":"int64","minimum":1,"type":"integer"},"latest_version":{
"additionalProperties":false,"description":"The newest version, uploaded at `updated_at`.","properties":{"file_name":{
"description":"As uploaded.","type":"string"},"id":{"description":"The version's id.","format":"uuid","type":
"string"}},"required":["file_name","id"],"type":"object"},"name":{"$ref":"#/components/schemas/ResourceName"},
"updated_at":{"description":"Newest version. In UTC, with microseconds.","format":"date-time","type":"string"},
"version_count":{"description":"Versions.","format":"int64","minimum":0,"type":"integer"},"workspace_id":{
"description":"Its workspace.","format":"int64","minimum":1,"type":"integer"}},"required":["created_at","created_by",
"id","name","updated_at","version_count","workspace_id"],"type":"object"},"ModelConfig":{"additionalProperties":false,
"description":"How a model version is run.","examples":[{"batch_config":"single","input_names":["images"],
"model_version_id":"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70","runtime":"onnx","tensor_fields":["images"],"updated_at":
"2026-03-01T09:30:00.123456Z"}],"properties":{"batch_config":{"description":
"`single`: exactly one row a request; otherwise several.","enum":["single"],"type":"string"},"filter_threshold":{
"type":"number"},"input_fields":{"items":{"$ref":"#/components/schemas/ArrowField"},"type":"array"},"input_names":{
"description":
"What the inputs are called: `tensor_fields`, else the fields of the schema, else the names in the file.","items":{
"type":"string"},"type":"array"},"input_schema":{"contentEncoding":"base64","description":
"Base64 of an encapsulated Arrow schema message.","maxLength":349528,"type":"string"},"model_version_id":{
"description":"The version's id.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"output_fields":{"items":{"$ref":
"#/components/schemas/ArrowField"},"type":"array"},"output_schema":{"contentEncoding":"base64","description":
"Likewise.","maxLength":349528,"type":"string"},"runtime":{"description":
"The one that was asked for, or that the version has.","enum":["onnx","tensorflow","python","flight","mlflow"],"type":
"string"},"tensor_fields":{"description":"Other names for the inputs, as many as the model has.","items":{"maxLength":
200,"minLength":1,"type":"string"},"type":"array"},"updated_at":{"description":
"Last change. In UTC, with microseconds.","format":"date-time","type":"string"}},"required":["input_names",
"model_version_id","runtime"],"type":"object"},"ModelConfigRequest":{"description":
"The whole configuration: what is left out gets its default.","properties":{"batch_config":{"description":
"`single`: exactly one row a request; otherwise several.","enum":["single",null],"type":["string","null"]},
"filter_threshold":{"type":["number","null"]},"input_schema":{"contentEncoding":"base64","description":
"Base64 of an encapsulated Arrow schema message.","maxLength":349528,"type":["string","null"]},"output_schema":{
"contentEncoding":"base64","description":"Likewise.","maxLength":349528,"type":["string","null"]},"runtime":{
"description":"One that the framework can have.","enum":["onnx","tensorflow","python","flight","mlflow",null],"type":[
"string","null"]},"tensor_fields":{"description":"Other names for the inputs, as many as the model has.","items":{
"maxLength":200,"minLength":1,"type":"string"},"type":["array","null"]}},"type":"object"},"ModelPage":{
"additionalProperties":false,"description":"One page of a list.","properties":{"items":{"items":{"$ref":
"#/components/schemas/Model"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"ModelRegistry":{"additionalProperties":false,"examples":[{"created_at":"2026-03-01T09:30:00.123456Z",
"created_by":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","has_token":true,"id":3,"name":"team models","updated_at":
"2026-03-01T09:30:00.123456Z","url":"https://adb-1.azuredatabricks.net","workspaces":[{"id":7,"name":"fraud-team"}]}],
"properties":{"created_at":{"description":"Made. In UTC, with microseconds.","format":"date-time","type":"string"},
"created_by":{"description":"User who made it.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"has_token":{"description":
"Whether a token is kept. It is never shown.","type":"boolean"},"id":{"description":"The model registry's id.",
"format":"int64","minimum":1,"type":"integer"},"name":{"$ref":"#/components/schemas/DisplayText","description":
"In its maker's words; not unique."},"updated_at":{"description":"Token last set. In UTC, with microseconds.",
"format":"date-time","type":"string"},"url":{"description":"`https://host[:port][/path]`, or `http`. Never changes.",
"maxLength":500,"minLength":8,"pattern":"^https?://[^/?#@ ]+(/[A-Za-z0-9._~-]+)*$","type":"string"},"workspaces":{
"description":"The workspaces that hold it, of those that the caller is a member of.","items":{"$ref":
"#/components/schemas/ModelRegistryHolder"},"type":"array"}},"required":["created_at","created_by","has_token","id",
"name","updated_at","url","workspaces"],"type":"object"},"ModelRegistryCreate":{"examples":[{"name":"team models",
"token":"dapi0123456789","url":"https://adb-1.azuredatabricks.net","workspace_id":7}],"properties":{"name":{"$ref":
"#/components/schemas/DisplayText"},"token":{"description":
"At most 8192 visible ASCII characters. None for a registry that asks for none.","format":"password","maxLength":8192,
"pattern":"^[!-~]*$","type":["string","null"]},"url":{"description":
"`https://host[:port][/path]`; `http` only without a token or on this machine.","maxLength":500,"minLength":8,
"pattern":"^https?://[^/?#@ ]+(/[A-Za-z0-9._~-]+)*/?$","type":"string"},"workspace_id":{"description":
"Attached to it at once.","format":"int64","type":["integer","null"]}},"required":["name","url"],"type":"object"},
"ModelRegistryHolder":{"additionalProperties":false,"properties":{"id":{"description":"The workspace's id.","format":
"int64","minimum":1,"type":"integer"},"name":{"description":"The workspace's name.","type":"string"}},"required":[
"id","name"],"type":"object"},"ModelRegistryPage":{"additionalProperties":false,"description":"One page of a list.",
"properties":{"items":{"items":{"$ref":"#/components/schemas/ModelRegistry"},"type":"array"},"next_cursor":{
"description":"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":[
"items"],"type":"object"},"ModelRegistryToken":{"examples":[{"token":"dapi0123456789"}],"properties":{"token":{
"description":"At most 8192 visible ASCII characters. None for a registry that asks for none.","format":"password",
"maxLength":8192,"pattern":"^[!-~]*$","type":["string","null"]}},"type":"object"},"ModelVersion":{
"additionalProperties":false,"examples":[{"accel":"none","arch":"x86","created_at":"2026-03-01T09:30:00.123456Z",
"created_by":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","file_name":"model.onnx","framework":"onnx","id":
"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70","inspection":{"format":"onnx","inputs":[{"name":"tensor","shape":["?","8"],
"type":"float32"}],"ir_version":8,"opsets":{"ai.onnx":17},"outputs":[{"name":"variable","shape":["?","1"],"type":
"float32"}],"producer":"skl2onnx"},"manifest_digest":
"sha256:51f7e00845b36380bdf4a742e20a088f9ce7b33fbe9d98aa60fce484005c9e9c","model_id":3,"name":"house-price","runtime":
"onnx","sha":"51f7e00845b36380bdf4a742e20a088f9ce7b33fbe9d98aa60fce484005c9e9c","size_bytes":88569,"status":"ready",
"updated_at":"2026-03-01T09:30:00.123456Z","workspace_id":7}],"properties":{"accel":{"enum":["none","aio","cuda",
"jetson","openvino"],"type":"string"},"arch":{"enum":["x86","arm"],"type":"string"},"converted":{"$ref":
"#/components/schemas/ConvertedFile"},"created_at":{"description":"Uploaded. In UTC, with microseconds.","format":
"date-time","type":"string"},"created_by":{"description":"User who uploaded it.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"file_name":{"description":
"As uploaded.","type":"string"},"framework":{"enum":["onnx","tensorflow","python","keras","sklearn","pytorch",
"xgboost","custom","mlflow","hugging-face-automatic-speech-recognition","hugging-face-feature-extraction",
"hugging-face-image-classification","hugging-face-image-segmentation","hugging-face-image-to-text",
"hugging-face-object-detection","hugging-face-question-answering","hugging-face-stable-diffusion-text-2-img",
"hugging-face-summarization","hugging-face-text-classification","hugging-face-translation",
"hugging-face-zero-shot-classification","hugging-face-zero-shot-image-classification",
"hugging-face-zero-shot-object-detection","hugging-face-sentiment-analysis","hugging-face-text-generation"],"type":
"string"},"id":{"description":"The version's id.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"image_path":{"description":
"The container image that runs it, once there is one.","type":"string"},"inspection":{"$ref":
"#/components/schemas/Inspection"},"manifest_digest":{"$ref":"#/components/schemas/Digest"},"model_id":{"description":
"Its model.","format":"int64","minimum":1,"type":"integer"},"name":{"$ref":"#/components/schemas/ResourceName"},
"runtime":{"description":"How it is run; before a conversion, what is tried first.","enum":["onnx","tensorflow",
"python","flight","mlflow"],"type":"string"},"sha":{"description":
"SHA-256 of the file, which is the registry's blob of that digest.","pattern":"^[0-9a-f]{64}$","type":"string"},
"size_bytes":{"description":"Size of the file.","format":"int64","minimum":0,"type":"integer"},"status":{
"description":"`pending_conversion` until a file that does not run as it is was converted or packed.","enum":[
"pending_conversion","converting","ready","error"],"type":"string"},"tags":{"description":
"Its tags, in order of their text; only in lists.","items":{"$ref":"#/components/schemas/TagLabel"},"type":"array"},
"updated_at":{"description":"Last change of its state. In UTC, with microseconds.","format":"date-time","type":
"string"},"workspace_id":{"description":"Its workspace.","format":"int64","minimum":1,"type":"integer"}},"required":[
"accel","arch","created_at","created_by","file_name","framework","id","inspection","manifest_digest","model_id",
"name","runtime","sha","size_bytes","status","updated_at","workspace_id"],"type":"object"},"ModelVersionPage":{
"additionalProperties":false,"description":"One page of a list.","properties":{"items":{"items":{"$ref":
"#/components/schemas/ModelVersion"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"PasswordChange":{"examples":[{"current_password":"incorrect mule battery","new_password":
"correct horse staple"}],"properties":{"current_password":{"type":"string"},"new_password":{"description":
"At most 512 bytes of UTF-8.","maxLength":128,"minLength":8,"pattern":"^[^\\u0000]*$","type":"string"}},"required":[
"current_password","new_password"],"type":"object"},"Pipeline":{"additionalProperties":false,"properties":{
"created_at":{"description":"Made. In UTC, with microseconds.","format":"date-time","type":"string"},"created_by":{
"description":"User who made it.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"id":{"description":
"The pipeline's id.","format":"int64","minimum":1,"type":"integer"},"latest_version":{"$ref":
"#/components/schemas/PipelineVersion","description":
"Only in lists, and in the answer to the request that made the pipeline."},"name":{"$ref":
"#/components/schemas/ResourceName"},"published":{"description":"A publish of some version has succeeded.","type":
"boolean"},"tags":{"description":"Its tags, in order of their text; only in lists.","items":{"$ref":
"#/components/schemas/TagLabel"},"type":"array"},"updated_at":{"description":
"Newest version. In UTC, with microseconds.","format":"date-time","type":"string"},"version_count":{"description":
"Versions.","format":"int64","minimum":0,"type":"integer"},"workspace_id":{"description":"Its workspace.","format":
"int64","minimum":1,"type":"integer"}},"required":["created_at","created_by","id","name","published","updated_at",
"version_count","workspace_id"],"type":"object"},"PipelineCreate":{"examples":[{"name":"house-price","steps":[{
"model_inference":{"models":[{"version":"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70"}]}}]}],"properties":{"name":{"$ref":
"#/components/schemas/ResourceName"},"steps":{"anyOf":[{"items":{"$ref":"#/components/schemas/StepCreate"},"maxItems":
64,"type":"array"},{"type":"null"}]}},"required":["name"],"type":"object"},"PipelinePage":{"additionalProperties":
false,"description":"One page of a list.","properties":{"items":{"items":{"$ref":"#/components/schemas/Pipeline"},
"type":"array"},"next_cursor":{"description":"Give it as `cursor` to get the next page; absent on the last one.",
"type":"string"}},"required":["items"],"type":"object"},"PipelineStep":{"additionalProperties":false,"description":
"One step, with name and SHA-256 of the model version.","properties":{"model_inference":{"additionalProperties":false,
"properties":{"models":{"items":{"additionalProperties":false,"properties":{"name":{"$ref":
"#/components/schemas/ResourceName"},"sha":{"pattern":"^[0-9a-f]{64}$","type":"string"},"version":{"description":
"The model version.","format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
"type":"string"}},"required":["name","sha","version"],"type":"object"},"maxItems":1,"minItems":1,"type":"array"}},
"required":["models"],"type":"object"}},"required":["model_inference"],"type":"object"},"PipelineVersion":{
"additionalProperties":false,"examples":[{"created_at":"2026-03-01T09:30:00.123456Z","created_by":
"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","id":"c9b8a7d6-e5f4-4321-8fed-cba987654321","number":9,"pipeline_id":4,"steps":
[{"model_inference":{"models":[{"name":"house-price","sha":
"51f7e00845b36380bdf4a742e20a088f9ce7b33fbe9d98aa60fce484005c9e9c","version":
"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70"}]}}],"workspace_id":7}],"properties":{"created_at":{"description":
"Made. In UTC, with microseconds.","format":"date-time","type":"string"},"created_by":{"description":
"User who made it.","format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":
"string"},"id":{"description":"The version's id, the tag of what is published.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"number":{"description":
"The version as publishes and edges print it.","format":"int64","minimum":1,"type":"integer"},"pipeline_id":{
"description":"Its pipeline.","format":"int64","minimum":1,"type":"integer"},"steps":{"items":{"$ref":
"#/components/schemas/PipelineStep"},"type":"array"},"workspace_id":{"description":"Its workspace.","format":"int64",
"minimum":1,"type":"integer"}},"required":["created_at","created_by","id","number","pipeline_id","steps",
"workspace_id"],"type":"object"},"PipelineVersionCreate":{"examples":[{"steps":[{"model_inference":{"models":[{
"version":"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70"}]}}]}],"properties":{"steps":{"items":{"$ref":
"#/components/schemas/StepCreate"},"maxItems":64,"type":"array"}},"required":["steps"],"type":"object"},
"PipelineVersionPage":{"additionalProperties":false,"description":"One page of a list.","properties":{"items":{
"items":{"$ref":"#/components/schemas/PipelineVersion"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"Problem":{"additionalProperties":false,"description":"The body of every refusal (RFC 9457).","properties":{
"ack":{"$ref":"#/components/schemas/LogAck"},"code":{"description":"Stable; docs/errors.md lists all.","enum":[
"artifacts_not_served","connection_attached","email_taken","external_account","forbidden","idempotency_key_reused",
"internal","invalid","last_admin","last_owner","limit_reached","quota_exceeded","publish_in_use",
"model_version_in_use","log_gap","malformed","method_not_allowed","model_not_ready","name_taken","not_found",
"not_published","own_account","precondition_required","publish_replaced","registry_answer","registry_attached",
"registry_not_attached","registry_refused","request_in_progress","service_account","stale","tag_in_use","too_large",
"too_many_requests","unauthenticated","unavailable","unsupported_media_type","user_limit","workspace_archived"],
"type":"string"},"detail":{"description":"A sentence for this occurrence.","type":"string"},"errors":{"description":
"Only with code `invalid`.","items":{"$ref":"#/components/schemas/FieldError"},"minItems":1,"type":"array"},"record":{
"description":"Sequence number of the record at fault, only in answers to log batches.","format":"int64","type":
"integer"},"request_id":{"description":"As in `X-Request-Id`; the server's log has it too.","type":"string"},"status":
{"maximum":599,"minimum":400,"type":"integer"},"title":{"description":
"A short summary, the same for every answer of this code.","type":"string"},"type":{"description":
"`https://drover.dev/problems/<code>`; `about:blank` for an internal error.","format":"uri-reference","type":
"string"}},"required":["code","detail","request_id","status","title","type"],"type":"object"},"Publish":{
"additionalProperties":false,"examples":[{"created_at":"2026-03-01T09:30:00.123456Z","created_by":
"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","docker_run_variables":{},"engine_config":{"engine":{"resources":{"limits":{
"cpu":0.5,"memory":"900Mi"},"requests":{"cpu":0.5,"memory":"900Mi"}}},"engineAux":{"images":{}},"enginelb":{}},
"engine_url":"localhost:5555/engine:0.1.0","helm":{"chart":"localhost:5555/charts/house-price","reference":
"localhost:5555/charts/house-price@sha256:51f7e00845b36380bdf4a742e20a088f9ce7b33fbe9d98aa60fce484005c9e9c","version":
"0.0.1-c9b8a7d6-e5f4-4321-8fed-cba987654321"},"id":12,"pipeline_digest":
"sha256:51f7e00845b36380bdf4a742e20a088f9ce7b33fbe9d98aa60fce484005c9e9c","pipeline_id":4,"pipeline_name":
"house-price","pipeline_url":"localhost:5555/pipelines/house-price:c9b8a7d6-e5f4-4321-8fed-cba987654321",
"pipeline_version_id":9,"pipeline_version_name":"c9b8a7d6-e5f4-4321-8fed-cba987654321","progress":{"bytes_done":88569,
"bytes_sent":0,"bytes_total":88569,"percent":100,"phase":"done"},"replaced_by":[],"replaces":[{"id":11,
"pipeline_name":"house-price","pipeline_version_id":8}],"status":"Published","updated_at":
"2026-03-01T09:30:00.123456Z","user_images":[],"workspace_id":7}],"properties":{"created_at":{"description":
"Asked for. In UTC, with microseconds.","format":"date-time","type":"string"},"created_by":{"description":
"User who asked for it.","format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
"type":"string"},"docker_run_variables":{"additionalProperties":{"type":"string"},"description":
"`EDGE_BUNDLE` in the answer that added an edge; else empty.","type":"object"},"engine_config":{"$ref":
"#/components/schemas/EngineConfig"},"engine_url":{"description":"Image of the engine; the same for every pipeline.",
"type":"string"},"error":{"description":"What went wrong; only with status `Error`.","type":"string"},"helm":{
"additionalProperties":false,"properties":{"chart":{"description":"Without `oci://`.","type":"string"},"reference":{
"description":"By digest, once it is pushed.","type":"string"},"version":{"description":"`0.0.1-<version>`.","type":
"string"}},"required":["chart","version"],"type":"object"},"id":{"description":"The publish's id.","format":"int64",
"minimum":1,"type":"integer"},"image":{"additionalProperties":false,"description":
"The image with the same files, if one was asked for.","properties":{"reference":{"description":
"By digest, once it is pushed.","type":"string"},"url":{"description":"By tag.","type":"string"}},"required":["url"],
"type":"object"},"pipeline_digest":{"$ref":"#/components/schemas/Digest","description":
"Of the manifest, once it is pushed."},"pipeline_id":{"description":"Its pipeline.","format":"int64","minimum":1,
"type":"integer"},"pipeline_name":{"$ref":"#/components/schemas/ResourceName"},"pipeline_url":{"description":
"`registry/pipelines/name:version`.","type":"string"},"pipeline_version_id":{"description":"The version's number.",
"format":"int64","minimum":1,"type":"integer"},"pipeline_version_name":{"description":"The version's UUID.","format":
"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"progress":{
"additionalProperties":false,"properties":{"bytes_done":{"description":"Bytes that are in place.","format":"int64",
"minimum":0,"type":"integer"},"bytes_sent":{"description":"Bytes that had to be sent.","format":"int64","minimum":0,
"type":"integer"},"bytes_total":{"description":"Bytes of all models.","format":"int64","minimum":0,"type":"integer"},
"percent":{"maximum":100,"minimum":0,"type":"integer"},"phase":{"enum":["queued","models","documents","manifest",
"tag","image","chart","signatures","done"],"type":"string"}},"required":["bytes_done","bytes_sent","bytes_total",
"percent","phase"],"type":"object"},"replaced_by":{"description":
"Publishes that took its edges over, by id. It takes no new ones then.","items":{"$ref":
"#/components/schemas/PublishReference"},"type":"array"},"replaces":{"description":
"Publishes whose edges it takes over when it becomes `Published`, by id.","items":{"$ref":
"#/components/schemas/PublishReference"},"type":"array"},"status":{"enum":["PendingPublish","Publishing","Published",
"Error"],"type":"string"},"updated_at":{"description":"Last change. In UTC, with microseconds.","format":"date-time",
"type":"string"},"user_images":{"items":{"type":"string"},"type":"array"},"workspace_id":{"description":
"Its workspace.","format":"int64","minimum":1,"type":"integer"}},"required":["created_at","created_by",
"docker_run_variables","engine_config","engine_url","helm","id","pipeline_id","pipeline_name","pipeline_url",
"pipeline_version_id","pipeline_version_name","progress","replaced_by","replaces","status","updated_at","user_images",
"workspace_id"],"type":"object"},"PublishCreate":{"examples":[{"deployment_config":{"cpus":0.5,"memory":"900Mi"}}],
"properties":{"deployment_config":{"anyOf":[{"properties":{"cpus":{"exclusiveMinimum":0,"maximum":1024,"type":[
"number","null"]},"lb_cpus":{"exclusiveMinimum":0,"maximum":1024,"type":["number","null"]},"lb_memory":{"anyOf":[{
"$ref":"#/components/schemas/Memory"},{"type":"null"}]},"memory":{"anyOf":[{"$ref":"#/components/schemas/Memory"},{
"type":"null"}]}},"type":"object"},{"type":"null"}],"description":
"1 CPU and 512Mi unless told; without lb_ values the load balancer stays open."},"image":{"description":
"Whether to push a plain OCI image with the same files, too. False when it is absent.","type":["boolean","null"]},
"pipeline_version":{"description":"A version of this pipeline; the newest when absent.","format":"uuid","type":[
"string","null"]},"replaces":{"description":
"Publishes of the same workspace whose edges become this one's, as they are, when it is `Published`. None of them may still be on its way there.",
"items":{"format":"int64","minimum":1,"type":"integer"},"maxItems":100,"type":["array","null"],"uniqueItems":true}},
"type":"object"},"PublishPage":{"additionalProperties":false,"description":"One page of a list.","properties":{
"items":{"items":{"$ref":"#/components/schemas/Publish"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"PublishReference":{"additionalProperties":false,"description":"Another publish of the workspace.",
"examples":[{"id":11,"pipeline_name":"house-price","pipeline_version_id":8}],"properties":{"id":{"description":
"The publish's id.","format":"int64","minimum":1,"type":"integer"},"pipeline_name":{"$ref":
"#/components/schemas/ResourceName"},"pipeline_version_id":{"description":"The version's number.","format":"int64",
"minimum":1,"type":"integer"}},"required":["id","pipeline_name","pipeline_version_id"],"type":"object"},"Readiness":{
"additionalProperties":false,"properties":{"database":{"enum":["ok","unavailable"],"type":"string"},"registry":{
"enum":["ok","unavailable"],"type":"string"},"status":{"enum":["ok","unavailable"],"type":"string"}},"required":[
"database","registry","status"],"type":"object"},"RealmUser":{"additionalProperties":false,"examples":[{
"createdTimestamp":1772357400123,"email":"ada@example.com","enabled":true,"id":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b",
"username":"ada@example.com"}],"properties":{"createdTimestamp":{"description":"Milliseconds since 1970.","type":
"integer"},"email":{"$ref":"#/components/schemas/Email"},"enabled":{"type":"boolean"},"id":{"description":
"The user's id.","format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":
"string"},"username":{"description":"The e-mail address.","type":"string"}},"required":["createdTimestamp","email",
"enabled","id","username"],"type":"object"},"RealmUserUpdate":{"examples":[{"enabled":false}],"properties":{"enabled":
{"type":"boolean"}},"required":["enabled"],"type":"object"},"RegisteredArtifact":{"additionalProperties":false,
"examples":[{"file_name":"model.pkl","full_path":
"https://adb-1.azuredatabricks.net/api/2.0/dbfs/read?path=/databricks/mlflow-registry/9f168dabd6/models/wine/model.pkl",
"is_dir":false,"path":"model.pkl","size_bytes":546}],"properties":{"file_name":{"description":"The file's own name.",
"type":"string"},"full_path":{"description":"What an upload from the registry takes as `path`.","type":"string"},
"is_dir":{"description":"Whether it is a directory.","type":"boolean"},"modified_at":{"description":
"When the registry says it. In UTC, with microseconds.","format":"date-time","type":"string"},"path":{"description":
"From the version's directory.","type":"string"},"size_bytes":{"description":"Of a file, when the registry says it.",
"format":"int64","minimum":0,"type":"integer"}},"required":["file_name","full_path","is_dir","path"],"type":"object"},
"RegisteredArtifactList":{"additionalProperties":false,"properties":{"items":{"description":
"Of all directories, by path.","items":{"$ref":"#/components/schemas/RegisteredArtifact"},"type":"array"}},"required":
["items"],"type":"object"},"RegisteredModel":{"additionalProperties":false,"examples":[{"created_at":
"2026-03-01T09:30:00.123000Z","latest_version":2,"name":"wine","updated_at":"2026-03-02T09:30:00.123000Z","user":
"ada@example.com","version_count":2}],"properties":{"created_at":{"description":
"Added to the registry. In UTC, with microseconds.","format":"date-time","type":"string"},"description":{
"description":"Of the registry.","type":"string"},"latest_version":{"description":"The highest number of a version.",
"type":"integer"},"name":{"description":"Its name at the registry.","type":"string"},"updated_at":{"description":
"Last changed there. In UTC, with microseconds.","format":"date-time","type":"string"},"user":{"description":
"Who made it, in the registry's words.","type":"string"},"version_count":{"description":
"How many versions there are.","minimum":0,"type":"integer"}},"required":["created_at","name","updated_at",
"version_count"],"type":"object"},"RegisteredModelPage":{"additionalProperties":false,"description":
"One page of a list.","properties":{"items":{"items":{"$ref":"#/components/schemas/RegisteredModel"},"type":"array"},
"next_cursor":{"description":"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},
"required":["items"],"type":"object"},"RegisteredModelVersion":{"additionalProperties":false,"examples":[{
"created_at":"2026-03-02T09:30:00.123000Z","name":"wine","stage":"None","status":"READY","updated_at":
"2026-03-02T09:30:00.123000Z","version":2}],"properties":{"created_at":{"description":
"Added to the registry. In UTC, with microseconds.","format":"date-time","type":"string"},"description":{
"description":"Of the registry.","type":"string"},"name":{"description":"The model's name at the registry.","type":
"string"},"run_id":{"description":"The run that made it.","type":"string"},"run_link":{"description":
"Of the registry.","type":"string"},"source":{"description":"Where its artifacts came from, in the registry's words.",
"type":"string"},"stage":{"description":"Of the registry.","type":"string"},"status":{"description":
"Of the registry.","type":"string"},"updated_at":{"description":"Last changed there. In UTC, with microseconds.",
"format":"date-time","type":"string"},"user":{"description":"Who made it, in the registry's words.","type":"string"},
"version":{"description":"Higher is newer.","type":"integer"}},"required":["created_at","name","updated_at",
"version"],"type":"object"},"RegisteredModelVersionPage":{"additionalProperties":false,"description":
"One page of a list.","properties":{"items":{"items":{"$ref":"#/components/schemas/RegisteredModelVersion"},"type":
"array"},"next_cursor":{"description":"Give it as `cursor` to get the next page; absent on the last one.","type":
"string"}},"required":["items"],"type":"object"},"RegistryCredentials":{"additionalProperties":false,"description":
"The account of a workspace at the OCI registry; never with its password.","examples":[{"registry":
"harbor.example.com","set_at":"2026-03-01T09:30:00.123456Z","set_by":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b",
"username":"robot$fraud+drover","workspace_id":7}],"properties":{"registry":{"description":
"`host[:port]`: the instance's registry, which they were given for.","type":"string"},"set_at":{"description":
"In UTC, with microseconds.","format":"date-time","type":"string"},"set_by":{"description":"User who set them.",
"format":"uuid","pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},
"username":{"type":"string"},"workspace_id":{"description":"Their workspace.","format":"int64","minimum":1,"type":
"integer"}},"required":["registry","set_at","set_by","username","workspace_id"],"type":"object"},
"RegistryCredentialsSet":{"examples":[{"password":"…","username":"robot$fraud+drover"}],"properties":{"password":{
"description":"Password or token.","format":"password","maxLength":8192,"minLength":1,"type":"string","writeOnly":
true},"username":{"description":"Visible ASCII characters without a colon.","maxLength":255,"minLength":1,"pattern":
"^[!-9;-~]+$","type":"string"}},"required":["password","username"],"type":"object"},"RegistryUpload":{"examples":[{
"framework":"onnx","path":
"https://adb-1.azuredatabricks.net/api/2.0/dbfs/read?path=/databricks/mlflow-registry/9f168dabd6/models/wine/model.pkl",
"registry_id":3}],"properties":{"accel":{"description":"Hardware that speeds it up; `none` by default.","enum":[
"none","aio","cuda","jetson","openvino",null],"type":["string","null"]},"arch":{"description":
"The processor it is for; `x86` by default.","enum":["x86","arm",null],"type":["string","null"]},"framework":{
"description":"What made it.","enum":["onnx","tensorflow","python","keras","sklearn","pytorch","xgboost","custom",
"hugging-face-automatic-speech-recognition","hugging-face-feature-extraction","hugging-face-image-classification",
"hugging-face-image-segmentation","hugging-face-image-to-text","hugging-face-object-detection",
"hugging-face-question-answering","hugging-face-stable-diffusion-text-2-img","hugging-face-summarization",
"hugging-face-text-classification","hugging-face-translation","hugging-face-zero-shot-classification",
"hugging-face-zero-shot-image-classification","hugging-face-zero-shot-object-detection",
"hugging-face-sentiment-analysis","hugging-face-text-generation"],"type":"string"},"input_schema":{"description":
"Base64 of a serialized Arrow schema.","type":["string","null"]},"output_schema":{"description":
"Base64 of a serialized Arrow schema.","type":["string","null"]},"path":{"description":
"The `full_path` of the artifact.","type":"string"},"registered_model":{"description":
"Whose version the file is of; without it the registry's versions are looked through.","maxLength":500,"minLength":1,
"type":["string","null"]},"registered_version":{"description":"With `registered_model`: the version's number.",
"format":"int64","minimum":1,"type":["integer","null"]},"registry_id":{"description":"The model registry.","format":
"int64","minimum":1,"type":"integer"}},"required":["framework","path","registry_id"],"type":"object"},"ResourceName":{
"description":"Lower-case ASCII letters, digits and dashes, not beginning or ending with a dash.","maxLength":63,
"minLength":1,"pattern":"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$","type":"string"},"Resources":{"additionalProperties":false,
"properties":{"cpu":{"exclusiveMinimum":0,"maximum":1024,"type":"number"},"memory":{"type":"string"}},"required":[
"cpu","memory"],"type":"object"},"ServiceAccount":{"additionalProperties":false,"examples":[{"active":true,
"created_at":"2026-03-01T09:30:00.123456Z","created_by":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","email":
"ci@workspace-7.service.invalid","id":"7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70","name":"ci","workspace_id":7}],
"properties":{"active":{"type":"boolean"},"created_at":{"description":"Made. In UTC, with microseconds.","format":
"date-time","type":"string"},"created_by":{"description":"Who made it.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"email":{"$ref":
"#/components/schemas/Email"},"id":{"description":"The account's id, a user's.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"name":{"$ref":
"#/components/schemas/ResourceName"},"workspace_id":{"description":"Whose owners manage it.","format":"int64",
"minimum":1,"type":"integer"}},"required":["active","created_at","created_by","email","id","name","workspace_id"],
"type":"object"},"ServiceAccountCreate":{"examples":[{"name":"ci"}],"properties":{"name":{"$ref":
"#/components/schemas/ResourceName"}},"required":["name"],"type":"object"},"ServiceAccountPage":{
"additionalProperties":false,"description":"One page of a list.","properties":{"items":{"items":{"$ref":
"#/components/schemas/ServiceAccount"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"ServiceAccountUpdate":{"examples":[{"active":false}],"properties":{"active":{"type":"boolean"}},"required":
["active"],"type":"object"},"StepCreate":{"properties":{"model_inference":{"properties":{"models":{"items":{
"properties":{"version":{"description":"A ready model version of the pipeline's workspace.","format":"uuid","type":
"string"}},"required":["version"],"type":"object"},"maxItems":1,"minItems":1,"type":"array"}},"required":["models"],
"type":"object"}},"required":["model_inference"],"type":"object"},"Tag":{"additionalProperties":false,"examples":[{
"complete":true,"created_at":"2026-03-01T09:30:00.123456Z","created_by":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","id":1,
"models":[{"id":3,"name":"house-price","versions":["7a1e0c52-4b39-4f0e-9c1d-2f6b8d3a5e70"],"workspace_id":7}],
"pipelines":[{"id":4,"name":"houses","workspace_id":7}],"tag":"My Great Tag"}],"properties":{"complete":{
"description":"Whether `models` and `pipelines` show everything: of each at most 100 are shown.","type":"boolean"},
"created_at":{"description":"Made. In UTC, with microseconds.","format":"date-time","type":"string"},"created_by":{
"description":"User who made it.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"id":{"description":"The tag's id.",
"format":"int64","minimum":1,"type":"integer"},"models":{"description":
"Models of the caller's workspaces of which some versions have it; at most 100 versions in all.","items":{
"additionalProperties":false,"properties":{"id":{"description":"The model's id.","format":"int64","minimum":1,"type":
"integer"},"name":{"$ref":"#/components/schemas/ResourceName"},"versions":{"description":
"The versions with the tag, oldest first.","items":{"format":"uuid","type":"string"},"type":"array"},"workspace_id":{
"description":"Its workspace.","format":"int64","minimum":1,"type":"integer"}},"required":["id","name","versions",
"workspace_id"],"type":"object"},"type":"array"},"pipelines":{"description":
"Pipelines of the caller's workspaces that have it.","items":{"additionalProperties":false,"properties":{"id":{
"description":"The pipeline's id.","format":"int64","minimum":1,"type":"integer"},"name":{"$ref":
"#/components/schemas/ResourceName"},"workspace_id":{"description":"Its workspace.","format":"int64","minimum":1,
"type":"integer"}},"required":["id","name","workspace_id"],"type":"object"},"type":"array"},"tag":{"$ref":
"#/components/schemas/TagText"}},"required":["complete","created_at","created_by","id","models","pipelines","tag"],
"type":"object"},"TagCreate":{"examples":[{"tag":"My Great Tag"}],"properties":{"tag":{"$ref":
"#/components/schemas/TagText"}},"required":["tag"],"type":"object"},"TagLabel":{"additionalProperties":false,
"properties":{"id":{"description":"The tag's id.","format":"int64","minimum":1,"type":"integer"},"tag":{"$ref":
"#/components/schemas/TagText"}},"required":["id","tag"],"type":"object"},"TagLink":{"additionalProperties":false,
"description":"The tag and what it was put on or taken off.","properties":{"model_id":{"description":"The model.",
"format":"int64","minimum":1,"type":"integer"},"model_version_id":{"description":"The model version.","format":"uuid",
"type":"string"},"pipeline_id":{"description":"The pipeline.","format":"int64","minimum":1,"type":"integer"},"tag_id":
{"description":"The tag.","format":"int64","minimum":1,"type":"integer"}},"required":["tag_id"],"type":"object"},
"TagPage":{"additionalProperties":false,"description":"One page of a list.","properties":{"items":{"items":{"$ref":
"#/components/schemas/Tag"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"TagText":{"description":"Text without control characters, unique in the instance as it is written.",
"maxLength":100,"minLength":1,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f]*$","type":"string"},"Tensor":{
"additionalProperties":false,"properties":{"name":{"description":"Its name in the graph.","type":"string"},"shape":{
"description":"One entry a dimension: a number, the name of a symbolic one, or `?`.","items":{"type":"string"},"type":
"array"},"type":{"description":"ONNX element type in lower case, or the kind of value.","type":"string"}},"required":[
"name","shape","type"],"type":"object"},"TokenAccess":{"description":"`read` changes nothing and shows no secret.",
"enum":["read","write"],"type":"string"},"TokenError":{"additionalProperties":false,"description":
"Errors of the token endpoint and its neighbours have the form of RFC 6749, section 5.2.","properties":{"error":{
"enum":["invalid_request","invalid_client","invalid_grant","unauthorized_client","unsupported_grant_type",
"invalid_scope","authorization_pending","slow_down","access_denied","expired_token"],"type":"string"},
"error_description":{"type":"string"}},"required":["error","error_description"],"type":"object"},"TokenQuestion":{
"properties":{"client_id":{"description":"Not looked at: the access token of the request says who asks.","type":
"string"},"token":{"type":"string"},"token_type_hint":{"type":"string"}},"required":["token"],"type":"object"},
"TokenRequest":{"examples":[{"client_id":"sdk-client","grant_type":"password","password":"correct horse battery",
"username":"grace@example.com"}],"oneOf":[{"properties":{"client_id":{"enum":["sdk-client"],"type":"string"},
"grant_type":{"const":"password","type":"string"},"password":{"format":"password","type":"string"},"scope":{
"description":"Any of `openid profile email offline_access`, separated by spaces.","type":"string"},"username":{
"description":"The e-mail address.","type":"string"}},"required":["client_id","grant_type","password","username"],
"type":"object"},{"properties":{"client_id":{"enum":["sdk-client"],"type":"string"},"grant_type":{"const":
"refresh_token","type":"string"},"refresh_token":{"description":
"Each works once; an offline token (scope `offline_access`) any number of times.","type":"string"},"scope":{
"description":"Any of `openid profile email offline_access`, separated by spaces.","type":"string"}},"required":[
"client_id","grant_type","refresh_token"],"type":"object"},{"properties":{"client_id":{"enum":["sdk-client"],"type":
"string"},"device_code":{"type":"string"},"grant_type":{"const":"urn:ietf:params:oauth:grant-type:device_code","type":
"string"}},"required":["client_id","grant_type","device_code"],"type":"object"},{"properties":{"client_id":{"enum":[
"sdk-client"],"type":"string"},"code":{"type":"string"},"code_verifier":{"type":"string"},"grant_type":{"const":
"authorization_code","type":"string"},"redirect_uri":{"type":"string"}},"required":["client_id","grant_type","code",
"redirect_uri","code_verifier"],"type":"object"}]},"TokenResponse":{"additionalProperties":false,"properties":{
"access_token":{"description":"A JWT signed with ES256.","type":"string"},"expires_in":{"minimum":1,"type":"integer"},
"id_token":{"description":"For codes of devices and of the authorization endpoint, when the scope has `openid`.",
"type":"string"},"refresh_expires_in":{"minimum":1,"type":"integer"},"refresh_token":{"type":"string"},"scope":{
"type":"string"},"session_state":{"description":"The session, `sid` of the access token.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"token_type":{"enum":["Bearer"],
"type":"string"}},"required":["access_token","expires_in","refresh_expires_in","refresh_token","scope",
"session_state","token_type"],"type":"object"},"TokenRevocation":{"properties":{"client_id":{"enum":["sdk-client"],
"type":"string"},"token":{"type":"string"},"token_type_hint":{"type":"string"}},"required":["token","client_id"],
"type":"object"},"User":{"additionalProperties":false,"examples":[{"active":true,"created_at":
"2026-03-01T09:30:00.123456Z","email":"ada@example.com","id":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","is_admin":false,
"kind":"person","name":"Ada","updated_at":"2026-03-01T09:30:00.123456Z","username":"ada@example.com"}],"properties":{
"active":{"type":"boolean"},"created_at":{"description":"Made. In UTC, with microseconds.","format":"date-time",
"type":"string"},"email":{"$ref":"#/components/schemas/Email"},"id":{"description":"The user's id.","format":"uuid",
"pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"is_admin":{"description":
"May make users; a member of nothing by that.","type":"boolean"},"kind":{"description":
"`service` for a service account, which never signs in.","enum":["person","service"],"type":"string"},"name":{"$ref":
"#/components/schemas/DisplayText"},"updated_at":{"description":"Last changed. In UTC, with microseconds.","format":
"date-time","type":"string"},"username":{"description":"The e-mail address.","type":"string"}},"required":["active",
"created_at","email","id","is_admin","kind","name","updated_at","username"],"type":"object"},"UserCreate":{"examples":
[{"email":"ada@example.com","name":"Ada","password":"correct horse battery"}],"properties":{"email":{"$ref":
"#/components/schemas/Email"},"is_admin":{"default":false,"type":["boolean","null"]},"name":{"anyOf":[{"$ref":
"#/components/schemas/DisplayText"},{"type":"null"}],"description":"The e-mail address when absent."},"password":{
"description":"At most 512 bytes of UTF-8. Without one the answer has an invitation.","maxLength":128,"minLength":8,
"pattern":"^[^\\u0000]*$","type":["string","null"]}},"required":["email"],"type":"object"},"UserCreated":{
"additionalProperties":false,"examples":[{"active":true,"created_at":"2026-03-01T09:30:00.123456Z","email":
"ada@example.com","id":"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","invitation":{"expires_at":
"2026-03-08T09:30:00.123456Z","token":"drl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","url":
"https://drover.example.com/invitation?token=drl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},"is_admin":false,
"kind":"person","name":"Ada","updated_at":"2026-03-01T09:30:00.123456Z","username":"ada@example.com"}],"properties":{
"active":{"type":"boolean"},"created_at":{"description":"Made. In UTC, with microseconds.","format":"date-time",
"type":"string"},"email":{"$ref":"#/components/schemas/Email"},"id":{"description":"The user's id.","format":"uuid",
"pattern":"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"invitation":{"$ref":
"#/components/schemas/AccountLink"},"is_admin":{"description":"May make users; a member of nothing by that.","type":
"boolean"},"kind":{"description":"`service` for a service account, which never signs in.","enum":["person","service"],
"type":"string"},"name":{"$ref":"#/components/schemas/DisplayText"},"updated_at":{"description":
"Last changed. In UTC, with microseconds.","format":"date-time","type":"string"},"username":{"description":
"The e-mail address.","type":"string"}},"required":["active","created_at","email","id","is_admin","kind","name",
"updated_at","username"],"type":"object"},"UserInfo":{"additionalProperties":false,"properties":{"email":{"type":
"string"},"name":{"type":"string"},"preferred_username":{"type":"string"},"sub":{"format":"uuid","type":"string"}},
"required":["sub"],"type":"object"},"UserPage":{"additionalProperties":false,"description":"One page of a list.",
"properties":{"items":{"items":{"$ref":"#/components/schemas/User"},"type":"array"},"next_cursor":{"description":
"Give it as `cursor` to get the next page; absent on the last one.","type":"string"}},"required":["items"],"type":
"object"},"UserUpdate":{"examples":[{"active":false},{"name":"Ada Lovelace"}],"properties":{"active":{"type":[
"boolean","null"]},"is_admin":{"type":["boolean","null"]},"name":{"anyOf":[{"$ref":
"#/components/schemas/DisplayText"},{"type":"null"}]}},"type":"object"},"Workspace":{"additionalProperties":false,
"examples":[{"archived":false,"created_at":"2026-03-01T09:30:00.123456Z","created_by":
"0f3c2b1a-9d8e-4f70-8a6b-5c4d3e2f1a0b","id":7,"model_count":1,"name":"shop","pipeline_count":1,"role":"owner",
"updated_at":"2026-03-01T09:30:00.123456Z","user_count":1,"users":["ada@example.com"]}],"properties":{"archived":{
"description":"Takes no new work.","type":"boolean"},"created_at":{"description":"Made. In UTC, with microseconds.",
"format":"date-time","type":"string"},"created_by":{"description":"User who made it.","format":"uuid","pattern":
"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$","type":"string"},"id":{"description":
"The workspace's id.","format":"int64","minimum":1,"type":"integer"},"model_count":{"description":"Models.","format":
"int64","minimum":0,"type":"integer"},"name":{"description":
"As given, or `<email> - Default Workspace` for a user's own first one.","type":"string"},"pipeline_count":{
"description":"Pipelines.","format":"int64","minimum":0,"type":"integer"},"role":{"$ref":
"#/components/schemas/WorkspaceRole","description":"The caller's role."},"updated_at":{"description":
"Last changed. In UTC, with microseconds.","format":"date-time","type":"string"},"user_count":{"description":
"How many members it has.","format":"int64","minimum":0,"type":"integer"},"users":{"description":
"E-mail addresses of its members, in the order in which they came; at most 100.","items":{"$ref":
"#/components/schemas/Email"},"maxItems":100,"type":"array"}},"required":["archived","created_at","created_by","id",
"model_count","name","pipeline_count","role","updated_at","user_count","users"],"type":"object"},"WorkspaceCreate":{
"examples":[{"name":"shop"}],"properties":{"name":{"$ref":"#/components/schemas/WorkspaceName"}},"required":["name"],
"type":"object"},"WorkspaceName":{"description":
"ASCII letters, digits and dashes, not beginning or ending with a dash. Names may repeat.","maxLength":63,"minLength":
1,"pattern":"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$","type":"string"},"WorkspacePage":{"additionalProperties":false,
"description":"One page of a list.","properties":{"items":{"items":{"$ref":"#/components/schemas/Workspace"},"type":
"array"},"next_cursor":{"description":"Give it as `cursor` to get the next page; absent on the last one.","type":
"string"}},"required":["items"],"type":"object"},"WorkspaceQuota":{"additionalProperties":false,"description":
"How many bytes of model files a workspace may hold, and holds.","examples":[{"is_default":false,"quota_bytes":
1073741824,"used_bytes":62412,"workspace_id":1}],"properties":{"is_default":{"description":
"Whether the instance's default counts, because no administrator set one.","type":"boolean"},"quota_bytes":{
"description":"Absent when any number of bytes is allowed.","format":"int64","minimum":1,"type":"integer"},
"used_bytes":{"description":"Model files and what conversions made of them, each file once.","format":"int64",
"minimum":0,"type":"integer"},"workspace_id":{"format":"int64","type":"integer"}},"required":["workspace_id",
"used_bytes","is_default"],"type":"object"},"WorkspaceQuotaUpdate":{"examples":[{"quota_bytes":1073741824}],
"properties":{"quota_bytes":{"description":"0 for any number of bytes, null for the instance's default.","format":
"int64","minimum":0,"type":["integer","null"]}},"required":["quota_bytes"],"type":"object"},"WorkspaceRole":{"enum":[
"owner","collaborator"],"type":"string"},"WorkspaceUpdate":{"description":"What is absent or null stays as it is.",
"examples":[{"archived":true}],"properties":{"archived":{"type":["boolean","null"]},"name":{"anyOf":[{"$ref":
"#/components/schemas/WorkspaceName"},{"type":"null"}]}},"type":"object"}},"securitySchemes":{"bearer":{"description":
"An access token of the token endpoint, or a token of a person or service account (`drp_…`).","scheme":"bearer",
"type":"http"},"edgeCertificate":{"description":"The X.509-SVID that attestation gave.","type":"mutualTLS"}}},"info":{
"description":
"A self-hosted, multi-tenant control plane for ML models. Every refusal is `application/problem+json` with a stable `code`; a known path under another method is a 405 with `Allow`. Absent optional fields are left out, never null.",
"license":{"identifier":"Apache-2.0","name":"Apache-2.0"},"title":"Drover","version":"1"},"openapi":"3.1.0","paths":{
"/account":{"get":{"description":
"Active sessions and personal access tokens, each with a button that ends it, and a form that makes a token.",
"operationId":"account_page","responses":{"200":{"$ref":"#/components/responses/Page"},"303":{"$ref":
"#/components/responses/PageRedirect"},"400":{"$ref":"#/components/responses/PageMalformed"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"Who is signed in, and where","tags":["Pages"]}},"/account/identities/{identity_id}/remove":{"post":{"description":
"Only one's own. Ends all sessions, this one too.","operationId":"remove_identity_page","parameters":[{"$ref":
"#/components/parameters/identity_id"}],"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{
"properties":{"form_token":{"type":"string"}},"required":["form_token"],"type":"object"}}},"required":true},
"responses":{"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":
"#/components/responses/PageMalformed"},"403":{"$ref":"#/components/responses/PageForbidden"},"404":{"$ref":
"#/components/responses/PageNotFound"},"409":{"content":{"text/html":{"schema":{"type":"string"}}},"description":
"Who has no password can't remove their own.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"413":{"$ref":"#/components/responses/PageTooLarge"},"415":{"$ref":
"#/components/responses/PageUnsupported"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/PageUnavailable"}},"security":[],"summary":"Remove a link to another sign-in provider","tags":
["Pages"]}},"/account/sign-ins/{sign_in_id}/end":{"post":{"description":
"Only one's own; what was made from it ends as well.","operationId":"end_sign_in","parameters":[{"description":
"The sign-in.","in":"path","name":"sign_in_id","required":true,"schema":{"format":"uuid","type":"string"}}],
"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"properties":{"form_token":{"type":
"string"}},"required":["form_token"],"type":"object"}}},"required":true},"responses":{"303":{"$ref":
"#/components/responses/PageRedirect"},"400":{"$ref":"#/components/responses/PageMalformed"},"403":{"$ref":
"#/components/responses/PageForbidden"},"404":{"$ref":"#/components/responses/PageNotFound"},"413":{"$ref":
"#/components/responses/PageTooLarge"},"415":{"$ref":"#/components/responses/PageUnsupported"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"End a sign-in","tags":["Pages"]}},"/account/tokens":{"post":{"description":"The answer shows the secret, once.",
"operationId":"create_token_page","requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{
"properties":{"access":{"enum":["read","write"],"type":"string"},"days":{"description":
"Until it expires; empty for never.","type":"string"},"form_token":{"type":"string"},"name":{"type":"string"},
"workspace":{"description":"Empty for all.","type":"string"}},"required":["access","form_token","name"],"type":
"object"}}},"required":true},"responses":{"200":{"$ref":"#/components/responses/Page"},"303":{"$ref":
"#/components/responses/PageRedirect"},"400":{"$ref":"#/components/responses/PageMalformed"},"403":{"$ref":
"#/components/responses/PageForbidden"},"404":{"$ref":"#/components/responses/PageNotFound"},"413":{"$ref":
"#/components/responses/PageTooLarge"},"415":{"$ref":"#/components/responses/PageUnsupported"},"422":{"content":{
"text/html":{"schema":{"type":"string"}}},"description":"A field breaks a rule.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/PageUnavailable"}},"security":[],"summary":"Make a personal access token","tags":["Pages"]}},
"/account/tokens/{token_id}/revoke":{"post":{"description":"Only one's own.","operationId":"revoke_token_page",
"parameters":[{"$ref":"#/components/parameters/token_id"}],"requestBody":{"content":{
"application/x-www-form-urlencoded":{"schema":{"properties":{"form_token":{"type":"string"}},"required":[
"form_token"],"type":"object"}}},"required":true},"responses":{"303":{"$ref":"#/components/responses/PageRedirect"},
"400":{"$ref":"#/components/responses/PageMalformed"},"403":{"$ref":"#/components/responses/PageForbidden"},"404":{
"$ref":"#/components/responses/PageNotFound"},"413":{"$ref":"#/components/responses/PageTooLarge"},"415":{"$ref":
"#/components/responses/PageUnsupported"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/PageUnavailable"}},"security":[],"summary":"Revoke a personal access token","tags":[
"Pages"]}},"/api/v1/audit-events":{"get":{"operationId":"listAuditEvents","parameters":[{"$ref":
"#/components/parameters/limit"},{"$ref":"#/components/parameters/cursor"},{"description":"Only this action.","in":
"query","name":"action","schema":{"enum":["workspace.create","workspace.quota","workspace.update","member.set",
"member.remove","model_version.create","model_version.delete","model_config.update","pipeline.create",
"pipeline_version.create","publish.create","publish.delete","edge.create","edge.remove","edge.attest","edge.move",
"user.create","user.update","password.change","password.reset","password.accept","user.provision","identity.link",
"identity.unlink","admin.grant","admin.revoke","connection.create","connection.delete","connection.attach",
"connection.detach","connection.reveal","model_registry.create","model_registry.delete","model_registry.attach",
"model_registry.detach","model_registry.token","registry_credentials.set","registry_credentials.delete","tag.create",
"tag.delete","tag.add","tag.remove","sign_in.create","sign_in.end","sign_in.refuse","signing_key.create",
"signing_key.retire","secret_key.rotate","audit.purge","token.create","token.revoke","service_account.create",
"service_account.update","request.refuse"],"type":"string"}},{"description":"Only what this user or edge did.","in":
"query","name":"actor_id","schema":{"format":"uuid","type":"string"}},{"description":
"Only what was done, or what was refused.","in":"query","name":"outcome","schema":{"enum":["done","refused"],"type":
"string"}},{"description":"Only this resource.","in":"query","name":"resource_id","schema":{"maxLength":300,
"minLength":1,"type":"string"}},{"description":"Only this kind of resource.","in":"query","name":"resource_kind",
"schema":{"maxLength":100,"minLength":1,"type":"string"}},{"description":"Not before this time.","in":"query","name":
"since","schema":{"format":"date-time","type":"string"}},{"description":"Before this time.","in":"query","name":
"until","schema":{"format":"date-time","type":"string"}},{"description":"Only this workspace.","in":"query","name":
"workspace_id","schema":{"minimum":1,"type":"integer"}}],"responses":{"200":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/AuditEventPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"The audit, newest first; for administrators","tags":["Audit"]}},
"/api/v1/connections":{"get":{"operationId":"listConnections","parameters":[{"$ref":"#/components/parameters/limit"},{
"$ref":"#/components/parameters/cursor"},{"description":"Only the connection of this name: a list of one or none.",
"in":"query","name":"name","schema":{"$ref":"#/components/schemas/DisplayText"}}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionPage"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"All connections of the instance, without details, in order of creation","tags":["Connections"]},"post":{
"description":"Its details are sealed and shown by the details call only.","operationId":"createConnection",
"parameters":[{"$ref":"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/ConnectionCreate"}}},"required":true},"responses":{"201":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/Connection"}}},"description":"Made.","headers":{
"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":
"#/components/headers/Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["name_taken","idempotency_key_reused",
"request_in_progress"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `name_taken`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Make a connection","tags":["Connections"]}},
"/api/v1/connections/{connection_id}":{"delete":{"description":"Its creator and administrators only.","operationId":
"deleteConnection","parameters":[{"$ref":"#/components/parameters/connection_id"}],"responses":{"204":{"description":
"Deleted.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["connection_attached"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `connection_attached`.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Delete a connection that no workspace holds","tags":[
"Connections"]},"get":{"operationId":"getConnection","parameters":[{"$ref":"#/components/parameters/connection_id"}],
"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Connection"}}},
"description":"Done.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"A connection, without details","tags":["Connections"]}},"/api/v1/connections/{connection_id}/details":{"get":{
"description":"Its creator, and members of a workspace that holds it.","operationId":"getConnectionDetails",
"parameters":[{"$ref":"#/components/parameters/connection_id"}],"responses":{"200":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/ConnectionDetails"}}},"description":"The object that was stored.","headers":{
"Cache-Control":{"description":"`no-store`.","required":true,"schema":{"enum":["no-store"],"type":"string"}},
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"The details in clear, as they were given","tags":["Connections"]}},"/api/v1/edge/attest":{"post":{"description":
"On the edge port, without a client certificate. The request is checked before the token is touched; the same key may ask again for ten minutes.",
"operationId":"attestEdge","requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/AttestRequest"}}},"required":true},"responses":{"200":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/AttestResponse"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"unauthenticated"]}},"type":"object"}]}}},"description":
"The join token does not work; nothing says why. Code `unauthenticated`.","headers":{"WWW-Authenticate":{"$ref":
"#/components/headers/WWW-Authenticate"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"422":{"$ref":"#/components/responses/Invalid"},"429":{"$ref":
"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"security":[],"summary":"Turn a join token into an identity","tags":[
"Edge port"]},"servers":[{"description":"The edge port (TLS 1.3).","url":"https://{edge_host}","variables":{
"edge_host":{"default":"localhost:8443","description":"`OPSCENTER_HOST` of the bundle."}}}]},"/api/v1/edge/logs":{
"post":{"description":
"On the edge port, with the edge's certificate (mTLS). Each record is stored exactly once, in the order of its stream.",
"operationId":"shipLogs","parameters":[{"description":"A stream begins anew when the edge's log on disk was lost.",
"in":"header","name":"X-Stream-Epoch","required":true,"schema":{"format":"uuid","type":"string"}},{"description":
"Sequence number of the first record; streams begin at 1.","in":"header","name":"X-First-Seq","required":true,
"schema":{"format":"int64","minimum":1,"type":"integer"}},{"description":
"Records in the body, or the length of a gap.","in":"header","name":"X-Count","required":true,"schema":{"format":
"int64","minimum":1,"type":"integer"}},{"description":"SHA-256 of the body as it is sent (RFC 9530).","in":"header",
"name":"Content-Digest","required":true,"schema":{"pattern":"^sha-256=:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=:$","type":
"string"}},{"description":"How the body is packed.","in":"header","name":"Content-Encoding","schema":{"enum":["gzip",
"identity"],"type":"string"}}],"requestBody":{"content":{"application/x-ndjson":{"schema":{"type":"string"}}},
"description":
"NDJSON, one record a line, gzip with `Content-Encoding: gzip`; at most 4 MiB as sent, 64 MiB unpacked, 10000 records.",
"required":true},"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/LogAck"}}},
"description":"Stored for good.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{
"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{
"code":{"enum":["malformed"]}},"type":"object"}]}}},"description":"Not one whole gzip stream. Code `malformed`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"content":{"application/problem+json":
{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":["unauthenticated"]}},
"type":"object"}]}}},"description":"No client certificate of this trust domain. Code `unauthenticated`.","headers":{
"WWW-Authenticate":{"$ref":"#/components/headers/WWW-Authenticate"},"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"403":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["forbidden"]}},"type":"object"}]}}},"description":
"The edge was removed, superseded or silent too long. Code `forbidden`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["log_gap"]}},"type":"object"}]}}},"description":
"A gap in the sequence; `ack` says where the stream stands. Code `log_gap`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"413":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["too_large"]}},"type":"object"}]}}},"description":
"Over a limit. Code `too_large`.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"415":{
"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{
"code":{"enum":["unsupported_media_type"]}},"type":"object"}]}}},"description":
"Not NDJSON, or another encoding. Code `unsupported_media_type`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"422":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["invalid"]}},"type":"object"}]}}},"description":
"A header or record breaks a rule; `record` is the sequence number of the record at fault. Code `invalid`.","headers":
{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"429":{"$ref":"#/components/responses/TooMany"},"500":{
"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"security":[{
"edgeCertificate":[]}],"summary":"Ship a batch of inference records","tags":["Edge port"]},"servers":[{"description":
"The edge port (TLS 1.3).","url":"https://{edge_host}","variables":{"edge_host":{"default":"localhost:8443",
"description":"`OPSCENTER_HOST` of the bundle."}}}]},"/api/v1/edges/{edge_id}":{"get":{"operationId":"getEdge",
"parameters":[{"$ref":"#/components/parameters/edge_id"}],"responses":{"200":{"content":{"application/json":{"schema":
{"$ref":"#/components/schemas/Edge"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":
"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One edge","tags":["Edges"]}},"/api/v1/invitations/accept":{"post":{
"description":"For whoever has the token of an invitation or of a password reset. It works once.","operationId":
"acceptInvitation","requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/InvitationAccept"}}},"required":true},"responses":{"200":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/User"}}},"description":"The user, who can sign in now.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"security":[],"summary":
"Set a password with a one-time token","tags":["Users"]}},"/api/v1/me":{"get":{"operationId":"getMe","responses":{
"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/User"}}},"description":"Done.","headers":
{"ETag":{"$ref":"#/components/headers/ETag"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{
"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":"Who am I?","tags":[
"Users"]}},"/api/v1/me/password":{"post":{"description":
"Ends all sessions, also the one that this is called with: sign in again. Wrong current passwords make you wait, as at sign-in; the answer is the same.",
"operationId":"changePassword","parameters":[{"$ref":"#/components/parameters/idempotency_key"}],"requestBody":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/PasswordChange"}}},"required":true},"responses":
{"204":{"description":"Changed.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{
"$ref":"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"external_account","idempotency_key_reused","request_in_progress"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `external_account`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Change the own password","tags":["Users"]}},"/api/v1/me/tokens":{
"get":{"description":
"Those that were not revoked, without their secrets. Only who signed in may: tokens make, show and end no tokens.",
"operationId":"listMeTokens","parameters":[{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ApiTokenPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Tokens, one's own, newest first","tags":["Tokens"]},"post":{
"description":
"The answer has the secret, and no other does: it is not kept for a retry with the same `Idempotency-Key`, which is refused with `request_in_progress`. Takes a sign-in here: neither a token nor an access token of another provider makes one. An account may have 200 that work.",
"operationId":"createMeToken","parameters":[{"$ref":"#/components/parameters/idempotency_key"}],"requestBody":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ApiTokenCreate"}}},"required":true},"responses":
{"201":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ApiTokenCreated"}}},"description":
"Made.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["idempotency_key_reused","request_in_progress",
"limit_reached"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `idempotency_key_reused`, `request_in_progress`, `limit_reached`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Make a token, one's own","tags":["Tokens"]}},
"/api/v1/me/tokens/{token_id}":{"delete":{"description":
"It is refused from now on, on every replica. Only who signed in may: tokens make, show and end no tokens.",
"operationId":"revokeMeToken","parameters":[{"$ref":"#/components/parameters/token_id"}],"responses":{"204":{
"description":"Revoked.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Revoke a token, one's own","tags":["Tokens"]}},
"/api/v1/model-registries":{"get":{"description":"Administrators see all of the instance.","operationId":
"listModelRegistries","parameters":[{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ModelRegistryPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"The model registries that the caller may use, in order of creation","tags":["Model registries"]},"post":{
"description":
"Nothing is asked of it yet. Its token is sealed and never shown. With a workspace, of which the caller must be an owner, it is attached at once.",
"operationId":"createModelRegistry","parameters":[{"$ref":"#/components/parameters/idempotency_key"}],"requestBody":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelRegistryCreate"}}},"required":true},
"responses":{"201":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelRegistry"}}},
"description":"Made.","headers":{"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},
"Location":{"$ref":"#/components/headers/Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{
"$ref":"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"workspace_archived","idempotency_key_reused","request_in_progress"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `workspace_archived`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Connect a model registry","tags":["Model registries"]}},
"/api/v1/model-registries/{registry_id}":{"delete":{"description":"Its creator and administrators only.",
"operationId":"deleteModelRegistry","parameters":[{"$ref":"#/components/parameters/registry_id"}],"responses":{"204":{
"description":"Deleted, with its token.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{
"$ref":"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["registry_attached"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `registry_attached`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Forget a model registry that no workspace holds","tags":[
"Model registries"]},"get":{"description":"Its creator, members of a workspace that holds it, and administrators.",
"operationId":"getModelRegistry","parameters":[{"$ref":"#/components/parameters/registry_id"}],"responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelRegistry"}}},"description":"Done.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"A model registry, without its token","tags":["Model registries"]}},
"/api/v1/model-registries/{registry_id}/artifacts":{"get":{"description":
"Its creator, and members of a workspace that holds it.","operationId":"listRegisteredArtifacts","parameters":[{
"$ref":"#/components/parameters/registry_id"},{"description":"The model's name at the registry.","in":"query","name":
"name","required":true,"schema":{"maxLength":500,"minLength":1,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
"type":"string"}},{"description":"The version's number.","in":"query","name":"version","required":true,"schema":{
"format":"int64","maximum":9223372036854775807,"minimum":1,"type":"integer"}}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/RegisteredArtifactList"}}},"description":"Done.","headers":
{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},
"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{
"$ref":"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["artifacts_not_served"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `artifacts_not_served`.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/BadGateway"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"The files and directories of a version of a model of a registry",
"tags":["Model registries"]}},"/api/v1/model-registries/{registry_id}/model-versions":{"get":{"description":
"Its creator, and members of a workspace that holds it.","operationId":"listRegisteredModelVersions","parameters":[{
"$ref":"#/components/parameters/registry_id"},{"description":"The model's name at the registry.","in":"query","name":
"name","required":true,"schema":{"maxLength":500,"minLength":1,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
"type":"string"}},{"$ref":"#/components/parameters/limit"},{"$ref":"#/components/parameters/cursor"}],"responses":{
"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/RegisteredModelVersionPage"}}},
"description":"Done.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":
"#/components/responses/BadGateway"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"The versions of a model of a registry, newest first","tags":["Model registries"]}},
"/api/v1/model-registries/{registry_id}/models":{"get":{"description":
"Its creator, and members of a workspace that holds it. A page has at most 100 models.","operationId":
"listRegisteredModels","parameters":[{"$ref":"#/components/parameters/registry_id"},{"$ref":
"#/components/parameters/limit"},{"$ref":"#/components/parameters/cursor"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/RegisteredModelPage"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/BadGateway"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"The models of a registry, the most recently added one last","tags":[
"Model registries"]}},"/api/v1/model-registries/{registry_id}/token":{"put":{"description":
"Its creator; administrators may take it away, but not set one.","operationId":"setModelRegistryToken","parameters":[{
"$ref":"#/components/parameters/registry_id"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ModelRegistryToken"}}},"required":true},"responses":{"200":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/ModelRegistry"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Replace the token, or take it away","tags":["Model registries"]}},"/api/v1/model-versions":{"get":{"operationId":
"listAllModelVersions","parameters":[{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"},{"$ref":"#/components/parameters/tag_term"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/ModelVersionPage"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Model versions of all the caller's workspaces, newest first","tags":["Models"]}},
"/api/v1/model-versions/{version_id}":{"delete":{"description":
"Owners only, also in an archived workspace. The model stays, also without versions. Refused while a pipeline version uses it or its conversion runs. What the registry holds of it is taken out soon afterwards.",
"operationId":"deleteModelVersion","parameters":[{"$ref":"#/components/parameters/version_id"}],"responses":{"204":{
"description":"Deleted.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["model_version_in_use"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `model_version_in_use`.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Delete a model version","tags":["Models"]},"get":{"operationId":
"getModelVersion","parameters":[{"$ref":"#/components/parameters/version_id"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/ModelVersion"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One model version","tags":["Models"]}},
"/api/v1/model-versions/{version_id}/config":{"get":{"operationId":"getModelConfig","parameters":[{"$ref":
"#/components/parameters/version_id"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ModelConfig"}}},"description":"Done.","headers":{"ETag":{"$ref":"#/components/headers/ETag"},
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"How a model version is run","tags":["Models"]},"put":{"description":
"Replaces the configuration.","operationId":"setModelConfig","parameters":[{"$ref":
"#/components/parameters/version_id"},{"$ref":"#/components/parameters/if_match"}],"requestBody":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/ModelConfigRequest"}}},"required":true},"responses":{"200":
{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelConfig"}}},"description":"Changed.",
"headers":{"ETag":{"$ref":"#/components/headers/ETag"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{
"$ref":"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"workspace_archived"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `workspace_archived`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"412":{"$ref":"#/components/responses/Stale"},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"428":{"$ref":"#/components/responses/PreconditionRequired"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Configure a model version","tags":["Models"]}},"/api/v1/model-versions/{version_id}/conversion":{"get":{
"operationId":"getConversion","parameters":[{"$ref":"#/components/parameters/version_id"}],"responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Conversion"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"How a model version became runnable, or is becoming it","tags":[
"Models"]}},"/api/v1/model-versions/{version_id}/tags/{tag_id}":{"delete":{"operationId":"removeTagFromModelVersion",
"parameters":[{"$ref":"#/components/parameters/version_id"},{"$ref":"#/components/parameters/tag_id"}],"responses":{
"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/TagLink"}}},"description":
"It has the tag no longer, if it had it before.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Take a tag off a model version","tags":["Tags"]},"put":{"operationId":"addTagToModelVersion","parameters":[{"$ref":
"#/components/parameters/version_id"},{"$ref":"#/components/parameters/tag_id"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/TagLink"}}},"description":
"It has the tag, if it had not before.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{
"$ref":"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["workspace_archived"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `workspace_archived`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Put a tag on a model version","tags":["Tags"]}},
"/api/v1/models/{model_id}":{"get":{"operationId":"getModel","parameters":[{"$ref":
"#/components/parameters/model_id"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/Model"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":
"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One model","tags":["Models"]}},
"/api/v1/models/{model_id}/tags/{tag_id}":{"delete":{"description":
"The answer names the version. Others keep the tags that they have.","operationId":"removeTagFromModel","parameters":
[{"$ref":"#/components/parameters/model_id"},{"$ref":"#/components/parameters/tag_id"}],"responses":{"200":{"content":
{"application/json":{"schema":{"$ref":"#/components/schemas/TagLink"}}},"description":
"It has the tag no longer, if it had it before.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Take a tag off the newest version of a model","tags":["Tags"]},"put":{"description":
"The answer names the version. Others keep the tags that they have.","operationId":"addTagToModel","parameters":[{
"$ref":"#/components/parameters/model_id"},{"$ref":"#/components/parameters/tag_id"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/TagLink"}}},"description":
"It has the tag, if it had not before.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{
"$ref":"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["workspace_archived"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `workspace_archived`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Put a tag on the newest version of a model","tags":["Tags"]}},
"/api/v1/models/{model_id}/versions":{"get":{"operationId":"listModelVersions","parameters":[{"$ref":
"#/components/parameters/model_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ModelVersionPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Versions of a model, newest first","tags":["Models"]}},
"/api/v1/openapi.json":{"get":{"operationId":"openapi","responses":{"200":{"content":{"application/json":{"schema":{
"type":"object"}}},"description":"OpenAPI 3.1.","headers":{"Cache-Control":{"$ref":
"#/components/headers/Cache-Control"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}}},"security":[],
"summary":"This document","tags":["Operations"]}},"/api/v1/pipeline-versions/{version_id}":{"get":{"operationId":
"getPipelineVersion","parameters":[{"$ref":"#/components/parameters/version_id"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/PipelineVersion"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One pipeline version","tags":["Pipelines"]}},"/api/v1/pipelines":{
"get":{"operationId":"listPipelines","parameters":[{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"},{"$ref":"#/components/parameters/tag_term"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/PipelinePage"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Pipelines of all the caller's workspaces, newest first","tags":["Pipelines"]}},"/api/v1/pipelines/{pipeline_id}":{
"get":{"operationId":"getPipeline","parameters":[{"$ref":"#/components/parameters/pipeline_id"}],"responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Pipeline"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One pipeline","tags":["Pipelines"]}},
"/api/v1/pipelines/{pipeline_id}/edges":{"get":{"operationId":"listPipelineEdges","parameters":[{"$ref":
"#/components/parameters/pipeline_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/EdgePage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Edges of all publishes of a pipeline","tags":["Edges"]}},
"/api/v1/pipelines/{pipeline_id}/logs":{"get":{"operationId":"readLogs","parameters":[{"$ref":
"#/components/parameters/pipeline_id"},{"$ref":"#/components/parameters/log_limit"},{"$ref":
"#/components/parameters/log_cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"items":{"$ref":
"#/components/schemas/InferenceRecord"},"type":"array"}},"application/x-ndjson":{"schema":{"type":"string"}}},
"description":"The newest records first: an array of pandas records, or NDJSON with `Accept: application/x-ndjson`.",
"headers":{"X-Drover-Log-Status":{"$ref":"#/components/headers/X-Drover-Log-Status"},"X-Next-Cursor":{"$ref":
"#/components/headers/X-Next-Cursor"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":
"#/components/responses/NotFound"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Inference logs of a pipeline","tags":["Logs"]}},"/api/v1/pipelines/{pipeline_id}/publishes":{"get":{"operationId":
"listPublishes","parameters":[{"$ref":"#/components/parameters/pipeline_id"},{"$ref":"#/components/parameters/limit"},
{"$ref":"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/PublishPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Publishes of a pipeline, oldest first","tags":["Publishes"]},"post":
{"operationId":"createPublish","parameters":[{"$ref":"#/components/parameters/pipeline_id"},{"$ref":
"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/PublishCreate"}}},"required":true},"responses":{"202":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/Publish"}}},"description":
"Accepted; read the publish until its status is `Published` or `Error`.","headers":{"Idempotency-Replayed":{"$ref":
"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":"#/components/headers/Location"},"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["idempotency_key_reused","not_published",
"request_in_progress","workspace_archived"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `idempotency_key_reused`, `not_published`, `request_in_progress`, `workspace_archived`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Publish a pipeline version to the registry","tags":["Publishes"]}},
"/api/v1/pipelines/{pipeline_id}/tags/{tag_id}":{"delete":{"operationId":"removeTagFromPipeline","parameters":[{
"$ref":"#/components/parameters/pipeline_id"},{"$ref":"#/components/parameters/tag_id"}],"responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/TagLink"}}},"description":
"It has the tag no longer, if it had it before.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Take a tag off a pipeline","tags":["Tags"]},"put":{"operationId":"addTagToPipeline","parameters":[{"$ref":
"#/components/parameters/pipeline_id"},{"$ref":"#/components/parameters/tag_id"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/TagLink"}}},"description":
"It has the tag, if it had not before.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{
"$ref":"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["workspace_archived"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `workspace_archived`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Put a tag on a pipeline","tags":["Tags"]}},
"/api/v1/pipelines/{pipeline_id}/versions":{"get":{"operationId":"listPipelineVersions","parameters":[{"$ref":
"#/components/parameters/pipeline_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/PipelineVersionPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Versions of a pipeline, newest first","tags":["Pipelines"]},"post":{
"operationId":"createPipelineVersion","parameters":[{"$ref":"#/components/parameters/pipeline_id"},{"$ref":
"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/PipelineVersionCreate"}}},"required":true},"responses":{"201":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/PipelineVersion"}}},"description":"Made.","headers":{"Idempotency-Replayed":{
"$ref":"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":"#/components/headers/Location"},
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["workspace_archived","model_not_ready",
"idempotency_key_reused","request_in_progress"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `workspace_archived`, `model_not_ready`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Store steps as a new version","tags":["Pipelines"]}},
"/api/v1/publishes/{publish_id}":{"delete":{"description":
"Owners only, also in an archived workspace. Refused while it has edges that are not removed, or its job has not ended. What the registry holds for no other publish is taken out soon afterwards.",
"operationId":"deletePublish","parameters":[{"$ref":"#/components/parameters/publish_id"}],"responses":{"204":{
"description":"Deleted.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["publish_in_use"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `publish_in_use`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Delete a publish","tags":["Publishes"]},"get":{"operationId":
"getPublish","parameters":[{"$ref":"#/components/parameters/publish_id"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/Publish"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One publish","tags":["Publishes"]}},
"/api/v1/publishes/{publish_id}/edges":{"get":{"operationId":"listPublishEdges","parameters":[{"$ref":
"#/components/parameters/publish_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/EdgePage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Edges of a publish","tags":["Edges"]},"post":{"operationId":
"addEdge","parameters":[{"$ref":"#/components/parameters/publish_id"},{"$ref":
"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/EdgeCreate"}}},"required":true},"responses":{"201":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/EdgeCreated"}}},"description":
"Added. EDGE_BUNDLE, with its one-time token, is shown this once.","headers":{"Idempotency-Replayed":{"$ref":
"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":"#/components/headers/Location"},"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["idempotency_key_reused","name_taken","not_published",
"publish_replaced","request_in_progress","workspace_archived"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `idempotency_key_reused`, `name_taken`, `not_published`, `publish_replaced`, `request_in_progress`, `workspace_archived`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Add an edge to a publish","tags":["Edges"]}},
"/api/v1/publishes/{publish_id}/edges/{edge_name}":{"delete":{"operationId":"removeEdge","parameters":[{"$ref":
"#/components/parameters/publish_id"},{"$ref":"#/components/parameters/edge_name"}],"responses":{"204":{"description":
"Removed; its certificate and tokens work no more, and the name is free.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":"Remove an edge",
"tags":["Edges"]}},"/api/v1/publishes/{publish_id}/export":{"get":{"description":
"A tar archive with the artifact, the image if there is one, the chart, and all signatures, for `drover admin import` and for tools that read OCI layouts.",
"operationId":"exportPublish","parameters":[{"$ref":"#/components/parameters/publish_id"}],"responses":{"200":{
"content":{"application/x-tar":{"schema":{"format":"binary","type":"string"}}},"description":
"The archive; the same publish gives the same bytes as long as nothing is attached to it.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["limit_reached","not_published"]}},"type":
"object"}]}}},"description":
"The publish is not `Published`, the registry does not hold it as it was, or it does not fit into an archive. Codes: `not_published`, `limit_reached`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"500":{"$ref":
"#/components/responses/Internal"},"502":{"$ref":"#/components/responses/BadGateway"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"A publish as an OCI layout","tags":["Publishes"]}},
"/api/v1/service-accounts/{service_account_id}":{"get":{"description":"Members of its workspace.","operationId":
"getServiceAccount","parameters":[{"$ref":"#/components/parameters/service_account_id"}],"responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ServiceAccount"}}},"description":"Done.",
"headers":{"ETag":{"$ref":"#/components/headers/ETag"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"401":{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"500":{
"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"A service account","tags":["Tokens"]},"patch":{"description":
"A deactivation ends all its tokens, at once on every replica. Owners of its workspace, and no tokens. What an administrator deactivated only an administrator activates again (`PATCH /api/v1/users/{user_id}`).",
"operationId":"updateServiceAccount","parameters":[{"$ref":"#/components/parameters/service_account_id"},{"$ref":
"#/components/parameters/if_match"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ServiceAccountUpdate"}}},"required":true},"responses":{"200":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/ServiceAccount"}}},"description":"Changed.","headers":{"ETag":{"$ref":
"#/components/headers/ETag"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"412":{"$ref":
"#/components/responses/Stale"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"428":{"$ref":
"#/components/responses/PreconditionRequired"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Activate or deactivate a service account","tags":["Tokens"]}},
"/api/v1/service-accounts/{service_account_id}/tokens":{"get":{"description":
"Those that were not revoked, without their secrets. Owners of its workspace. Only who signed in may: tokens make, show and end no tokens.",
"operationId":"listServiceAccountTokens","parameters":[{"$ref":"#/components/parameters/service_account_id"},{"$ref":
"#/components/parameters/limit"},{"$ref":"#/components/parameters/cursor"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/ApiTokenPage"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Tokens, of a service account, newest first","tags":["Tokens"]},"post":{"description":
"The answer has the secret, and no other does: it is not kept for a retry with the same `Idempotency-Key`, which is refused with `request_in_progress`. Owners of its workspace. Takes a sign-in here: neither a token nor an access token of another provider makes one. An account may have 200 that work.",
"operationId":"createServiceAccountToken","parameters":[{"$ref":"#/components/parameters/service_account_id"},{"$ref":
"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ApiTokenCreate"}}},"required":true},"responses":{"201":{"content":{"application/json":{"schema":
{"$ref":"#/components/schemas/ApiTokenCreated"}}},"description":"Made.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["idempotency_key_reused","request_in_progress",
"limit_reached"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `idempotency_key_reused`, `request_in_progress`, `limit_reached`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Make a token, of a service account","tags":["Tokens"]}},
"/api/v1/service-accounts/{service_account_id}/tokens/{token_id}":{"delete":{"description":
"It is refused from now on, on every replica. Owners of its workspace. Only who signed in may: tokens make, show and end no tokens.",
"operationId":"revokeServiceAccountToken","parameters":[{"$ref":"#/components/parameters/service_account_id"},{"$ref":
"#/components/parameters/token_id"}],"responses":{"204":{"description":"Revoked.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Revoke a token, of a service account","tags":["Tokens"]}},"/api/v1/tags":{"get":{"description":
"All tags of the instance; what has them is shown as far as the caller may see it.","operationId":"listTags",
"parameters":[{"$ref":"#/components/parameters/limit"},{"$ref":"#/components/parameters/cursor"}],"responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/TagPage"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Tags, in order of creation","tags":["Tags"]},"post":{"operationId":"createTag","parameters":[{"$ref":
"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/TagCreate"}}},"required":true},"responses":{"201":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/Tag"}}},"description":"Made.","headers":{"Idempotency-Replayed":{"$ref":
"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":"#/components/headers/Location"},"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"name_taken","idempotency_key_reused","request_in_progress"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `name_taken`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Make a tag","tags":["Tags"]}},"/api/v1/tags/{tag_id}":{"delete":{
"description":"Who made it, or an administrator; only while nothing has it, in anybody's workspace.","operationId":
"deleteTag","parameters":[{"$ref":"#/components/parameters/tag_id"}],"responses":{"204":{"description":"Removed.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["tag_in_use"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `tag_in_use`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Remove a tag","tags":["Tags"]},"get":{"operationId":"getTag",
"parameters":[{"$ref":"#/components/parameters/tag_id"}],"responses":{"200":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/Tag"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":
"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One tag","tags":["Tags"]}},"/api/v1/users":{"get":{"operationId":
"listUsers","parameters":[{"$ref":"#/components/parameters/limit"},{"$ref":"#/components/parameters/cursor"},{
"description":"Only the user with this address: a list of one or none.","in":"query","name":"email","schema":{"$ref":
"#/components/schemas/Email"}}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/UserPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"All users, in order of e-mail","tags":["Users"]},"post":{"description":
"Administrators only. Without a password the answer has an invitation: a one-time token, valid for seven days, with which the user sets one (`POST /api/v1/invitations/accept`).",
"operationId":"createUser","parameters":[{"$ref":"#/components/parameters/idempotency_key"}],"requestBody":{"content":
{"application/json":{"schema":{"$ref":"#/components/schemas/UserCreate"}}},"required":true},"responses":{"201":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/UserCreated"}}},"description":
"Made, together with a workspace of the user's own.","headers":{"ETag":{"$ref":"#/components/headers/ETag"},
"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":
"#/components/headers/Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["email_taken","idempotency_key_reused",
"request_in_progress","user_limit"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `email_taken`, `idempotency_key_reused`, `request_in_progress`, `user_limit`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Add a user","tags":["Users"]}},"/api/v1/users/{user_id}":{"get":{
"operationId":"getUser","parameters":[{"$ref":"#/components/parameters/user_id"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/User"}}},"description":"Done.","headers":{"ETag":{"$ref":
"#/components/headers/ETag"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":"One user","tags":[
"Users"]},"patch":{"description":
"Administrators anybody; everybody their own `name`. A deactivation ends all sessions of the user, and access stops at once on every replica. Nobody can deactivate their own account, and an active administrator is always left. A service account is only activated and deactivated.",
"operationId":"updateUser","parameters":[{"$ref":"#/components/parameters/user_id"},{"$ref":
"#/components/parameters/if_match"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/UserUpdate"}}},"required":true},"responses":{"200":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/User"}}},"description":"Changed.","headers":{"ETag":{"$ref":"#/components/headers/ETag"},
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["last_admin","own_account","user_limit",
"service_account"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `last_admin`, `own_account`, `user_limit`, `service_account`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"412":{"$ref":
"#/components/responses/Stale"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"428":{"$ref":
"#/components/responses/PreconditionRequired"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Rename, activate, deactivate, make an administrator","tags":[
"Users"]}},"/api/v1/users/{user_id}/identities":{"get":{"description":
"Administrators anybody's, everybody their own. Only who signed in may, no tokens of programs.","operationId":
"listIdentities","parameters":[{"$ref":"#/components/parameters/user_id"},{"$ref":"#/components/parameters/limit"},{
"$ref":"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ExternalIdentityPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Links of a user to other sign-in providers","tags":["Users"]}},"/api/v1/users/{user_id}/identities/{identity_id}":{
"delete":{"description":
"Ends all sign-ins of the user; an administrator ends somebody else's tokens as well. Who has no password can't remove their own. The next sign-in at the provider with the same verified e-mail address makes a new link. Administrators anybody's, everybody their own. Only who signed in may, no tokens of programs.",
"operationId":"removeIdentity","parameters":[{"$ref":"#/components/parameters/user_id"},{"$ref":
"#/components/parameters/identity_id"}],"responses":{"204":{"description":"Removed.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"external_account"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `external_account`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Remove a link of a user to another sign-in provider","tags":[
"Users"]}},"/api/v1/users/{user_id}/password-reset":{"post":{"description":
"Administrators only. Takes the password away, ends all sessions and tokens of the user, and tokens that they made for service accounts, and answers a one-time token, valid for a day, with which the user sets a new one (`POST /api/v1/invitations/accept`).",
"operationId":"resetPassword","parameters":[{"$ref":"#/components/parameters/user_id"},{"$ref":
"#/components/parameters/idempotency_key"}],"responses":{"201":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/AccountLink"}}},"description":"The token, which is not shown again.","headers":{
"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["external_account","idempotency_key_reused",
"request_in_progress"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `external_account`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Make somebody set a new password","tags":["Users"]}},"/api/v1/workspaces":{"get":{"operationId":"listWorkspaces",
"parameters":[{"$ref":"#/components/parameters/limit"},{"$ref":"#/components/parameters/cursor"},{"$ref":
"#/components/parameters/archived"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/WorkspacePage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"The caller's workspaces, in order of creation","tags":["Workspaces"]},"post":{"operationId":"createWorkspace",
"parameters":[{"$ref":"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/WorkspaceCreate"}}},"required":true},"responses":{"201":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/Workspace"}}},"description":
"Made; the caller owns it. The ETag is absent from a replayed answer.","headers":{"ETag":{"description":
"The revision, for If-Match.","required":false,"schema":{"pattern":"^\"[0-9]+\"$","type":"string"}},
"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":
"#/components/headers/Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["idempotency_key_reused","request_in_progress"]}},
"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `idempotency_key_reused`, `request_in_progress`.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":"#/components/responses/TooLarge"},"415":{
"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":"Make a workspace",
"tags":["Workspaces"]}},"/api/v1/workspaces/{workspace_id}":{"get":{"operationId":"getWorkspace","parameters":[{
"$ref":"#/components/parameters/workspace_id"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/Workspace"}}},"description":"Done.","headers":{"ETag":{"$ref":"#/components/headers/ETag"},
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One workspace","tags":["Workspaces"]},"patch":{"description":
"Owners only.","operationId":"updateWorkspace","parameters":[{"$ref":"#/components/parameters/workspace_id"},{"$ref":
"#/components/parameters/if_match"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/WorkspaceUpdate"}}},"required":true},"responses":{"200":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/Workspace"}}},"description":"Changed.","headers":{"ETag":{"$ref":
"#/components/headers/ETag"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"412":{"$ref":
"#/components/responses/Stale"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"428":{"$ref":
"#/components/responses/PreconditionRequired"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Rename or archive","tags":["Workspaces"]}},
"/api/v1/workspaces/{workspace_id}/connections":{"get":{"description":"Members only.","operationId":
"listWorkspaceConnections","parameters":[{"$ref":"#/components/parameters/workspace_id"},{"$ref":
"#/components/parameters/limit"},{"$ref":"#/components/parameters/cursor"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/ConnectionPage"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"The connections that a workspace holds, without details","tags":[
"Connections"]}},"/api/v1/workspaces/{workspace_id}/connections/{connection_id}":{"delete":{"description":
"Owners of the workspace only.","operationId":"detachConnection","parameters":[{"$ref":
"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/connection_id"}],"responses":{"204":{
"description":"Detached, or was not attached.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Detach a connection; it stays in the instance","tags":["Connections"]},"put":{"description":
"Owners of the workspace who may read the details themselves.","operationId":"attachConnection","parameters":[{"$ref":
"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/connection_id"}],"responses":{"204":{
"description":"Attached, or was already.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{
"$ref":"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["workspace_archived"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `workspace_archived`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Attach a connection: all members may read its details from then on",
"tags":["Connections"]}},"/api/v1/workspaces/{workspace_id}/members":{"get":{"operationId":"listMembers","parameters":
[{"$ref":"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/MemberPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Members, in the order in which they came","tags":["Workspaces"]}},
"/api/v1/workspaces/{workspace_id}/members/{user_id}":{"delete":{"description":
"Owners remove anybody, others themselves.","operationId":"removeMember","parameters":[{"$ref":
"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/member"}],"responses":{"204":{"description":
"Removed.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["last_owner"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `last_owner`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Remove a member, or leave","tags":["Workspaces"]},"put":{
"description":"Owners only.","operationId":"setMember","parameters":[{"$ref":"#/components/parameters/workspace_id"},{
"$ref":"#/components/parameters/member"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/MemberUpdate"}}},"required":true},"responses":{"200":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/Member"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["last_owner","service_account"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `last_owner`, `service_account`.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":"#/components/responses/TooLarge"},"415":{
"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Add a member or change the role","tags":["Workspaces"]}},"/api/v1/workspaces/{workspace_id}/model-registries":{"get":
{"description":"Members only.","operationId":"listWorkspaceModelRegistries","parameters":[{"$ref":
"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ModelRegistryPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"The model registries that a workspace holds","tags":[
"Model registries"]}},"/api/v1/workspaces/{workspace_id}/model-registries/{registry_id}":{"delete":{"description":
"Owners of the workspace only.","operationId":"detachModelRegistry","parameters":[{"$ref":
"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/registry_id"}],"responses":{"200":{"content":
{"application/json":{"schema":{"$ref":"#/components/schemas/ModelRegistry"}}},"description":
"Detached, or was not attached. Its `workspaces` are those left.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Detach a model registry; it stays in the instance","tags":["Model registries"]},"put":{"description":
"Owners of the workspace who may use the registry themselves.","operationId":"attachModelRegistry","parameters":[{
"$ref":"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/registry_id"}],"responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelRegistry"}}},"description":
"Attached, or was already.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["workspace_archived"]}},"type":"object"}]}}},
"description":"The state or a unique name forbids it. Codes: `workspace_archived`.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":
"Attach a model registry: all members may read through it from then on","tags":["Model registries"]}},
"/api/v1/workspaces/{workspace_id}/models":{"get":{"operationId":"listModels","parameters":[{"$ref":
"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ModelPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Models of a workspace, in order of creation","tags":["Models"]}},
"/api/v1/workspaces/{workspace_id}/models/{model_name}/versions":{"post":{"description":
"Streams the file into the registry, inspects it on the way and makes a version of it. Until the answer nothing can be seen; an upload cut short leaves nothing. Which file types and schemas a framework takes, and what is learned of its files, is told in docs/models.md.",
"operationId":"uploadModelVersion","parameters":[{"$ref":"#/components/parameters/workspace_id"},{"$ref":
"#/components/parameters/model_name"},{"$ref":"#/components/parameters/idempotency_key"},{"$ref":
"#/components/parameters/content_digest"},{"description":
"Name of the file inside the artifact. Its end must be one of the framework's; only ONNX has a default.","in":"query",
"name":"file_name","schema":{"maxLength":128,"minLength":1,"pattern":"^[A-Za-z0-9_-][A-Za-z0-9._-]*$","type":
"string"}},{"description":"What made it.","in":"query","name":"framework","schema":{"default":"onnx","enum":["onnx",
"tensorflow","python","keras","sklearn","pytorch","xgboost","custom","hugging-face-automatic-speech-recognition",
"hugging-face-feature-extraction","hugging-face-image-classification","hugging-face-image-segmentation",
"hugging-face-image-to-text","hugging-face-object-detection","hugging-face-question-answering",
"hugging-face-stable-diffusion-text-2-img","hugging-face-summarization","hugging-face-text-classification",
"hugging-face-translation","hugging-face-zero-shot-classification","hugging-face-zero-shot-image-classification",
"hugging-face-zero-shot-object-detection","hugging-face-sentiment-analysis","hugging-face-text-generation"],"type":
"string"}},{"description":"The processor it is for.","in":"query","name":"arch","schema":{"default":"x86","enum":[
"x86","arm"],"type":"string"}},{"description":
"What speeds it up, beside the processor. `aio` and `jetson` are ARM, `openvino` is X86.","in":"query","name":"accel",
"schema":{"default":"none","enum":["none","aio","cuda","jetson","openvino"],"type":"string"}},{"description":
"Schema of the input: base64 of an encapsulated Arrow schema message, as `pyarrow.Schema.serialize()` makes it. All frameworks but `onnx` and `tensorflow` need it.",
"in":"query","name":"input_schema","schema":{"type":"string"}},{"description":"Schema of the output, likewise.","in":
"query","name":"output_schema","schema":{"type":"string"}}],"requestBody":{"content":{"application/octet-stream":{
"schema":{"format":"binary","type":"string"}}},"description":
"The file, at most as long as `upload.max.bytes` allows.","required":true},"responses":{"201":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/ModelVersion"}}},"description":"Stored and inspected.",
"headers":{"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":
"#/components/headers/Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"workspace_archived","quota_exceeded","idempotency_key_reused","request_in_progress"]}},"type":"object"}]}}},
"description":
"The state or a unique name forbids it. Codes: `workspace_archived`, `quota_exceeded`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":
"#/components/responses/BadGateway"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Upload a model file as a new version","tags":["Models"]}},
"/api/v1/workspaces/{workspace_id}/models/{model_name}/versions/from-image":{"post":{"description":
"The image itself is neither read nor copied; `image_path` of the version holds the reference.","operationId":
"registerModelImage","parameters":[{"$ref":"#/components/parameters/workspace_id"},{"$ref":
"#/components/parameters/model_name"},{"$ref":"#/components/parameters/idempotency_key"}],"requestBody":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/ImageRegistration"}}},"required":true},"responses":{"201":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelVersion"}}},"description":"Registered.",
"headers":{"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":
"#/components/headers/Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"workspace_archived","quota_exceeded","idempotency_key_reused","request_in_progress"]}},"type":"object"}]}}},
"description":
"The state or a unique name forbids it. Codes: `workspace_archived`, `quota_exceeded`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":
"#/components/responses/BadGateway"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Make a new version of an MLflow container image","tags":["Models"]}},
"/api/v1/workspaces/{workspace_id}/models/{model_name}/versions/from-registry":{"post":{"description":
"The file streams from the model registry, which the workspace must hold, and is inspected like any upload.",
"operationId":"uploadFromRegistry","parameters":[{"$ref":"#/components/parameters/workspace_id"},{"$ref":
"#/components/parameters/model_name"},{"$ref":"#/components/parameters/idempotency_key"}],"requestBody":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/RegistryUpload"}}},"required":true},"responses":{"201":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ModelVersion"}}},"description":
"Stored and inspected.","headers":{"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},
"Location":{"$ref":"#/components/headers/Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},
"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{
"$ref":"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"workspace_archived","quota_exceeded","registry_not_attached","idempotency_key_reused","request_in_progress"]}},
"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `workspace_archived`, `quota_exceeded`, `registry_not_attached`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"502":{"$ref":
"#/components/responses/BadGateway"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Make a new version of an artifact of a model registry","tags":["Model registries"]}},
"/api/v1/workspaces/{workspace_id}/pipelines":{"get":{"operationId":"listWorkspacePipelines","parameters":[{"$ref":
"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"},{"$ref":"#/components/parameters/tag_term"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/PipelinePage"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":
{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Pipelines of a workspace, newest first","tags":["Pipelines"]},
"post":{"operationId":"createPipeline","parameters":[{"$ref":"#/components/parameters/workspace_id"},{"$ref":
"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/PipelineCreate"}}},"required":true},"responses":{"201":{"content":{"application/json":{"schema":
{"$ref":"#/components/schemas/Pipeline"}}},"description":"Made.","headers":{"Idempotency-Replayed":{"$ref":
"#/components/headers/Idempotency-Replayed"},"Location":{"$ref":"#/components/headers/Location"},"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"409":{"content":{"application/problem+json":{"schema":{"allOf":[{"$ref":
"#/components/schemas/Problem"},{"properties":{"code":{"enum":["name_taken","workspace_archived","model_not_ready",
"idempotency_key_reused","request_in_progress"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `name_taken`, `workspace_archived`, `model_not_ready`, `idempotency_key_reused`, `request_in_progress`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Make a pipeline with its first version","tags":["Pipelines"]}},
"/api/v1/workspaces/{workspace_id}/quota":{"get":{"description":"Members and administrators.","operationId":
"getWorkspaceQuota","parameters":[{"$ref":"#/components/parameters/workspace_id"}],"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/WorkspaceQuota"}}},"description":"The quota.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"How many bytes of model files a workspace may hold, and holds",
"tags":["Workspaces"]},"put":{"description":"Administrators only. What is there stays, also when it is more.",
"operationId":"setWorkspaceQuota","parameters":[{"$ref":"#/components/parameters/workspace_id"}],"requestBody":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/WorkspaceQuotaUpdate"}}},"required":true},
"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/WorkspaceQuota"}}},
"description":"Done.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Set how many bytes of model files a workspace may hold","tags":[
"Workspaces"]}},"/api/v1/workspaces/{workspace_id}/registry-credentials":{"delete":{"operationId":
"deleteRegistryCredentials","parameters":[{"$ref":"#/components/parameters/workspace_id"}],"responses":{"204":{
"description":"Done; the instance's own serve again.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Take the workspace's account at the OCI registry away","tags":["Workspaces"]},"get":{"operationId":
"getRegistryCredentials","parameters":[{"$ref":"#/components/parameters/workspace_id"}],"responses":{"200":{"content":
{"application/json":{"schema":{"$ref":"#/components/schemas/RegistryCredentials"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},
"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"The workspace's account at the OCI registry, without its password",
"tags":["Workspaces"]},"put":{"description":
"They are used, instead of the instance's own, for everything that is pushed to the OCI registry and read from it for the workspace, from the next upload and the next job on. The registry is asked whether it takes them; a refusal is an `invalid` with the field `password`.",
"operationId":"setRegistryCredentials","parameters":[{"$ref":"#/components/parameters/workspace_id"},{"description":
"Whether to set them without asking the registry.","in":"query","name":"unchecked","schema":{"type":"boolean"}}],
"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/RegistryCredentialsSet"}}},
"required":true},"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/RegistryCredentials"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"429":{"$ref":
"#/components/responses/TooMany"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Set the workspace's account at the OCI registry","tags":[
"Workspaces"]}},"/api/v1/workspaces/{workspace_id}/service-accounts":{"get":{"operationId":"listServiceAccounts",
"parameters":[{"$ref":"#/components/parameters/workspace_id"},{"$ref":"#/components/parameters/limit"},{"$ref":
"#/components/parameters/cursor"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ServiceAccountPage"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"404":{"$ref":"#/components/responses/NotFound"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Service accounts that a workspace's owners manage, by name","tags":[
"Tokens"]},"post":{"description":
"A user without a password, for programs: a collaborator of this workspace, and of others whose owners add it. It owns no workspace. Owners only, and no tokens. A workspace may have 200, deactivated ones included.",
"operationId":"createServiceAccount","parameters":[{"$ref":"#/components/parameters/workspace_id"},{"$ref":
"#/components/parameters/idempotency_key"}],"requestBody":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/ServiceAccountCreate"}}},"required":true},"responses":{"201":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/ServiceAccount"}}},"description":"Made.","headers":{"ETag":{"$ref":
"#/components/headers/ETag"},"Idempotency-Replayed":{"$ref":"#/components/headers/Idempotency-Replayed"},"Location":{
"$ref":"#/components/headers/Location"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"name_taken","workspace_archived","idempotency_key_reused","request_in_progress","limit_reached"]}},"type":
"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `name_taken`, `workspace_archived`, `idempotency_key_reused`, `request_in_progress`, `limit_reached`.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"422":{"$ref":
"#/components/responses/Invalid"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Make a service account","tags":["Tokens"]}},"/assets/pages.css":{
"get":{"operationId":"page_style","responses":{"200":{"content":{"text/css":{"schema":{"type":"string"}}},
"description":"For everybody.","headers":{"Cache-Control":{"$ref":"#/components/headers/Cache-Control"},
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}}},"security":[],"summary":"The pages' style sheet",
"tags":["Pages"]}},"/auth/admin/realms/master/users":{"get":{"description":
"As the SDK calls Keycloak, with its user's own token. The first 100 users, or the one with that address.",
"operationId":"listRealmUsers","parameters":[{"description":
"Matched as a whole, in whatever case; a list of one or none.","in":"query","name":"email","schema":{"type":
"string"}}],"responses":{"200":{"content":{"application/json":{"schema":{"items":{"$ref":
"#/components/schemas/RealmUser"},"type":"array"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"$ref":"#/components/responses/Malformed"},"401":{"$ref":
"#/components/responses/Unauthenticated"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Users, in Keycloak's form","tags":["Identity"]}},
"/auth/admin/realms/master/users/{user_id}":{"get":{"operationId":"getRealmUser","parameters":[{"$ref":
"#/components/parameters/user_id"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/RealmUser"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"404":{"$ref":
"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"One user, in Keycloak's form","tags":["Identity"]},"put":{
"description":"Administrators only. Of the object only `enabled` may differ; the rest is not looked at.",
"operationId":"updateRealmUser","parameters":[{"$ref":"#/components/parameters/user_id"}],"requestBody":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/RealmUserUpdate"}}},"required":true},"responses":{"204":{
"description":"Changed.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"$ref":
"#/components/responses/Malformed"},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"409":{"content":{
"application/problem+json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"code":{"enum":[
"last_admin","own_account","user_limit"]}},"type":"object"}]}}},"description":
"The state or a unique name forbids it. Codes: `last_admin`, `own_account`, `user_limit`.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"422":{"$ref":"#/components/responses/Invalid"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Activate or deactivate, in Keycloak's form","tags":["Identity"]}},"/auth/external/callback":{"get":{"description":
"Where the other provider sends the browser back to. It works once, in the browser that began, for ten minutes.",
"operationId":"external_callback","parameters":[{"description":"As it was given to the provider.","in":"query","name":
"state","schema":{"type":"string"}},{"description":"The authorization code.","in":"query","name":"code","schema":{
"type":"string"}},{"description":"The provider (RFC 9207).","in":"query","name":"iss","schema":{"type":"string"}},{
"description":"Why there is no code.","in":"query","name":"error","schema":{"type":"string"}}],"responses":{"303":{
"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":"#/components/responses/PageMalformed"},"401":{"$ref":
"#/components/responses/PageNotSignedIn"},"403":{"content":{"text/html":{"schema":{"type":"string"}}},"description":
"The provider did not sign the person in, or who they are may not come in here.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"404":{"$ref":"#/components/responses/PageNotFound"},"409":{"content":{
"text/html":{"schema":{"type":"string"}}},"description":"No more users may be active (`users.active.limit`).",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"End a sign-in through another provider","tags":["Pages"]}},"/auth/external/start":{"get":{"description":
"Gives the browser a cookie for the way back. There is such a page only if another provider is set (`oidc.external.issuer`).",
"operationId":"external_start","parameters":[{"description":
"Path of the page to go on to; anything else leads to the account page.","in":"query","name":"return","schema":{
"type":"string"}}],"responses":{"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":
"#/components/responses/PageMalformed"},"404":{"$ref":"#/components/responses/PageNotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"Begin to sign in through another provider","tags":["Pages"]}},"/auth/realms/master/.well-known/openid-configuration":
{"get":{"operationId":"discovery","responses":{"200":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/Discovery"}}},"description":"RFC 8414.","headers":{"Cache-Control":{"$ref":
"#/components/headers/Cache-Control"},"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}}},"security":[],
"summary":"OpenID Connect discovery","tags":["Identity"]}},"/auth/realms/master/device":{"get":{"description":
"Shows what asks; approving takes the form.","operationId":"device_page","parameters":[{"description":
"What the program shows.","in":"query","name":"user_code","schema":{"type":"string"}}],"responses":{"200":{"$ref":
"#/components/responses/Page"},"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":
"#/components/responses/PageMalformed"},"429":{"$ref":"#/components/responses/PageTooMany"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"The page where a program is approved","tags":["Pages"]},"post":{"description":"The code is shown again before this.",
"operationId":"decide_device","requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"properties":{
"decision":{"enum":["approve","deny"],"type":"string"},"form_token":{"type":"string"},"user_code":{"type":"string"}},
"required":["form_token","user_code","decision"],"type":"object"}}},"required":true},"responses":{"200":{"$ref":
"#/components/responses/Page"},"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":
"#/components/responses/PageMalformed"},"403":{"$ref":"#/components/responses/PageForbidden"},"413":{"$ref":
"#/components/responses/PageTooLarge"},"415":{"$ref":"#/components/responses/PageUnsupported"},"429":{"$ref":
"#/components/responses/PageTooMany"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/PageUnavailable"}},"security":[],"summary":"Approve or deny a program","tags":["Pages"]}},
"/auth/realms/master/protocol/openid-connect/auth":{"get":{"description":
"RFC 6749, section 4.1, with PKCE (S256). Errors go to the redirect URI once client and redirect URI are known to be right. A redirect URI on loopback, or `prompt=consent`, leads to a page where the person allows it.",
"operationId":"authorize","parameters":[{"description":"`code`","in":"query","name":"response_type","schema":{"type":
"string"}},{"description":"`sdk-client`","in":"query","name":"client_id","schema":{"type":"string"}},{"description":
"Registered, or on loopback.","in":"query","name":"redirect_uri","schema":{"type":"string"}},{"description":
"Any of `openid profile email`.","in":"query","name":"scope","schema":{"type":"string"}},{"description":"Comes back.",
"in":"query","name":"state","schema":{"type":"string"}},{"description":"Comes back in the ID token.","in":"query",
"name":"nonce","schema":{"type":"string"}},{"description":"base64url of the verifier's SHA-256.","in":"query","name":
"code_challenge","schema":{"type":"string"}},{"description":"`S256`","in":"query","name":"code_challenge_method",
"schema":{"type":"string"}},{"description":"`none`, `login`, `select_account`","in":"query","name":"prompt","schema":{
"type":"string"}},{"description":"Seconds since the password was given.","in":"query","name":"max_age","schema":{
"type":"string"}}],"responses":{"200":{"$ref":"#/components/responses/Page"},"303":{"$ref":
"#/components/responses/PageRedirect"},"400":{"$ref":"#/components/responses/PageMalformed"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"The authorization endpoint","tags":["Pages"]}},"/auth/realms/master/protocol/openid-connect/auth/consent":{"post":{
"description":"The page before it says which program asks. Answers with a redirect to the program.","operationId":
"decide_consent","requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"properties":{"decision":{
"enum":["approve","deny"],"type":"string"},"form_token":{"type":"string"},"request":{"description":
"The query of the authorization request.","type":"string"}},"required":["form_token","request","decision"],"type":
"object"}}},"required":true},"responses":{"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":
"#/components/responses/PageMalformed"},"403":{"$ref":"#/components/responses/PageForbidden"},"413":{"$ref":
"#/components/responses/PageTooLarge"},"415":{"$ref":"#/components/responses/PageUnsupported"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"Allow a program of this computer to sign in, or don't","tags":["Pages"]}},
"/auth/realms/master/protocol/openid-connect/auth/device":{"post":{"description":
"RFC 8628. A person enters the user code on the device page and approves; meanwhile the program asks the token endpoint every `interval` seconds.",
"operationId":"begin_device_authorization","requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{
"$ref":"#/components/schemas/DeviceAuthorizationRequest"}}},"required":true},"responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/DeviceAuthorization"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"400":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/TokenError"}}},"description":"The request or the credentials are wrong.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/TokenError"}}},"description":"Unknown client.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"429":{"$ref":"#/components/responses/TooMany"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"security":[],"summary":
"Begin the sign-in of a program without a browser","tags":["Identity"]}},
"/auth/realms/master/protocol/openid-connect/certs":{"get":{"operationId":"certs","responses":{"200":{"content":{
"application/json":{"schema":{"$ref":"#/components/schemas/JSONWebKeySet"}}},"description":"RFC 7517.","headers":{
"Cache-Control":{"$ref":"#/components/headers/Cache-Control"},"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}}},"security":[],"summary":"Public keys of the access tokens","tags":[
"Identity"]}},"/auth/realms/master/protocol/openid-connect/logout":{"get":{"description":
"OpenID Connect RP-Initiated Logout 1.0. Without a valid hint the person is asked.","operationId":"end_session",
"parameters":[{"description":"An ID token of the person to sign out.","in":"query","name":"id_token_hint","schema":{
"type":"string"}},{"description":"`sdk-client`","in":"query","name":"client_id","schema":{"type":"string"}},{
"description":"Registered, or on loopback.","in":"query","name":"post_logout_redirect_uri","schema":{"type":
"string"}},{"description":"Comes back.","in":"query","name":"state","schema":{"type":"string"}}],"responses":{"200":{
"$ref":"#/components/responses/Page"},"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":
"#/components/responses/PageMalformed"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/PageUnavailable"}},"security":[],"summary":"Sign-out that an application asks for","tags":[
"Pages"]},"post":{"description":"Leads to GET.","operationId":"end_session_post","requestBody":{"content":{
"application/x-www-form-urlencoded":{"schema":{"properties":{"client_id":{"type":"string"},"id_token_hint":{"type":
"string"},"post_logout_redirect_uri":{"type":"string"},"state":{"type":"string"}},"required":[],"type":"object"}}},
"required":false},"responses":{"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":
"#/components/responses/PageMalformed"},"403":{"$ref":"#/components/responses/PageForbidden"},"413":{"$ref":
"#/components/responses/PageTooLarge"},"415":{"$ref":"#/components/responses/PageUnsupported"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"Sign-out that an application asks for","tags":["Pages"]}},"/auth/realms/master/protocol/openid-connect/revoke":{
"post":{"description":
"RFC 7009. Who holds a token may end its sign-in with all its tokens. A token that is none is answered alike.",
"operationId":"revoke","requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"$ref":
"#/components/schemas/TokenRevocation"}}},"required":true},"responses":{"200":{"description":
"The token, if it was one, is worth nothing any more.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/TokenError"}}},"description":"The request or the credentials are wrong.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/TokenError"}}},"description":"Unknown client.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"security":[],"summary":"End what a token belongs to","tags":["Identity"]}},
"/auth/realms/master/protocol/openid-connect/token":{"post":{"description":
"Grants `password`, `refresh_token`, `authorization_code` (RFC 7636, S256) and `urn:ietf:params:oauth:grant-type:device_code` (RFC 8628) for public clients. A refresh token works once; using it again ends the session. An offline token stays the same.",
"operationId":"token","requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"$ref":
"#/components/schemas/TokenRequest"}}},"required":true},"responses":{"200":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/TokenResponse"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/TokenError"}}},"description":"The request or the credentials are wrong; nothing says which.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"content":{"application/json":{
"schema":{"$ref":"#/components/schemas/TokenError"}}},"description":"Unknown client.","headers":{"X-Request-Id":{
"$ref":"#/components/headers/X-Request-Id"}}},"413":{"$ref":"#/components/responses/TooLarge"},"415":{"$ref":
"#/components/responses/UnsupportedMediaType"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"security":[],"summary":"Sign in, or stay signed in","tags":["Identity"]}},
"/auth/realms/master/protocol/openid-connect/token/introspect":{"post":{"description":
"RFC 7662, also of tokens of programs. Of other people's tokens only an administrator learns anything; to others they are inactive.",
"operationId":"introspect","requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"$ref":
"#/components/schemas/TokenQuestion"}}},"required":true},"responses":{"200":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/Introspection"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"400":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/TokenError"}}},"description":"The request is wrong.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"413":{"$ref":
"#/components/responses/TooLarge"},"415":{"$ref":"#/components/responses/UnsupportedMediaType"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"What a token is worth","tags":["Identity"]}},"/auth/realms/master/protocol/openid-connect/userinfo":{"get":{
"description":"OpenID Connect Core 1.0, section 5.3. The scope of the token says what is shown.","operationId":
"userinfo","responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/UserInfo"}}},
"description":"Done.","headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"401":{"$ref":
"#/components/responses/Unauthenticated"},"403":{"$ref":"#/components/responses/Forbidden"},"404":{"$ref":
"#/components/responses/NotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/Unavailable"}},"summary":"Who the access token belongs to","tags":["Identity"]},"post":{
"description":"As GET.","operationId":"userinfo_post","responses":{"200":{"content":{"application/json":{"schema":{
"$ref":"#/components/schemas/UserInfo"}}},"description":"Done.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}},"401":{"$ref":"#/components/responses/Unauthenticated"},"403":{"$ref":
"#/components/responses/Forbidden"},"404":{"$ref":"#/components/responses/NotFound"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/Unavailable"}},"summary":
"Who the access token belongs to","tags":["Identity"]}},"/healthz":{"get":{"operationId":"health","responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Health"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}}},"security":[],"summary":"Does the process answer?",
"tags":["Operations"]}},"/invitation":{"get":{"description":
"The link that an invitation or a reset gave. Opening it uses nothing up.","operationId":"invitation_page",
"parameters":[{"description":"What the link has; the answer is a redirect to the page without it.","in":"query",
"name":"token","schema":{"type":"string"}}],"responses":{"200":{"$ref":"#/components/responses/Page"},"303":{"$ref":
"#/components/responses/PageRedirect"},"400":{"$ref":"#/components/responses/PageMalformed"},"404":{"$ref":
"#/components/responses/PageNotFound"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/PageUnavailable"}},"security":[],"summary":"The page where a password is chosen","tags":[
"Pages"]},"post":{"description":"Uses the link up.","operationId":"accept_invitation_page","requestBody":{"content":{
"application/x-www-form-urlencoded":{"schema":{"properties":{"form_token":{"type":"string"},"password":{"type":
"string"},"repeated":{"type":"string"}},"required":["form_token","password","repeated"],"type":"object"}}},"required":
true},"responses":{"200":{"$ref":"#/components/responses/Page"},"400":{"$ref":"#/components/responses/PageMalformed"},
"403":{"$ref":"#/components/responses/PageForbidden"},"404":{"$ref":"#/components/responses/PageNotFound"},"413":{
"$ref":"#/components/responses/PageTooLarge"},"415":{"$ref":"#/components/responses/PageUnsupported"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"Choose the password","tags":["Pages"]}},"/metrics":{"get":{"operationId":"metrics","responses":{"200":{"content":{
"text/plain":{"schema":{"type":"string"}}},"description":"Prometheus text format 0.0.4; labels are route patterns.",
"headers":{"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}}},"security":[],"summary":
"Counters and histograms","tags":["Operations"]}},"/readyz":{"get":{"operationId":"readiness","responses":{"200":{
"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Readiness"}}},"description":"Done.","headers":{
"X-Request-Id":{"$ref":"#/components/headers/X-Request-Id"}}},"503":{"content":{"application/json":{"schema":{"$ref":
"#/components/schemas/Readiness"}}},"description":"One of them does not answer.","headers":{"X-Request-Id":{"$ref":
"#/components/headers/X-Request-Id"}}}},"security":[],"summary":"Do database and registry answer too?","tags":[
"Operations"]}},"/sign-in":{"get":{"description":"Goes on at once when there is a session.","operationId":
"sign_in_page","parameters":[{"description":"Path of the page to go on to; anything else leads to the account page.",
"in":"query","name":"return","schema":{"type":"string"}}],"responses":{"200":{"$ref":"#/components/responses/Page"},
"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":"#/components/responses/PageMalformed"},"500":{
"$ref":"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],
"summary":"The sign-in page","tags":["Pages"]},"post":{"description":
"The form's token belongs to the cookie that came with the page.","operationId":"sign_in","requestBody":{"content":{
"application/x-www-form-urlencoded":{"schema":{"properties":{"form_token":{"type":"string"},"password":{"format":
"password","type":"string"},"return":{"type":"string"},"username":{"type":"string"}},"required":["form_token",
"username","password"],"type":"object"}}},"required":true},"responses":{"303":{"$ref":
"#/components/responses/PageRedirect"},"400":{"$ref":"#/components/responses/PageMalformed"},"403":{"$ref":
"#/components/responses/PageForbidden"},"413":{"$ref":"#/components/responses/PageTooLarge"},"415":{"$ref":
"#/components/responses/PageUnsupported"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/PageUnavailable"}},"security":[],"summary":"Sign in with a browser","tags":["Pages"]}},
"/sign-out":{"post":{"description":"Ends the session and what was made from it.","operationId":"sign_out",
"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"properties":{"form_token":{"type":"string"},
"return_uri":{"type":"string"},"state":{"type":"string"}},"required":["form_token"],"type":"object"}}},"required":
true},"responses":{"303":{"$ref":"#/components/responses/PageRedirect"},"400":{"$ref":
"#/components/responses/PageMalformed"},"403":{"$ref":"#/components/responses/PageForbidden"},"413":{"$ref":
"#/components/responses/PageTooLarge"},"415":{"$ref":"#/components/responses/PageUnsupported"},"500":{"$ref":
"#/components/responses/Internal"},"503":{"$ref":"#/components/responses/PageUnavailable"}},"security":[],"summary":
"Sign out of this browser","tags":["Pages"]}},"/signed-out":{"get":{"description":"Static.","operationId":
"signed_out_page","responses":{"200":{"$ref":"#/components/responses/Page"},"400":{"$ref":
"#/components/responses/PageMalformed"},"500":{"$ref":"#/components/responses/Internal"},"503":{"$ref":
"#/components/responses/PageUnavailable"}},"security":[],"summary":"The page after signing out","tags":["Pages"]}}},
"security":[{"bearer":[]}],"servers":[{"description":"The API port.","url":"/"}],"tags":[{"description":
"Who may sign in.","name":"Users"},{"description":"What separates tenants, and their members.","name":"Workspaces"},{
"description":"How data stores are reached, and which workspaces hold them.","name":"Connections"},{"description":
"Model files and their versions.","name":"Models"},{"description":
"MLflow and Databricks registries that exist elsewhere, and what is in them.","name":"Model registries"},{
"description":"Ordered steps and their versions.","name":"Pipelines"},{"description":
"Pipeline versions as OCI artifacts and Helm charts.","name":"Publishes"},{"description":
"Where published pipelines run.","name":"Edges"},{"description":"What edges inferred.","name":"Logs"},{"description":
"Sign-in and token keys, as OpenID Connect clients expect them.","name":"Identity"},{"description":"Who did what.",
"name":"Audit"},{"description":"Health, metrics and this document.","name":"Operations"},{"description":
"What edges themselves call, on a port of its own.","name":"Edge port"},{"description":
"HTML for browsers. A session is a cookie; each form carries a token that belongs to it.","name":"Pages"},{
"description":"Texts to find model versions and pipelines by.","name":"Tags"},{"description":
"What programs send instead of signing in: tokens of people and of service accounts.","name":"Tokens"}]}
"""##
