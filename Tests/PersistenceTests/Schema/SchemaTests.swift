import Persistence
import TestSupport
import Testing

/// Rules about the schema that prose could not keep.
@Suite(.database, .timeLimit(.minutes(4)))
struct SchemaTests {
    /// Rows of one text column, read as the superuser.
    private func rows(_ sql: String) async throws -> [String] {
        try await TestDatabase.psql(sql).map { $0.compactMap { $0 }.joined(separator: " ") }
    }

    @Test func `every foreign key has an index that begins with its columns`() async throws {
        let missing = try await rows(
            """
            select c.conrelid::regclass || '.' || c.conname from pg_constraint c
            where c.contype = 'f' and c.connamespace = 'public'::regnamespace
              and not exists (
                select from pg_index i
                where i.indrelid = c.conrelid and i.indpred is null
                  and (select array_agg(k order by k) from unnest((i.indkey::int2[])[0:cardinality(c.conkey) - 1]) k)
                    = (select array_agg(k order by k) from unnest(c.conkey) k))
            """)
        #expect(missing == [])
    }

    @Test func `every table has forced row-level security and a policy for the system`() async throws {
        let open = try await rows(
            """
            select c.relname from pg_class c
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'schema_migrations'
              and not (c.relrowsecurity and c.relforcerowsecurity
                       and exists (select from pg_policy p where p.polrelid = c.oid
                                   and p.polroles = array['drover_system'::regrole::oid]))
            """)
        #expect(open == [])
    }

    @Test func `every tenant table shows the server's role only its principal's workspaces`() async throws {
        let open = try await rows(
            """
            select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
              and has_any_column_privilege('drover_server', c.oid, 'select')
              and not exists (select from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname
                              and p.roles = '{drover_server}' and p.qual like '%principal%')
            """)
        #expect(open == [])
    }

    @Test func `no constraint has a generated name`() async throws {
        let generated = try await rows(
            """
            select conname from pg_constraint
            where connamespace = 'public'::regnamespace and conname !~ '_(pkey|fkey|uq|ck)$'
            """)
        #expect(generated == [])
    }

    @Test func `every constraint that the code names exists`() async throws {
        let names = Set(
            try await rows(
                """
                select conname from pg_constraint where connamespace = 'public'::regnamespace
                union select relname from pg_class where relkind = 'i' and relnamespace = 'public'::regnamespace
                """))
        #expect(Constraint.allCases.filter { !names.contains($0.rawValue) } == [])
    }

    @Test func `every table says what it is for, and every time has a zone`() async throws {
        let silent = try await rows(
            """
            select relname from pg_class
            where relkind = 'r' and relnamespace = 'public'::regnamespace and obj_description(oid) is null
            union all
            select table_name || '.' || column_name from information_schema.columns
            where table_schema = 'public' and data_type = 'timestamp without time zone'
            """)
        #expect(silent == [])
    }

    @Test func `the server's login role owns nothing and bypasses nothing`() async throws {
        let powers = try await rows(
            """
            select relname from pg_class where relowner = '\(TestDatabase.loginRole)'::regrole
            union all
            select rolname from pg_roles
            where rolname in ('\(TestDatabase.loginRole)', 'drover_server', 'drover_system')
              and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)
            """)
        #expect(powers == [])
    }

    @Test func `the server's role can't read passwords or tokens`() async throws {
        let readable = try await rows(
            """
            select t.name from (values ('users', 'password_hash'), ('join_tokens', 'token_sha256'), ('join_tokens', 'svid_der'),
                ('refresh_tokens', 'token_sha256'), ('instance_keys', 'sealed_key'), ('sign_ins', 'cookie_sha256'),
                ('device_codes', 'device_sha256'), ('authorization_codes', 'code_sha256'),
                ('api_tokens', 'token_sha256'), ('workspace_registry_credentials', 'sealed_password')) t (name, col)
            where has_column_privilege('drover_server', t.name, t.col, 'select')
            """)
        #expect(readable == [])
    }
}
