package import Domain
package import FoundationEssentials

extension ConvertedFile {
    /// Three columns, which are null together.
    init?(row: inout RowReader) throws(DatabaseError) {
        let (sha256, size, manifest) = (
            try row.next(Digest?.self), try row.next(Int64?.self), try row.next(Digest?.self)
        )
        guard let sha256, let size, let manifest else { return nil }
        self.init(sha256: sha256, sizeBytes: size, manifestDigest: manifest)
    }
}

extension Conversion {
    fileprivate init(row: inout RowReader) throws(DatabaseError) {
        self.init(
            version: try row.next(), state: try row.next(), status: try row.next(), runtime: try row.next(),
            step: try row.next(), percent: Int(try row.next(Int64.self)), reason: try row.next(),
            error: try row.next(), attempts: try row.next(), history: try row.json(),
            file: try ConvertedFile(row: &row), inspection: try row.next(), updatedAt: try row.next())
    }
}

extension Query {
    /// How a version became runnable; one that runs as it is was always `ready`. `nil` without the version.
    package static func conversion(of version: ModelVersionID) -> Query<Conversion?> where Result == Conversion? {
        .first(
            "conversion.get",
            """
            select v.id, coalesce(c.state, 'ready'), v.status, v.runtime, coalesce(c.step, 'done'),
                coalesce(c.percent, 100)::int8, c.reason, coalesce(c.error, c.last_error), coalesce(c.attempts, 0)::int8,
                coalesce(c.history, '[]'), v.onnx_sha256, v.onnx_size_bytes, v.onnx_manifest_digest, c.inspection,
                coalesce(c.updated_at, v.created_at)
            from model_versions v left join conversions c on c.workspace_id = v.workspace_id and c.version_id = v.id
            where v.id = \(version)
            """, Conversion.init(row:))
    }

    /// Deletes the conversion of a version unless somebody works on it; owners only.
    package static func deleteIdleConversion(of version: ModelVersionID, at: Date) -> Query<Int> where Result == Int {
        .execute(
            "conversion.delete_idle",
            """
            delete from conversions c where c.version_id = \(version)
                and (c.finished_at is not null or c.lease_until is null or c.lease_until <= \(at))
            """)
    }

    /// Whether the version has a conversion, or had one that is not deleted.
    package static func hasConversion(_ version: ModelVersionID) -> Query<Bool> where Result == Bool {
        .one("conversion.exists", "select exists (select from conversions where version_id = \(version))") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }

    package static func insertConversion(
        of version: ModelVersionID, in workspace: WorkspaceID, from state: ConversionState, at: Date
    ) -> Query<Int> where Result == Int {
        .execute(
            "conversion.insert",
            """
            insert into conversions (version_id, workspace_id, state, step, history, run_at, created_at, updated_at)
            values (\(version), \(workspace), \(state), 'queued', jsonb_build_array(\(SQL.historyEntry(state, at))),
                \(at), \(at), \(at))
            """)
    }
}

extension Query {
    /// Begins anew with the native form: whoever is at it loses the lease. What was converted before stays until then.
    /// False for a version without a conversion, for one that has not begun yet, and for one of others.
    package static func restartConversion(of version: ModelVersionID, at: Date) -> Query<Bool> where Result == Bool {
        .one("conversion.restart", "select convert_again(\(version), \(at))") {
            (row: inout RowReader) throws(DatabaseError) in try row.next()
        }
    }
}

extension SQL {
    /// An element of `history`.
    static func historyEntry(_ state: ConversionState, _ at: Date) -> SQL {
        "jsonb_build_object('state', \(state)::text, 'at', extract(epoch from \(at)::timestamptz))"
    }
}
