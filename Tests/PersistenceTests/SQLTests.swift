import Domain
import FoundationEssentials
import Persistence
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(4)))
struct SQLTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let sql: SQL
        let text: String
        let values: Int
        var testDescription: String { name }
    }

    static let filter: SQL = "owner = \(7) and body = \("x")"

    @Test(arguments: [
        Case(name: "no value", sql: "select 1", text: "select 1", values: 0),
        Case(name: "one value", sql: "select \(1)", text: "select $1", values: 1),
        Case(name: "a value in front", sql: "\(1) + \(2)", text: "$1 + $2", values: 2),
        Case(
            name: "nested SQL is renumbered", sql: "select \(1) where \(filter) limit \(9)",
            text: "select $1 where owner = $2 and body = $3 limit $4", values: 4),
        Case(name: "the sum", sql: "a = \(1)" + " and b = \(2)", text: "a = $1 and b = $2", values: 2),
        Case(name: "nothing added", sql: "a = \(1)" + SQL.empty, text: "a = $1", values: 1),
        Case(
            name: "joined", sql: "where \(SQL.joined(["a = \(1)", "b = \(2)", "c = \(3)"], by: " or "))",
            text: "where a = $1 or b = $2 or c = $3", values: 3),
        Case(name: "a null is bound", sql: "select \(Int?.none)", text: "select $1", values: 1),
        Case(name: "an array is one value", sql: "any(\([1, 2, 3] as [Int64]))", text: "any($1)", values: 1),
        Case(
            name: "quotes in a value stay a value", sql: "select \("'; drop table x --")", text: "select $1", values: 1),
    ])
    func `values become numbered parameters`(_ c: Case) {
        #expect(c.sql.text == c.text)
        #expect(c.sql.parameterCount == c.values)
    }

    @Test func `an error's description holds no data`() {
        let error = DatabaseError(.decoding, statement: "notes.find", column: 2, message: "secret stuff")
        #expect("\(error)" == "database error: decoding, statement notes.find, column 2")
        #expect(String(reflecting: error).hasSuffix("secret stuff"))
    }
}
