extension Query {
    /// Asks nothing of any table.
    package static func ping() -> Query<Int64> where Result == Int64 {
        .one("ping", "select 1::int8") { (row: inout RowReader) throws(DatabaseError) in try row.next() }
    }
}
